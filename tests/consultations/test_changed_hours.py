"""An hour that is there already: later times, another room, other units."""

import datetime as dt

from django.urls import reverse

from consultations.models import Booking
from consultations.services import hours
from notifications.models import Notification
from tests.consultations.conftest import AT
from tests.consultations.test_pages import as_, book


def test_later_times_are_reached_by_a_press(cast, hour):
    client = as_(cast["class_teacher"])

    first = client.get(reverse("consultations:times"))
    more = client.get(reverse("consultations:times") + "?maara=12")

    assert len(first.context["page"].free) == 6
    assert "Näytä myöhempiä aikoja" in first.text
    assert len(more.context["page"].free) == hour.slots.count() == 8
    assert "Näytä myöhempiä aikoja" not in more.text


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


def test_who_has_hours_is_not_asked_to_offer_one_in_an_empty_week(cast, hour):
    client = as_(cast["special_teacher"])

    page = client.get(reverse("consultations:week") + "?viikko=2026-12-28")
    other = as_(cast["subject_teacher"]).get(reverse("consultations:week"))

    assert "Katso, milloin tuntisi ovat" in page.text
    assert "Tarjoa viikoittainen tunti" not in page.text
    assert "Tarjoa viikoittainen tunti" in other.text
