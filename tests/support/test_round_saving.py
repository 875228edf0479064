"""A round is one form: nothing that was typed is lost, and nobody's tick is saved over."""

import re

import pytest
from django.urls import reverse

from support.models import ChecklistAnswer
from support.services import rounds
from tests import builders
from tests.support.test_rounds import as_, begin, item_of, save, send, tick


def test_words_typed_in_one_item_are_saved_when_another_is_pressed(cast):
    found = begin(cast)
    first, second = item_of(found), item_of(found, 1)

    save(
        cast["class_teacher"], found, press=f"{second}-in_use",
        **{f"{first}-did": "Kirjoitettu ensin", f"{first}-since": "2026-10-01"},
    )  # fmt: skip

    states = dict(found.answers.values_list("item", "state"))
    assert states == {first: "not_yet", second: "in_use"}
    assert found.answers.get(item=first).did == "Kirjoitettu ensin"


def test_an_open_page_saves_over_nobodys_tick(cast):
    """Another has ticked two items since; this one presses the third."""
    found = begin(cast)
    page = as_(cast["subject_teacher"]).get(reverse("support:round", args=[found.pk]))
    tick(cast, found, 0, did="Toisen sanat")
    tick(cast, found, 1)

    answer = send(cast["subject_teacher"], found, page, press=f"{item_of(found, 2)}-tried")

    assert answer.status_code == 302
    assert sorted(found.answers.values_list("state", "number")) == [
        ("in_use", 1), ("in_use", 1), ("tried", 1),
    ]  # fmt: skip


def test_of_two_typed_items_the_one_another_changed_is_kept_on_the_page(cast):
    found = begin(cast)
    first, second = item_of(found), item_of(found, 1)
    page = as_(cast["subject_teacher"]).get(reverse("support:round", args=[found.pk]))
    tick(cast, found, did="Ensimmäinen")

    answer = send(
        cast["subject_teacher"], found, page, press=f"{second}-tried",
        **{f"{first}-did": "Omani", f"{second}-did": "Tallentuu"},
    )  # fmt: skip

    assert answer.status_code == 409
    assert "Omani" in answer.text
    assert found.answers.get(item=first).did == "Ensimmäinen"
    assert found.answers.get(item=second).did == "Tallentuu"
    again = send(cast["subject_teacher"], found, answer, press="", **{f"{first}-did": "Omani"})
    assert again.status_code == 302
    assert found.answers.get(item=first).did == "Omani"
    assert found.answers.get(item=first).state == "in_use"


@pytest.mark.parametrize("goes_to", ["before", "hand_over", "close"])
def test_leaving_the_page_by_its_buttons_saves_what_was_typed(cast, goes_to):
    found = begin(cast)
    item = item_of(found)

    answer = save(
        cast["class_teacher"], found, next=goes_to, **{f"{item}-did": "Melkein jäi tallentamatta"}
    )

    view = "before" if goes_to == "close" else goes_to
    assert answer["Location"] == reverse(f"support:{view}", args=[found.pk])
    assert found.answers.get().did == "Melkein jäi tallentamatta"
    found.refresh_from_db()
    assert bool(found.closed_on) == (goes_to == "close")


def test_a_round_closed_meanwhile_keeps_the_words_and_the_press_until_it_is_opened(cast):
    found = begin(cast)
    item = item_of(found)
    page = as_(cast["subject_teacher"]).get(reverse("support:round", args=[found.pk]))
    rounds.close_round(of=found, on=builders.ON)

    told = send(
        cast["subject_teacher"], found, page, press=f"{item}-tried", **{f"{item}-did": "Omani"}
    )
    nothing_yet = ChecklistAnswer.objects.exclude(number=0).exists()
    kept = next(one for one in told.context["rows"] if one["row"].item.pk == item)
    saved = send(
        cast["subject_teacher"], found, told, reopen="1",
        **{f"{item}-state": kept["state"], f"{item}-did": kept["did"]},
    )  # fmt: skip

    assert (told.status_code, saved.status_code, nothing_yet) == (409, 302, False)
    assert "Kierros päätettiin juuri" in told.text
    answer = found.answers.get()
    assert (answer.state, answer.did) == ("tried", "Omani")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"since": "2026-12-24"}, "vielä edessä"), ({"did": "x" * 201}, "enintään 200"),
     ({"state": "ehkä"}, "")],
)  # fmt: skip
def test_what_cannot_be_saved_is_told_and_the_words_stay(cast, change, said):
    found = begin(cast)
    item = item_of(found)
    sent = {"did": "Omat sanat"} | change
    press = sent.pop("state", "tried")

    answer = save(
        cast["class_teacher"], found, press=f"{item}-{press}",
        **{f"{item}-{name}": value for name, value in sent.items()},
    )  # fmt: skip

    assert answer.status_code == 422
    assert said in answer.text
    assert "Omat sanat" in answer.text or "did" in change
    assert not ChecklistAnswer.objects.exclude(number=0).exists()


def test_a_second_writer_sees_the_first_and_keeps_the_own_words(cast):
    found = begin(cast)
    item = item_of(found)
    page = as_(cast["subject_teacher"]).get(reverse("support:round", args=[found.pk]))
    tick(cast, found, did="Ensimmäinen")

    answer = send(
        cast["subject_teacher"], found, page, press=f"{item}-tried", **{f"{item}-did": "Toinen"}
    )

    assert answer.status_code == 409
    assert "Ensimmäinen" in answer.text
    assert "Toinen" in answer.text
    assert ChecklistAnswer.objects.get().did == "Ensimmäinen"


def test_what_cannot_be_saved_is_told_also_to_who_was_slower(cast):
    found = begin(cast)
    item = item_of(found)
    page = as_(cast["subject_teacher"]).get(reverse("support:round", args=[found.pk]))
    tick(cast, found, did="Ensimmäinen")

    answer = send(
        cast["subject_teacher"], found, page, press=f"{item}-tried",
        **{f"{item}-did": "Toinen", f"{item}-since": "2026-12-24"},
    )  # fmt: skip

    assert answer.status_code == 422
    for words in ("vielä edessä", "Joku muu tallensi tämän kohdan", "Ensimmäinen", "Toinen"):
        assert words in answer.text


def test_who_was_slower_and_lets_the_item_be_saves_over_nobodys_words(cast):
    """Only pressed, nothing typed: the fields show what the faster one wrote."""
    found = begin(cast)
    first, second = item_of(found), item_of(found, 1)
    page = as_(cast["subject_teacher"]).get(reverse("support:round", args=[found.pk]))
    tick(cast, found, did="Ensimmäisen sanat")
    told = send(cast["subject_teacher"], found, page, press=f"{first}-tried")

    saved = send(cast["subject_teacher"], found, told, press=f"{second}-tried")

    assert (told.status_code, saved.status_code) == (409, 302)
    assert "Joku muu tallensi tämän kohdan" in told.text
    assert "omat sanasi" not in told.text
    answer = found.answers.get(item=first)
    assert (answer.state, answer.did) == ("in_use", "Ensimmäisen sanat")


def test_enter_in_a_field_presses_a_button_that_only_saves_in_every_browser(cast):
    """Safari passes over a button that is not laid out, and would tick the first item."""
    page = as_(cast["class_teacher"]).get(reverse("support:round", args=[begin(cast).pk]))

    form = page.text.split("data-unsaved", 1)[1]
    first = re.search(r"<button[^>]*>", form)[0]

    assert " name=" not in first
    assert " hidden" not in first
