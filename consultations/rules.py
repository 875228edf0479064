"""Reckoning with hours, days and holds. Pure: no clock, no database."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from schools.calendar import year_bounds

# A hold runs in the hours when a teacher can answer at all.
OFFICE_OPENS = dt.time(8)
OFFICE_CLOSES = dt.time(16)
HOLD_HOURS = 2
FARTHEST = 400
# Easter: from Thursday to Tuesday. Over a longer break the day before is the day before.
LONGEST_WEEKEND = 5

# Of whom: M. M., M-L.K., ABC; and of which class: 7, 7C, 3.B, 1-2B, 5v.
INITIALS = re.compile(r"[^\W\d_](?:[.-]{1,2}[^\W\d_])*\.?|[A-ZÅÄÖ]{2,3}\.?")
CLASS = re.compile(r"\d{1,2}\.?(?:[-–]\d{1,2}\.?)?(?:[^\W\d_]{0,2}\.?|luok\w*|-vuotia\w*)")
BETWEEN = re.compile(r"[\s,;/&+()]+")
PLAIN_WORDS = frozenset(
    {"ja", "koko", "luokka", "lk", "lk.", "ryhmä", "eskari", "eskarit", "esiopetus", "vuotiaat"}
)

IsSchoolDay = Callable[[dt.date], bool]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A weekly hour: on which weekday (0 is Monday), from when, in how many parts of how long."""

    weekday: int
    starts: dt.time
    part_minutes: int
    parts: int
    begins: dt.date
    ends: dt.date


@dataclass(frozen=True, slots=True)
class Term:
    """Half of a school year."""

    slug: str
    first: dt.date
    last: dt.date


def terms_of(on: dt.date) -> list[Term]:
    """The terms of this school year that have begun: earlier years have been erased."""
    first, last = year_bounds(on)
    turn = dt.date(first.year, 12, 31)
    autumn = Term("syksy", first, turn)
    spring = Term("kevat", turn + dt.timedelta(days=1), last)
    return [autumn, spring] if on > turn else [autumn]


def last_whole_month(term: Term, on: dt.date) -> dt.date | None:
    """The last day of the term's months that are over; None while its first one runs.

    A month after the term it is told once more: what was written then of its last meetings counts.
    """
    month_after = (term.last + dt.timedelta(days=32)).replace(day=1)
    last = min(month_after, on.replace(day=1)) - dt.timedelta(days=1)
    return last if last > term.first else None


def part_times(pattern: Pattern) -> Iterator[dt.time]:
    """When each part begins on the wall clock."""
    first = dt.datetime.combine(dt.date.min, pattern.starts)
    for number in range(pattern.parts):
        yield (first + number * dt.timedelta(minutes=pattern.part_minutes)).time()


def runs_past_midnight(starts: dt.time, *, minutes: int) -> bool:
    """Would something of this length end on another day?"""
    first = dt.datetime.combine(dt.date.min, starts)
    return (first + dt.timedelta(minutes=minutes)).date() != dt.date.min


def days_of(pattern: Pattern, is_school_day: IsSchoolDay) -> Iterator[dt.date]:
    """The days on which the hour is kept: its weekday, without holidays and breaks."""
    ahead = (pattern.weekday - pattern.begins.weekday()) % 7
    day = pattern.begins + dt.timedelta(days=ahead)
    while day <= pattern.ends:
        if is_school_day(day):
            yield day
        day += dt.timedelta(days=7)


def opens_to_others(slot_day: dt.date, own_first_days: int) -> dt.date:
    """The first day on which other schools than the teacher's own may book this slot."""
    return slot_day - dt.timedelta(days=own_first_days)


def hold_until(
    at: dt.datetime, is_school_day: IsSchoolDay, *, hours: int = HOLD_HOURS
) -> dt.datetime:
    """When an offer made at this moment lapses: so many office hours of school days later.

    Local wall-clock time in and out; nights, weekends and holidays do not count.
    """
    left = dt.timedelta(hours=hours)
    now = at
    for _ in range(FARTHEST):
        opens = now.replace(hour=OFFICE_OPENS.hour, minute=0, second=0, microsecond=0)
        closes = now.replace(hour=OFFICE_CLOSES.hour, minute=0, second=0, microsecond=0)
        if is_school_day(now.date()) and now < closes:
            begins = max(now, opens)
            if begins + left <= closes:
                return begins + left
            left -= closes - begins
        now = opens + dt.timedelta(days=1)
    return now


def follow_up_day(on: dt.date, is_school_day: IsSchoolDay) -> dt.date:
    """When the two look again, if they say nothing else: in four weeks, on a school day."""
    wanted = on + dt.timedelta(weeks=4)
    days = (wanted + dt.timedelta(days=ahead) for ahead in range(15))
    return next((day for day in days if is_school_day(day)), wanted)


def reminded_until(day: dt.date, is_school_day: IsSchoolDay) -> dt.date:
    """The last day whose meetings are reminded of on this day: tomorrow, over a weekend Monday."""
    for ahead in range(1, LONGEST_WEEKEND + 1):
        coming = day + dt.timedelta(days=ahead)
        if is_school_day(coming):
            return coming
    return day + dt.timedelta(days=1)


def week_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Monday and Sunday of the week of a day."""
    monday = day - dt.timedelta(days=day.weekday())
    return monday, monday + dt.timedelta(days=6)


def unlike_initials(about: str) -> list[str]:
    """The words that are neither initials nor a class: perhaps a name, perhaps a group's."""
    words = [one for one in BETWEEN.split(about) if one]
    return [
        one
        for one in words
        if one.lower() not in PLAIN_WORDS
        and not INITIALS.fullmatch(one)
        and not CLASS.fullmatch(one)
    ]
