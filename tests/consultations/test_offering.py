import datetime as dt

import pytest

from consultations.errors import HourRefusedError
from consultations.models import Booking, Slot
from consultations.services import bookings, hours
from consultations.services.bookings import Matter
from notifications.models import Notification
from schools.models import Holiday
from tests import builders
from tests.consultations.conftest import AT, KEMI, at, offer


def book(slot, by, school):
    return bookings.book(slot=slot, by=by, school=school, matter=Matter(), at=AT)


def test_a_term_of_hours_skips_the_break_and_keeps_the_wall_clock_over_summer_time(cast):
    made = offer(
        cast["special_teacher"],
        cast.school,
        begins=dt.date(2026, 9, 1),
        ends=dt.date(2026, 11, 30),
    )

    times = [one.starts_at.astimezone(KEMI) for one in made.slots.order_by("starts_at")]

    assert {time.strftime("%H:%M") for time in times} == {"14:00", "14:30"}
    # UTC+3 in summer time, UTC+2 after 25 October.
    assert {time.utcoffset().seconds // 3600 for time in times} == {2, 3}
    assert not any(dt.date(2026, 10, 12) <= time.date() <= dt.date(2026, 10, 16) for time in times)
    assert len(times) == 2 * 12


def test_a_series_that_meets_another_far_ahead_is_refused_with_its_day(cast, hour):
    with pytest.raises(HourRefusedError, match=r"8\.12\.2026"):
        offer(
            cast["special_teacher"],
            cast.school,
            starts=dt.time(14, 15),
            begins=dt.date(2026, 12, 7),
            ends=dt.date(2026, 12, 18),
        )


def test_an_hour_within_a_break_alone_is_refused(cast):
    with pytest.raises(HourRefusedError, match="ei ole yhtään koulupäivää"):
        offer(
            cast["special_teacher"],
            cast.school,
            begins=dt.date(2026, 10, 12),
            ends=dt.date(2026, 10, 16),
        )


def test_an_absence_cancels_its_days_in_one_step_and_everybody_is_told(cast, slot):
    book(slot, cast["class_teacher"], cast.school)

    gone = hours.be_away(
        teacher=cast["special_teacher"], first=builders.ON, last=dt.date(2026, 11, 24), at=AT
    )

    assert gone == hours.Cancelled(times=2, told=1)
    assert Booking.objects.get().state == "cancelled"
    told = Notification.objects.get(recipient=cast["class_teacher"])
    assert told.title == "Konsultaatioaikasi on peruttu. Valitse uusi aika."
    assert cast["special_teacher"].last_name not in told.title


def test_a_cancelled_time_can_be_given_again(cast, slot):
    hours.cancel_slots(slots=[slot], at=AT)
    hours.give_again(slot=slot, at=AT)

    slot.refresh_from_db()
    assert (slot.state, slot.sequence) == ("open", 2)


def test_a_moved_time_keeps_its_booking_and_tells_of_it(cast, slot):
    made = book(slot, cast["class_teacher"], cast.school)

    hours.move_slot(slot=slot, starts_at=at(25, 9), place="Huone 3", at=AT)

    made.refresh_from_db()
    assert (made.state, made.slot.starts_at, made.slot.sequence) == ("booked", at(25, 9), 1)
    assert Notification.objects.filter(
        recipient=cast["class_teacher"], title="Konsultaatioaika on siirretty"
    ).exists()


def test_a_time_is_not_moved_upon_another(cast, slot):
    with pytest.raises(HourRefusedError):
        hours.move_slot(slot=slot, starts_at=at(24, 14, 15), place="", at=AT)


def test_a_time_is_not_given_again_upon_another(cast, slot):
    hours.cancel_slots(slots=[slot], at=AT)
    offer(cast["special_teacher"], cast.school, starts=dt.time(13, 45), parts=1,
        ends=dt.date(2026, 11, 27))  # fmt: skip

    with pytest.raises(HourRefusedError, match=r"24\.11\.2026"):
        hours.give_again(slot=slot, at=AT)

    slot.refresh_from_db()
    assert slot.state == "cancelled"


def test_a_time_is_not_given_again_while_its_teacher_is_elsewhere(cast, slot):
    hours.cancel_slots(slots=[slot], at=AT)
    mentoring = offer(cast["other_class"], cast.school, kind="mentor").slots.first()
    book(mentoring, cast["special_teacher"], cast.school)

    with pytest.raises(HourRefusedError):
        hours.give_again(slot=slot, at=AT)


def test_a_time_of_a_new_holiday_is_not_given_again(cast, slot):
    Holiday.objects.create(
        school_year=builders.year(), name="huoltopäivä", begins=dt.date(2026, 11, 24),
        ends=dt.date(2026, 11, 24),
    )  # fmt: skip
    hours.cancel_on_holidays(at=AT)

    with pytest.raises(HourRefusedError, match="koulupäivä"):
        hours.give_again(slot=slot, at=AT)


def test_a_time_that_has_passed_is_not_given_again(cast, slot):
    hours.cancel_slots(slots=[slot], at=AT)

    with pytest.raises(HourRefusedError, match="mennyt"):
        hours.give_again(slot=slot, at=at(25, 9))


def test_a_moved_time_opens_to_others_by_its_new_day(cast, slot):
    hours.move_slot(slot=slot, starts_at=at(15, 9, month=12), place="", at=AT)

    slot.refresh_from_db()
    assert slot.open_to_others_on == dt.date(2026, 12, 8)


def test_nothing_moved_tells_nobody(cast, slot):
    book(slot, cast["class_teacher"], cast.school)
    hours.move_slot(slot=slot, starts_at=slot.starts_at, place=slot.place, at=AT)

    slot.refresh_from_db()
    assert slot.sequence == 0
    assert not Notification.objects.filter(recipient=cast["class_teacher"]).exists()


def test_a_time_is_not_moved_over_midnight(cast, slot):
    with pytest.raises(HourRefusedError, match="puolenyön"):
        hours.move_slot(slot=slot, starts_at=at(25, 23, 45), place="", at=AT)


def test_a_holiday_that_is_added_later_takes_its_times_with_it(cast, slot):
    made = book(slot, cast["class_teacher"], cast.school)
    Holiday.objects.create(
        school_year=builders.year(), name="huoltopäivä", begins=dt.date(2026, 11, 24),
        ends=dt.date(2026, 11, 24),
    )  # fmt: skip

    assert hours.cancel_on_holidays(at=AT) == 2
    assert hours.cancel_on_holidays(at=AT) == 0
    made.refresh_from_db()
    assert made.state == "cancelled"


def test_ending_an_hour_cancels_what_comes_after_that_day(cast, hour):
    hours.end_hour(hour=hour, on=dt.date(2026, 11, 30), at=AT)

    left = Slot.objects.filter(state="open").order_by("starts_at").last()
    assert left.starts_at.astimezone(KEMI).date() == dt.date(2026, 11, 24)
