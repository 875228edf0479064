"""School days: pure reckoning with a year's holidays."""

import datetime as dt
from dataclasses import dataclass

YEAR_BEGINS_MONTH = 8
SATURDAY = 5


def year_bounds(on: dt.date) -> tuple[dt.date, dt.date]:
    """The school year that a day belongs to: 1 August to 31 July."""
    first = on.year if on.month >= YEAR_BEGINS_MONTH else on.year - 1
    return dt.date(first, YEAR_BEGINS_MONTH, 1), dt.date(first + 1, YEAR_BEGINS_MONTH - 1, 31)


@dataclass(frozen=True, slots=True)
class Break:
    name: str
    begins: dt.date
    ends: dt.date


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """Which days are school days. Without given breaks every weekday is one."""

    breaks: tuple[Break, ...] = ()
    lessons_begin: dt.date | None = None
    lessons_end: dt.date | None = None
    is_given: bool = False

    def covers(self, day: dt.date) -> bool:
        """Is the day within this calendar's own school year?"""
        if self.lessons_begin is None or self.lessons_end is None:
            return False
        first, last = year_bounds(self.lessons_begin)
        return first <= day <= last

    def break_on(self, day: dt.date) -> Break | None:
        return next((one for one in self.breaks if one.begins <= day <= one.ends), None)

    def is_school_day(self, day: dt.date) -> bool:
        if day.weekday() >= SATURDAY:
            return False
        if self.lessons_begin and day < self.lessons_begin:
            return False
        if self.lessons_end and day > self.lessons_end:
            return False
        return self.break_on(day) is None

    def has_school_in_week(self, monday: dt.date) -> bool:
        return any(self.is_school_day(monday + dt.timedelta(days=n)) for n in range(SATURDAY))

    def school_days_after(self, day: dt.date, until: dt.date) -> int:
        """How many school days have passed after `day`, up to and with `until`."""
        days = (day + dt.timedelta(days=n) for n in range(1, (until - day).days + 1))
        return sum(1 for one in days if self.is_school_day(one))

    def add_school_days(self, day: dt.date, count: int) -> dt.date:
        """The school day that is `count` school days after `day`, within the school year.

        When the year has no more, its last one: what is asked for in June is not due a year later.
        A day after the last one stays as it is.
        """
        found = last = day
        for _ in range(366):
            if count <= 0 or (self.lessons_end and found >= self.lessons_end):
                break
            found += dt.timedelta(days=1)
            if self.is_school_day(found):
                last, count = found, count - 1
        return last
