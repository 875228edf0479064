"""What cannot all be true, told at night, each with the way to mend it."""

import datetime as dt

from django.test import Client
from django.urls import reverse

from absences.contradictions import contradictions
from absences.models import InterventionModel
from absences.services import contradictions as telling
from absences.services.models import ensure_model
from consultations.services import bookings
from consultations.services.bookings import Matter
from notifications.models import Notification
from schools.models import Enrolment, Guardian, Guardianship, Substitution
from schools.selectors import calendar_for
from tests import builders
from tests.consultations.conftest import AT, offer


def found(kind: str) -> list[str]:
    rows = contradictions(on=builders.ON, calendar=calendar_for(builders.ON))
    return [one.words for one in rows if one.kind == kind]


def test_a_mark_on_a_holiday(cast):
    builders.absent(cast.child, 3, day=dt.date(2026, 10, 13))

    assert found("holiday") == ["Lumilinna: 3 merkintää päivillä, jolloin ei ole koulua (13.10.)."]


def test_one_child_in_two_schools(cast):
    other = builders.group(cast.neighbour, "7X")
    Enrolment.objects.create(pupil=cast.child, group=other, begins=builders.YEAR)

    words = found("two-schools")
    assert len(words) == 2
    assert all("40001" in one for one in words)
    assert "Elsa" not in " ".join(words)


def test_away_and_booked_at_once(cast):
    hour = offer(cast["special_teacher"], cast.school)
    slot = hour.slots.order_by("starts_at").first()
    bookings.book(slot=slot, by=cast["class_teacher"], school=cast.school, matter=Matter(), at=AT)
    before = found("away-and-booked")
    Substitution.objects.create(
        absent=cast["special_teacher"], begins=dt.date(2026, 11, 23), ends=dt.date(2026, 11, 27)
    )

    assert before == []
    assert found("away-and-booked") == [
        "Erja Virkanen on merkitty poissaolevaksi, mutta aika on varattu 24.11."
    ]


def test_each_way_to_mend_opens_to_the_administrator(cast):
    builders.absent(cast.child, 3, day=dt.date(2026, 10, 13))
    builders.pupil(builders.group(cast.school, "9Z", 9))
    slot = offer(cast["special_teacher"], cast.school).slots.order_by("starts_at").first()
    bookings.book(slot=slot, by=cast["class_teacher"], school=cast.school, matter=Matter(), at=AT)
    Substitution.objects.create(
        absent=cast["special_teacher"], begins=dt.date(2026, 11, 23), ends=dt.date(2026, 11, 27)
    )
    client = Client()
    client.force_login(cast["administrator"], "accounts.backends.PasswordBackend")

    rows = list(contradictions(on=builders.ON, calendar=calendar_for(builders.ON)))

    assert {"holiday", "no-class-teacher", "away-and-booked"} <= {one.kind for one in rows}
    assert {client.get(one.link).status_code for one in rows} == {200}


def test_a_class_without_a_class_teacher(cast):
    builders.pupil(builders.group(cast.school, "9Z", 9))

    assert found("no-class-teacher") == [
        "Lumilinna: luokalla 9Z ei ole luokanopettajaa eikä luokanvalvojaa."
    ]


def test_a_guardian_without_a_channel(cast):
    Guardian.objects.update(email="on@example.org")
    silent = Guardian.objects.create(key="hiljainen", first_name="Ei")
    Guardianship.objects.create(guardian=silent, pupil=cast.child)

    assert found("no-channel") == ["Lumilinna: 1 huoltajalla ei ole sähköpostia eikä puhelinta."]


def test_a_guardian_without_a_child_here_is_not_missing_a_channel(cast):
    """Of a roster that names another guardian the old one is left, with nobody to hear of."""
    Guardian.objects.update(email="on@example.org")
    Guardian.objects.create(key="nobody")
    moved = builders.pupil(builders.group(cast.neighbour, "7X"), "moved")
    moved.left_on = builders.ON
    moved.save()
    both = Guardian.objects.create(key="both")
    for child in (moved, cast.child):
        Guardianship.objects.create(guardian=both, pupil=child)

    assert found("no-channel") == ["Lumilinna: 1 huoltajalla ei ole sähköpostia eikä puhelinta."]


def test_a_step_that_wakes_nobody(cast):
    model = ensure_model(on=builders.ON)
    model.steps.filter(slug="huoli-kasvaa").update(recipients=[])
    InterventionModel.objects.filter(pk=model.pk).update(state="active")

    assert found("no-recipient") == ["Porras ”Huoli kasvaa” ei herätä ketään."]


def test_a_new_list_is_told_once_and_heads_hear_of_their_own(cast):
    builders.pupil(builders.group(cast.school, "9Z", 9))
    Guardian.objects.update(email="on@example.org")

    first = telling.tell(on=builders.ON, at=builders.AT)
    again = telling.tell(on=builders.ON, at=builders.AT)

    told = {one.recipient.username for one in Notification.objects.filter(kind="contradictions")}
    assert (first, again) == (2, 0)
    assert told == {"paakayttaja", "raili"}


def test_a_silent_source_is_on_the_list_and_makes_no_notice_of_its_own(cast):
    """A morning's round tells of it, once for each silence."""
    Guardian.objects.update(email="on@example.org")
    untouched = found("silent-source")
    builders.batch(cast.neighbour)
    builders.batch(cast.school, received=builders.AT - dt.timedelta(days=30))

    told = telling.tell(on=builders.ON, at=builders.AT)

    assert untouched == []
    assert found("silent-source") == [
        "Lumilinna: merkintöjä ei ole tullut. Unilukkari vaikenee koulun tunneista."
    ]
    assert told == 0


def test_the_head_is_told_whom_to_ask(cast):
    builders.pupil(builders.group(cast.school, "9Z", 9))
    client = Client()
    client.force_login(cast["principal"], "accounts.backends.PasswordBackend")

    page = client.post(reverse("absences_robot:contradictions"), follow=True)

    assert "9Z" in page.text
    assert "roolit korjaa portaalin pääkäyttäjä" in page.text
    assert "Lisää rooli" not in page.text


def test_the_way_to_a_new_roster_opens_with_the_roster_chosen(cast, client):
    other = builders.group(cast.neighbour, "7X")
    Enrolment.objects.create(pupil=cast.child, group=other, begins=builders.YEAR)
    rows = contradictions(on=builders.ON, calendar=calendar_for(builders.ON))
    link = next(one.link for one in rows if one.kind == "two-schools")
    client.force_login(cast["administrator"], backend="accounts.backends.PasswordBackend")

    assert '<option value="roster" selected>' in client.get(link).text


def test_the_head_finds_the_way_to_the_list_from_the_robots_page(cast, client):
    backend = "accounts.backends.PasswordBackend"
    seen = {}
    for who in ("principal", "class_teacher"):
        client.force_login(cast[who], backend=backend)
        shown = client.get(reverse("absences_robot:rounds")).text
        seen[who] = reverse("absences_robot:contradictions") in shown

    assert seen == {"principal": True, "class_teacher": False}


def test_a_step_whose_only_recipients_are_no_more_wakes_nobody_either(cast):
    model = ensure_model(on=builders.ON)
    model.steps.filter(slug="huoli-kasvaa").update(recipients=["caretaker"])

    assert found("no-recipient") == ["Porras ”Huoli kasvaa” ei herätä ketään."]
