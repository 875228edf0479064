"""An hour that is there already: another room, other units."""

import datetime as dt

import pytest
from django.urls import reverse

from consultations.models import Booking
from consultations.services import hours
from notifications.models import Notification
from tests.consultations.conftest import AT
from tests.consultations.test_pages import as_, book


def test_an_hour_moves_to_another_room_and_whoever_has_a_time_is_told(cast, hour, slot):
    book(slot, cast["class_teacher"], cast.school)
    alone = hour.slots.order_by("starts_at").last()
    hours.move_slot(slot=alone, starts_at=alone.starts_at, place="Kirjasto", at=AT)
    client = as_(cast["special_teacher"])
    url = reverse("consultations:hour", args=[hour.pk])

    page = client.post(url, {"place": "Pesä", "own_first_days": 3}, follow=True)

    slot.refresh_from_db()
    alone.refresh_from_db()
    assert "Muutos on tallennettu" in page.text
    assert (slot.place, slot.sequence, alone.place) == ("Pesä", 1, "Kirjasto")
    assert slot.open_to_others_on == slot.starts_at.date() - dt.timedelta(days=3)
    assert list(hour.schools.all()) == [cast.school]
    told = Notification.objects.filter(recipient=cast["class_teacher"], title__contains="siirretty")
    assert told.count() == 1
    assert Booking.objects.get().state == "booked"


@pytest.mark.parametrize("days", [366, 99999999, 10**12])
def test_more_days_than_a_year_are_refused_with_a_sentence(cast, hour, days):
    client = as_(cast["special_teacher"])

    page = client.post(
        reverse("consultations:hour", args=[hour.pk]), {"place": "Pesä", "own_first_days": days}
    )

    hour.refresh_from_db()
    assert page.status_code == 422
    assert "Pesä" in page.text
    assert (hour.place, hour.own_first_days) == ("Huone 12", 7)


def test_units_change_and_nobody_is_told_of_the_same_room(cast, hour, slot):
    book(slot, cast["class_teacher"], cast.school)
    as_(cast["special_teacher"]).post(
        reverse("consultations:hour", args=[hour.pk]),
        {"place": hour.place, "own_first_days": 7, "schools": [cast.neighbour.pk]},
    )

    slot.refresh_from_db()
    assert slot.sequence == 0
    assert set(hour.schools.all()) == {cast.school, cast.neighbour}
    assert not Notification.objects.filter(title__contains="siirretty").exists()


@pytest.mark.parametrize(
    ("is_booked", "said"),
    [(True, "2 aikaa peruttiin. Varanneille"), (False, "2 aikaa peruttiin. Kukaan ei ollut")],
)
def test_the_absent_one_hears_whether_anybody_was_told(cast, slot, is_booked, said):
    if is_booked:
        book(slot, cast["class_teacher"], cast.school)
    day = slot.starts_at.date()

    page = as_(cast["special_teacher"]).post(
        reverse("consultations:away"), {"first": day, "last": day}, follow=True
    )

    assert said in page.text


def test_an_empty_week_does_not_ask_for_an_hour_that_is_already_offered(cast, slot):
    page = as_(cast["special_teacher"]).get(reverse("consultations:week"), {"viikko": "2027-01-04"})

    assert "Tarjoa viikoittainen tunti" not in page.text


def test_a_special_teacher_is_not_sent_to_ask_the_special_teacher(cast, slot):
    page = as_(cast["special_teacher"]).get(reverse("consultations:times"))

    assert "Kysy erityisopettajalta" not in page.text


def test_the_free_times_after_the_first_six_are_reached(cast, hour):
    teacher = as_(cast["class_teacher"])
    first = teacher.get(reverse("consultations:times"))
    second = teacher.get(reverse("consultations:times"), {"sivu": "2"})

    assert 'href="?sivu=2"' in first.text
    assert [one.pk for one in second.context["page"].free] == [
        one.pk for one in hour.slots.order_by("starts_at")[6:8]
    ]
