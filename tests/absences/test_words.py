"""What each adult whom a step wakes is told: by role, edited by the city, and never in a mail."""

import datetime as dt

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse

from absences import services, step_words
from absences.models import Alert, StepWords
from absences.services.models import ensure_model
from notifications.services import deliver
from schools.models import Substitution
from tests import builders
from tests.signed_in import as_

DAY = dt.timedelta(days=1)


def walk(cast, lessons: int = 30) -> Alert:
    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, lessons)
    cast.school.welfare_disclosure = "automatic"
    cast.school.save()
    services.walk_round(on=builders.ON, cause="by_hand", at=builders.AT)
    return Alert.objects.get(pupil=cast.child)


def page(alert: Alert, person) -> str:
    return " ".join(as_(person).get(reverse("absences:alert", args=[alert.pk])).text.split())


def url(asks: str, audience: str, language: str = "fi", *, step: str = "") -> str:
    found = reverse("absences_robot:edit_words", args=[asks, audience, language])
    return f"{found}?porras={step}" if step else found


def write(cast, text: str, *where: str, step: str = "") -> None:
    answer = as_(cast["coordinator"]).post(url(*where, step=step), {"text": text})
    assert answer.status_code == 302, answer.text


def test_each_role_reads_its_own_words_until_the_alert_is_answered(cast):
    alert = walk(cast, 60)
    told = {name: page(alert, cast[name]) for name in ("class_teacher", "principal", "welfare")}
    services.react(
        alert=alert, by=cast["class_teacher"], at=builders.AT, kind="call",
        with_whom="guardian", next_check=None, measures=[],
    )  # fmt: skip

    assert "kuka kutsuu väen koolle" in told["class_teacher"]
    assert "Vuorossa on Liisa Virkanen. Miettikää yhdessä" in told["principal"]
    assert "Yhteyshenkilö on Liisa Virkanen, Lumilinna." in told["welfare"]
    assert "kuka kutsuu väen koolle" not in page(alert, cast["class_teacher"])
    assert "Miettikää yhdessä" not in page(alert, cast["principal"])


def test_who_was_not_told_reads_no_words_to_the_told(cast):
    """25 hours do not wake the head, who may look all the same."""
    alert = walk(cast)

    assert "Sinulle kerrotaan" not in page(alert, cast["principal"])


def test_the_citys_words_to_the_head_are_what_the_head_reads(cast):
    write(cast, "Porras {step}: soita {contact}, {due} mennessä.", "group", "principal")
    alert = walk(cast, 60)

    due = f"{alert.due_on:%-d.%-m.}"
    words = f"Porras Huoli suuri: soita Liisa Virkanen, {due} mennessä."
    assert words in page(alert, cast["principal"])
    assert words not in page(alert, cast["class_teacher"])


def test_a_steps_own_words_come_before_those_of_all_that_ask_the_same(cast):
    ensure_model(on=builders.ON)
    write(cast, "Yhteiset sanat.", "group", "principal")
    write(cast, "Tämän portaan sanat.", "group", "principal", step="huoli-suuri")
    alert = walk(cast, 60)
    listed = as_(cast["coordinator"]).get(reverse("absences_robot:words")).text

    assert "Tämän portaan sanat." in page(alert, cast["principal"])
    assert listed.count(">omat sanat<") == 2
    write(cast, "Yhteiset sanat.", "group", "principal", step="huoli-suuri")
    assert "Yhteiset sanat." in page(alert, cast["principal"])
    assert StepWords.objects.get().step_slug == ""


def test_a_steps_page_of_words_shows_whom_it_can_wake(cast):
    ensure_model(on=builders.ON)
    client = as_(cast["coordinator"])

    shown = client.get(reverse("absences_robot:words") + "?porras=huoli-suuri").text

    for who in ("Huoltaja", "Rehtori", "Opiskeluhuollon työntekijä", "Sijainen"):
        assert who in shown
    assert url("group", "principal", step="huoli-suuri") in shown
    assert url("plan", "principal") not in shown


def test_a_deputy_and_the_one_above_read_words_of_their_own(cast):
    alert = walk(cast)
    away = Substitution.objects.create(
        absent=cast["class_teacher"], substitute=cast["other_class"],
        begins=builders.ON, ends=alert.due_on + 30 * DAY,
    )  # fmt: skip
    monday = alert.due_on + 3 * DAY
    services.walk_round(on=monday, cause="by_hand", at=builders.AT + (monday - builders.ON))
    alert.refresh_from_db()
    as_deputy = page(alert, away.substitute)
    alert.hops.create(kind="above", to=cast["principal"], hopped_on=alert.due_on + 4 * DAY)

    assert "Kollegasi on poissa" in as_deputy
    assert "Herätykseen ei ole vielä vastattu" in page(alert, cast["principal"])


def test_no_word_of_the_citys_goes_into_a_mail(cast, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for audience in ("class_teacher", "principal", "welfare"):
        write(cast, "Omat sanat: {contact}.", "group", audience)
    walk(cast, 60)
    deliver(at=builders.AT.replace(hour=9))

    assert len(mail.outbox) >= 3
    assert "Omat sanat" not in "".join(one.body + one.subject for one in mail.outbox)


@pytest.mark.parametrize(
    ("audience", "text", "word"),
    [
        ("welfare", "Porras {step}, soita {contact}.", "{step}"),
        ("welfare", "Tule mukaan.", "lisää kohta {contact}"),
        ("guardian", "Vastatkaa {due}. Soittakaa {contact}.", "{due}"),
        ("principal", "Oppilas {pupil}.", "{pupil}"),
        ("above", "", "Kirjoita teksti."),
    ],
)
def test_words_can_hold_only_what_their_reader_may_know(cast, audience, text, word):
    answer = as_(cast["coordinator"]).post(url("plan", audience), {"text": text})

    assert answer.status_code == 422
    assert word in answer.text
    assert not StepWords.objects.exists()


def test_the_preview_shows_people_who_do_not_exist_and_saves_nothing(cast):
    shown = as_(cast["coordinator"]).post(
        url("talk", "deputy"), {"text": "{step}, {contact}, {due}", "preview": "1"}
    )

    assert "Huoli kasvaa, Liisa Lampela, 27.11." in shown.text
    assert not StepWords.objects.exists()


@pytest.mark.parametrize(
    "where",
    [
        ("talk", "principal", "sv"), ("talk", "oppilas", "fi"), ("puhu", "principal", "fi"),
    ],
)  # fmt: skip
def test_an_address_of_words_that_are_not_is_no_page(cast, where):
    client = as_(cast["coordinator"])

    assert client.get(url(*where)).status_code == 404
    assert client.get(url("talk", "principal", step="ei-ole")).status_code == 404


def test_the_packs_words_come_back_with_a_press(cast):
    write(cast, "Omat sanat.", "talk", "principal")
    client = as_(cast["coordinator"])
    offered = client.get(url("talk", "principal")).context["without_own"]
    write(cast, offered, "talk", "principal")

    assert not StepWords.objects.exists()


def test_the_writer_is_told_in_which_languages_something_else_is_read(cast):
    ensure_model(on=builders.ON)
    client = as_(cast["coordinator"])
    where = url("plan", "guardian", step="huoli-kasvaa")
    listed = reverse("absences_robot:words") + "?porras=huoli-kasvaa"
    before = client.get(listed).text
    saved = client.post(where, {"text": "Soittakaa: {contact}."}, follow=True).text
    later = client.get(listed).text
    topic = step_words.Topic("plan", "guardian", "huoli-kasvaa")

    others = ", ".join(name for code, name in settings.LANGUAGES if code != "fi")
    assert "Yhteinen teksti luetaan" not in before
    assert f"Omia sanoja ei ole näillä kielillä: {others}." in saved
    assert f"Yhteinen teksti luetaan näillä kielillä: {others}." in later
    assert step_words.text_for(topic, "fi") == "Soittakaa: {contact}."
    assert step_words.text_for(topic, "sv") == step_words.text_for(topic.general, "sv")
    assert "ä kielillä" not in client.post(
        url("plan", "principal"), {"text": "Omat sanat."}, follow=True
    ).text  # fmt: skip
