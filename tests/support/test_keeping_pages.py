"""A coordinator corrects a card; a teacher suggests; two editors do not lose each other's work."""

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Notification
from support.models import (
    Checklist,
    ChecklistItem,
    QualityCard,
    TextDraft,
    TextSuggestion,
    TextVersion,
)
from support.services import keeping
from tests import builders
from tests.project.test_access import as_

AT = ["laatukortti", "eriyttaminen"]
AT_TITLE = ("eriyttaminen", "Eriyttäminen")
GOOD = {
    "title": "Omat reitit",
    "summary": "Tavoite on yhteinen.",
    "why": "Siksi **että**\r\n\r\n<script>alert(1)</script>",
    "shows": "yksi\r\nkaksi\r\nkolme",
    "questions": "yksi?\nkaksi?\nkolme?",
    "tomorrow": "Kokeile.",
}


def make_cards() -> None:
    """Two cards, without the whole pack."""
    for order, (slug, title) in enumerate((AT_TITLE, ("tukiopetus-ajallaan", "Tukiopetus"))):
        QualityCard.objects.create(
            slug=slug, title=title, order=order, summary="Tavoite on yhteinen.", why="Siksi.",
            level="arrangement", minutes=10, pictogram="1F5FA", shows=["a", "b", "c"],
            questions=["d?", "e?", "f?"], tomorrow="Kokeile.",
        )  # fmt: skip


@pytest.fixture
def coordinator(cast) -> Client:
    make_cards()
    return as_(cast["coordinator"])


def url(name: str, *more) -> str:
    return reverse(f"support:{name}", args=[*AT, *more])


def test_a_text_that_was_never_changed_here_has_a_history_page_that_says_so(coordinator):
    page = coordinator.get(url("text_history"))

    assert page.status_code == 200
    assert "Tekstiä ei ole vielä muokattu portaalissa" in page.text


def test_a_card_is_corrected_seen_and_published(coordinator):
    saved = coordinator.post(url("edit_text"), GOOD)
    assert (saved.status_code, saved["Location"]) == (302, url("preview_text"))
    assert QualityCard.objects.get(slug=AT[1]).title == "Eriyttäminen"

    page = coordinator.get(url("preview_text")).text
    assert "<strong>että</strong>" in page
    assert "<script>alert" not in page
    assert "<del>Eriyttäminen</del>" in page

    done = coordinator.post(
        url("preview_text"),
        {"why": "Selkeämpi", "asked_by": "3. luokkien tiimi", "review_on": "2027-08-01"},
    )
    assert done.status_code == 302
    history = coordinator.get(url("text_history")).text
    assert "3. luokkien tiimi" in history
    assert "tarkistetaan viimeistään 1.8.2027" in history
    public = Client().get(reverse("support:card", args=[AT[1]])).text
    assert "Omat reitit" in public
    assert "3. luokkien tiimi" not in public

    coordinator.post(url("restore_text", 1))
    assert QualityCard.objects.get(slug=AT[1]).title == "Eriyttäminen"


@pytest.mark.parametrize(
    ("change", "said"),
    [({"shows": "yksi\nkaksi"}, "3–6 kohtaa"), ({"title": "x" * 81}, "enintään 80"),
     ({"why": "## Otsikko"}, "ei voi alkaa merkillä #"), ({"tomorrow": ""}, "")],
)  # fmt: skip
def test_a_text_that_would_not_fit_the_pack_is_told_and_nothing_is_lost(coordinator, change, said):
    answer = coordinator.post(url("edit_text"), GOOD | change)

    assert answer.status_code == 422
    assert said in answer.text
    assert "Omat reitit" in answer.text or "title" in change
    assert not TextDraft.objects.exists()


@pytest.mark.parametrize(("day", "kept"), [("2027-08-01", True), ("2026-01-01", False)])
def test_a_review_day_that_is_ahead_is_kept_over_a_small_correction(coordinator, day, kept):
    coordinator.post(url("edit_text"), GOOD)
    coordinator.post(url("preview_text"), {"why": "Selkeämpi", "review_on": "2027-08-01"})
    TextVersion.objects.filter(number=2).update(review_on=day)

    coordinator.post(url("edit_text"), GOOD | {"title": "Korjattu"})

    assert (f'value="{day}"' in coordinator.get(url("preview_text")).text) is kept


def test_publishing_twice_publishes_once_and_says_so(coordinator):
    coordinator.post(url("edit_text"), GOOD)
    coordinator.post(url("preview_text"), {"why": "Selkeämpi"})

    again = coordinator.post(url("preview_text"), {"why": "Selkeämpi"}, follow=True)

    assert again.redirect_chain == [(url("text_history"), 302)]
    assert "Luonnosta ei enää ole" in again.text
    assert again.text.count("Versio 2") == 1
    assert "Versio 3" not in again.text


def test_of_two_presses_in_the_same_moment_the_slower_is_told_too(coordinator, monkeypatch):
    """The slower one has seen the draft that the faster one publishes meanwhile."""
    coordinator.post(url("edit_text"), GOOD)

    def gone_meanwhile(**_more):
        raise TextDraft.DoesNotExist

    monkeypatch.setattr(keeping, "publish", gone_meanwhile)

    slower = coordinator.post(url("preview_text"), {"why": "Selkeämpi"}, follow=True)

    assert slower.status_code == 200
    assert "Luonnosta ei enää ole" in slower.text


def test_a_draft_of_an_older_text_gets_409_and_can_go_on(coordinator, cast):
    coordinator.post(url("edit_text"), GOOD)
    other = cast["administrator"]
    keeping.save_draft(
        kind=AT[0], slug=AT[1], by=other, at=builders.AT,
        fields=TextDraft.objects.get().fields | {"title": "Ehdin ensin"},
    )  # fmt: skip
    keeping.publish(kind=AT[0], slug=AT[1], by=other, reason=keeping.Reason(), at=builders.AT)

    refused = coordinator.post(url("preview_text"), {"why": "Oma"})

    assert refused.status_code == 409
    assert "luonnoksesi on tallessa" in refused.text
    assert "Ehdin ensin" in refused.text
    assert "Omat reitit" in refused.text
    coordinator.post(url("rebase_text"))
    assert coordinator.post(url("preview_text"), {"why": "Oma"}).status_code == 302
    assert QualityCard.objects.get(slug=AT[1]).title == "Omat reitit"
    assert TextVersion.objects.count() == 3


def test_a_teacher_suggests_from_the_page_and_reads_the_answer(coordinator, cast):
    teacher = as_(cast["class_teacher"])
    assert url("suggest_text") in teacher.get(reverse("support:card", args=[AT[1]])).text
    assert f'"{url("edit_text")}"' not in teacher.get(reverse("support:card", args=[AT[1]])).text
    for _twice in range(2):
        teacher.post(url("suggest_text"), {"text": "Lisää esimerkki"})

    told = Notification.objects.get()
    assert (told.recipient, told.path) == (cast["coordinator"], reverse("support:suggestions"))
    assert "Lisää esimerkki" in coordinator.get(reverse("support:suggestions")).text
    assert "1 ehdotus odottaa" in coordinator.get(reverse("support:texts")).text
    answer = reverse("support:answer_suggestion", args=[TextSuggestion.objects.get().pk])
    for _twice in range(2):
        reply = coordinator.post(answer, {"state": "taken", "answer": "Kiitos, lisättiin"})
        assert reply.status_code == 302

    answered = Notification.objects.exclude(pk=told.pk).get()
    assert (answered.recipient, answered.path) == (cast["class_teacher"], url("suggest_text"))
    assert not any(word in told.title + answered.title for word in ("esimerkki", "Kiitos"))
    assert "Kiitos, lisättiin" in teacher.get(answered.path).text
    assert "Lisää esimerkki" not in as_(cast["other_class"]).get(url("suggest_text")).text


def test_unknown_texts_do_not_exist(coordinator):
    for wrong in (["laatukortti", "ei-ole"], ["salaisuus", "eriyttaminen"]):
        assert coordinator.get(reverse("support:edit_text", args=wrong)).status_code == 404


def test_the_list_and_the_history_ask_the_database_little(coordinator, cast, assert_flat):
    def grow():
        for n in range(4):
            for one in (AT[1], "tukiopetus-ajallaan"):
                about = {"kind": AT[0], "slug": one, "at": builders.AT}
                keeping.suggest(text=f"{n}", by=cast["class_teacher"], on=builders.ON, **about)
                fields = keeping.begin(by=cast["coordinator"], **about).fields
                keeping.save_draft(by=cast["coordinator"], fields=fields | {"title": f"{n}"},
                                   **about)  # fmt: skip
                keeping.publish(by=cast["coordinator"], reason=keeping.Reason(), **about)

    grow()
    for name in ("texts", "suggestions"):
        assert_flat(lambda name=name: coordinator.get(reverse(f"support:{name}")), grow=grow)
    assert_flat(lambda: coordinator.get(url("text_history")), grow=grow)


def test_an_item_of_a_checklist_is_edited_like_any_text(coordinator):
    branch = builders.measure().branch
    checklist = Checklist.objects.create(slug="lista", title="Lista", intro="Koe", order=1)
    ChecklistItem.objects.create(
        key="lista/kohta", checklist=checklist, branch=branch, order=1, text="On paikka.", help="?"
    )
    at = ["kohta", "lista__kohta"]

    assert reverse("support:edit_text", args=at) in coordinator.get(reverse("support:texts")).text
    page = coordinator.get(reverse("support:edit_text", args=at)).text
    assert "On paikka." in page
    assert reverse("support:checklist", args=["lista"]) in page
    data = {"text": "Paikka on sovittu.", "help": "Kysy oppilaalta."}
    assert coordinator.post(reverse("support:edit_text", args=at), data).status_code == 302
    coordinator.post(reverse("support:preview_text", args=at), {"why": "Selkeämpi"})
    assert ChecklistItem.objects.get().text == "Paikka on sovittu."
