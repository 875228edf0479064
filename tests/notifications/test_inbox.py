"""The inbox says whom a notice is about, to those who may see it today and to nobody else."""

import datetime as dt

import pytest
from django.urls import reverse

from absences import services as absences
from absences.models import Alert
from consultations.models import Booking
from notifications.models import Notification
from notifications.services import Draft, notify
from schools.models import Membership
from support.models import ChecklistRound
from tests import builders
from tests.consultations.conftest import hour as hour  # noqa: PLC0414 (a fixture)
from tests.consultations.conftest import slot as slot  # noqa: PLC0414 (a fixture)
from tests.signed_in import as_
from wellbeing.models import CallForAdult, WishRound
from wilma.models import ImportRun


def inbox(person) -> str:
    return as_(person).get(reverse("notifications:inbox")).text


def told(person, page: str, *arguments, kind="reminder") -> None:
    path = reverse(page, args=arguments)
    notify(drafts=[Draft(person.pk, kind, path, "Jokin odottaa", path)], at=builders.AT)


def test_a_notice_of_an_alert_says_which_child(cast, alert):
    text = inbox(cast["class_teacher"])

    assert "<b>Elsa K., 7C</b>" in text
    assert "Elsa" not in Notification.objects.get(recipient=cast["class_teacher"]).title


def test_who_has_left_the_class_reads_no_name_any_more(cast, alert):
    Membership.objects.filter(user=cast["class_teacher"]).update(ends=dt.date(2026, 11, 19))

    text = inbox(cast["class_teacher"])

    assert "Elsa" not in text
    assert Notification.objects.filter(recipient=cast["class_teacher"]).exists()


def test_a_guardian_reads_no_name_once_the_child_is_under_a_non_disclosure_order(cast, alert):
    told(cast["guardian"], "absences:alert", alert.pk)
    alert.recipients.get_or_create(user=cast["guardian"], defaults={"told_at": builders.AT})
    assert "Elsa" in inbox(cast["guardian"])

    cast.child.nondisclosure = True
    cast.child.save()

    assert "Elsa" not in inbox(cast["guardian"])


def test_a_notice_of_a_page_that_is_no_more_is_shown_all_the_same(cast):
    drafts = [Draft(cast["principal"].pk, "reminder", "x", "Vanha asia", "/ei-ole-enaa/1/")]
    notify(drafts=drafts, at=builders.AT)

    assert "Vanha asia" in inbox(cast["principal"])


@pytest.fixture
def of_every_kind(cast, alert, slot):
    """One notice of each kind of page, to one person who may see them all."""
    person = cast["class_teacher"]
    Membership.objects.create(
        user=person, role="administrator", begins=dt.date(2026, 8, 1), school=None
    )
    wishes = WishRound.objects.create(
        group=cast.group, opened_by=person, opened_at=builders.AT, closes_on=builders.ON
    )
    call = CallForAdult.objects.create(pupil=cast.child, to=person, asked_at=builders.AT)
    booking = Booking.objects.create(
        slot=slot, booked_by=person, school=cast.school, made_at=builders.AT
    )
    checklist = ChecklistRound.objects.create(
        checklist=builders.checklist(), kind="group", school=cast.school, group=cast.group,
        begun_on=builders.ON, begun_by=person,
    )  # fmt: skip
    run = ImportRun.objects.create(
        kind="notes", file_name="viikko47.csv", started_by=person, started_at=builders.AT
    )
    told(person, "wellbeing:round", wishes.pk)
    told(person, "wellbeing:call", call.pk)
    told(person, "consultations:booking", booking.pk)
    told(person, "support:before", checklist.pk)
    told(person, "support:note_screening", builders.screening().pk, cast.group.pk)
    told(person, "wilma:run", run.pk)
    return person


def test_every_kind_of_page_says_what_it_is_about(of_every_kind, slot):
    text = inbox(of_every_kind)

    for words in ("Elsa K., 7C", "Elsa K.", "7C", str(slot.teacher), "viikko47.csv"):
        assert f"<b>{words}</b>" in text
    assert text.count("<b>7C</b>") == 3


def test_the_inbox_asks_as_often_for_one_notice_as_for_many(of_every_kind, cast, assert_flat):
    client = as_(of_every_kind)

    def grow() -> None:
        for number in range(5):
            builders.absent(builders.pupil(cast.group, f"9{number}"), 30)
        builders.batch(cast.school)
        absences.walk_round(on=builders.ON, cause="by_hand", at=builders.AT)
        for one in Alert.objects.all():
            told(of_every_kind, "absences:alert", one.pk)

    assert_flat(lambda: client.get(reverse("notifications:inbox")), grow=grow)
    assert inbox(of_every_kind).count("<b>Elsa K., 7C</b>") == 12
