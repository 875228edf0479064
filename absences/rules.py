"""The arithmetic of the intervention model. Pure: no database, no clock."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

IsSchoolDay = Callable[[dt.date], bool]
DAY = dt.timedelta(days=1)
MORNING = "09:00"
# Lessons a week by grade: the usual order of magnitude, good for an estimate only.
WEEKLY_LESSONS: Mapping[int, int] = {
    1: 20, 2: 21, 3: 23, 4: 25, 5: 25, 6: 25, 7: 30, 8: 30, 9: 31,
}  # fmt: skip
WEEKLY_USUALLY = 25
DAYS_A_WEEK = 5
LAST_OF_PRIMARY = 6


class Place(NamedTuple):
    """Where a pupil goes to school: in which grade, and in a school of which stage."""

    grade: int | None = None
    school_stage: str = ""

    @property
    def stage(self) -> str:
        """Of the pupil, not of the school: a unified school has more than one. "" is unknown."""
        if self.grade == 0:
            return "preprimary"
        if self.school_stage != "unified":
            return self.school_stage
        if self.grade is None:
            return ""
        return "primary" if self.grade <= LAST_OF_PRIMARY else "lower_secondary"


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Rung:
    """A step as the arithmetic sees it: its limit, and for which grades and stages it is."""

    slug: str
    limit: Decimal
    grade_from: int | None = None
    grade_to: int | None = None
    stages: tuple[str, ...] = ()

    @property
    def is_scoped(self) -> bool:
        return bool(self.stages) or self.grade_from is not None or self.grade_to is not None

    def is_for(self, place: Place) -> bool:
        """Does the step concern a pupil of this place? Where that is not known, always."""
        if self.stages and place.stage and place.stage not in self.stages:
            return False
        if place.grade is None:
            return True
        low = self.grade_from is None or place.grade >= self.grade_from
        return low and (self.grade_to is None or place.grade <= self.grade_to)


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a step looks at. Under one key a step is told of once."""

    first: dt.date
    last: dt.date
    key: str


def span_of(window: str, weeks: int | None, *, year: tuple[dt.date, dt.date], on: dt.date) -> Span:
    """From the start of the year or of the term, or so many weeks back; never before the year.

    The autumn term ends with December. A rolling window has one key a year: its step is told of
    once, and again only when the step says so.
    """
    begins, _ends = year
    last = on
    if window == "term":
        spring = dt.date(begins.year + 1, 1, 1)
        first = spring if on >= spring else begins
        return Span(first, last, first.isoformat() if first != begins else f"{begins}/1")
    if window == "weeks":
        first = max(begins, on - dt.timedelta(weeks=weeks or 1) + DAY)
        return Span(first, last, f"{begins}/{weeks}vk")
    return Span(begins, last, begins.isoformat())


def hours(minutes: int, *, per_hour: int) -> Decimal:
    """Minutes as hours of the model, to two decimals: 90 minutes are 2 hours of 45."""
    return (Decimal(minutes) / per_hour).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def percent(minutes: int, expected: int) -> Decimal:
    """Absent minutes of the minutes that lessons took, to two decimals; 0 when there were none."""
    if expected <= 0:
        return Decimal(0)
    return (Decimal(100 * minutes) / expected).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def expected_minutes(school_days: int, grade: int | None) -> int:
    """An estimate: no export tells how many lessons a pupil has had."""
    weekly = WEEKLY_LESSONS.get(grade or 0, WEEKLY_USUALLY)
    return school_days * weekly * 45 // DAYS_A_WEEK


def counted_minutes(by_class: Mapping[str, int], counted: Iterable[str]) -> int:
    return sum(by_class.get(one, 0) for one in counted)


def rung_reached(value: Decimal, rungs: Sequence[Rung], *, place: Place) -> Rung | None:
    """The highest rung that is full (>=). A pupil past two gets only the higher."""
    full = [rung for rung in rungs if rung.is_for(place) and value >= rung.limit]
    return max(full, key=lambda rung: rung.limit, default=None)


class FalseAlarm(NamedTuple):
    """What was withdrawn: how high a step, of how much, and when it was raised."""

    limit: Decimal
    value: Decimal
    on: dt.date


@dataclass(frozen=True, slots=True)
class Told:
    """What a pupil's adults have been told of one window: the highest limit, and how it ended."""

    limit: Decimal = Decimal(0)
    # The highest number that a key of this window has had.
    number: int = 0
    last_on: dt.date | None = None
    is_open: bool = False
    false_alarms: tuple[FalseAlarm, ...] = ()

    def is_due(self, limit: Decimal, *, on: dt.date, again: int | None) -> bool:
        """Is there something to tell that has not been told?"""
        if limit > self.limit:
            return True
        if not again or self.is_open or self.last_on is None:
            return False
        return on >= self.last_on + dt.timedelta(weeks=again)

    def falsely_told_on(self, value: Decimal, limit: Decimal) -> dt.date | None:
        """When this very step was last withdrawn as a false alarm, of as much or of more.

        With no absence since that day the same alarm would be as false as it was.
        """
        days = [one.on for one in self.false_alarms if one.limit <= limit and value <= one.value]
        return max(days, default=None)

    def key(self, span_key: str) -> str:
        """A key that no alert has yet, whichever step it was about."""
        return span_key if not self.number else f"{span_key}#{self.number + 1}"


def uncovered(unresolved: Iterable[dt.date], *, told: Collection[dt.date]) -> list[dt.date]:
    """The unresolved days that no earlier, answered alert has been about."""
    return sorted(set(unresolved) - set(told))


@dataclass(frozen=True, slots=True)
class Absence:
    """One counted note, as far as patterns need it."""

    date: dt.date
    lesson: int | None = None
    starts: str = ""
    course: str = ""

    @property
    def is_first_lesson(self) -> bool:
        if self.lesson is not None:
            return self.lesson == 1
        return bool(self.starts) and self.starts < MORNING


def runs(days: Iterable[dt.date], is_school_day: IsSchoolDay) -> list[list[dt.date]]:
    """Days with an absence, in runs that no school day without one interrupts."""
    found: list[list[dt.date]] = []
    for day in sorted(set(days)):
        if found and not any(map(is_school_day, _between(found[-1][-1], day))):
            found[-1].append(day)
        else:
            found.append([day])
    return found


def back_on(run: Sequence[dt.date], is_school_day: IsSchoolDay) -> dt.date:
    """The first school day after a run; on a calendar without one, the day after."""
    days = (run[-1] + n * DAY for n in range(1, 120))
    return next(filter(is_school_day, days), run[-1] + DAY)


def _between(one: dt.date, other: dt.date) -> Iterable[dt.date]:
    return (one + n * DAY for n in range(1, (other - one).days))


def lessons_on(absences: Sequence[Absence], days: Collection[dt.date]) -> int:
    wanted = set(days)
    return sum(1 for one in absences if one.date in wanted)


def most_on_a_weekday(absences: Sequence[Absence]) -> int:
    days = {one.date for one in absences}
    return max(Counter(day.weekday() for day in days).values(), default=0)


def most_in_a_subject(absences: Sequence[Absence]) -> int:
    return max(Counter(one.course for one in absences if one.course).values(), default=0)


def first_lessons(absences: Sequence[Absence]) -> int:
    return len({one.date for one in absences if one.is_first_lesson})


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file of notes beside what is known of its schools on its days. Minutes are of all notes.

    `ahead`: notes not known before, of days that are further ahead than their class allows.
    """

    rows: int
    ahead: int
    minutes: int
    again: int
    again_minutes: int
    again_known_minutes: int
    retyped: int
    known_rows: int
    known_minutes: int
