"""Reminders over a weekend, and what is erased when."""

import datetime as dt

from consultations import retention, rules
from consultations.models import Booking, Outcome
from consultations.services import bookings, outcomes
from consultations.services.bookings import Matter
from notifications.models import Notification
from tests.consultations.conftest import AT, at, offer


def test_a_monday_is_reminded_of_on_friday_and_only_once(cast):
    slot = offer(cast["special_teacher"], cast.school, weekday=0).slots.order_by("starts_at")[0]
    bookings.book(slot=slot, by=cast["class_teacher"], school=cast.school, matter=Matter(), at=AT)

    assert [outcomes.remind(at=at(day, 8)) for day in (19, 20, 21, 22)] == [0, 2, 0, 0]
    told = Notification.objects.get(recipient=cast["class_teacher"])
    assert told.title == "Konsultaatioaika on seuraavana koulupäivänä"


def test_over_a_long_break_the_day_before_is_the_day_before():
    friday = dt.date(2026, 12, 18)

    assert rules.reminded_until(friday, lambda _day: False) == dt.date(2026, 12, 19)


def test_notes_go_with_the_school_year_by_the_table(cast, slot):
    made = bookings.book(
        slot=slot, by=cast["class_teacher"], school=cast.school, at=AT, matter=Matter()
    )
    outcomes.write_outcome(
        booking=made, took_place=True, measures=[], note="Kokeillaan taukoa", at=at(24, 15),
        follow_up_on=None,
    )  # fmt: skip
    rule = next(one for one in retention.RULES if one.model is Booking and not one.erase)

    too_soon = rule.expired(dt.date(2027, 7, 31)).count()
    rule.expired(dt.date(2027, 8, 1)).delete()

    assert too_soon == 0
    assert not Outcome.objects.exists()
