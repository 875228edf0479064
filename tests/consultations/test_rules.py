"""Wall-clock times without a zone, as the rules reckon them."""
# ruff: noqa: DTZ001

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from consultations import rules


def weekdays(day: dt.date) -> bool:
    return day.weekday() < 5


FRIDAY = dt.datetime(2026, 11, 20, 15, 0)


def test_the_two_look_again_in_four_weeks_on_a_school_day():
    def is_school_day(day):
        return day.weekday() < 5 and not dt.date(2026, 12, 19) <= day <= dt.date(2027, 1, 6)

    assert rules.follow_up_day(dt.date(2026, 11, 4), is_school_day) == dt.date(2026, 12, 2)
    assert rules.follow_up_day(dt.date(2026, 11, 28), is_school_day) == dt.date(2027, 1, 7)
    assert rules.follow_up_day(dt.date(2027, 6, 1), lambda _day: False) == dt.date(2027, 6, 29)


def test_a_hold_counts_office_hours_of_school_days_only():
    assert rules.hold_until(FRIDAY, weekdays) == dt.datetime(2026, 11, 23, 9, 0)


def test_a_hold_made_at_night_begins_in_the_morning():
    assert rules.hold_until(FRIDAY.replace(hour=4), weekdays) == FRIDAY.replace(hour=10)


@settings(max_examples=60)
@given(st.datetimes(dt.datetime(2026, 8, 1), dt.datetime(2027, 6, 1)))
def test_a_hold_always_ends_later_and_within_the_office_hours_of_a_school_day(at):
    until = rules.hold_until(at, weekdays)

    assert until > at
    assert weekdays(until.date())
    assert rules.OFFICE_OPENS <= until.time() <= rules.OFFICE_CLOSES


def test_an_hour_is_kept_on_its_weekday_without_holidays():
    pattern = rules.Pattern(1, dt.time(14), 20, 3, dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    autumn_break = {dt.date(2026, 10, 13)}

    days = list(rules.days_of(pattern, lambda day: day not in autumn_break))

    assert days == [dt.date(2026, 10, 6), dt.date(2026, 10, 20), dt.date(2026, 10, 27)]
    assert list(rules.part_times(pattern)) == [dt.time(14), dt.time(14, 20), dt.time(14, 40)]


def test_a_term_is_told_once_more_a_month_after_it_and_then_no_more():
    autumn = rules.Term("syksy", dt.date(2026, 8, 1), dt.date(2026, 12, 31))
    days = [dt.date(2027, month, 5) for month in (1, 2, 3, 4)]

    told = [rules.last_whole_month(autumn, day) for day in days]

    assert told == [dt.date(2026, 12, 31), *[dt.date(2027, 1, 31)] * 3]
