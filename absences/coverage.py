"""Classes, weeks and days without a single note: silence is not read as good news."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Count, QuerySet

from absences.freshness import schools_known_until
from absences.models import LessonNote
from schools.calendar import SchoolCalendar
from schools.models import School, TeachingGroup, this_year

WEEKS = 6
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CoverageWeek:
    """One week of a class: its notes, and the school days that have passed without any."""

    count: int
    # Of a week that is empty as a whole its nought says enough.
    empty_days: list[dt.date]


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One class: its notes week by week. None is a week without school days."""

    group: TeachingGroup
    weeks: list[CoverageWeek | None]

    @property
    def is_silent(self) -> bool:
        """Two school weeks in a row without any note of anybody in the class."""
        told = [one.count for one in self.weeks if one is not None]
        return any(not first and not second for first, second in pairwise(told))


@dataclass(frozen=True, slots=True)
class Gap:
    """School days of which none of a school's classes has a note, though later days are known."""

    school: School
    days: list[dt.date]


@dataclass(frozen=True, slots=True)
class Coverage:
    mondays: list[dt.date]
    rows: list[CoverageRow]
    gaps: list[Gap]

    @property
    def silent(self) -> int:
        return sum(1 for one in self.rows if one.is_silent)


def coverage_of(
    groups: "QuerySet[TeachingGroup]", *, on: dt.date, calendar: SchoolCalendar
) -> Coverage:
    """The last six weeks of these classes, three statements however many there are."""
    this = on - dt.timedelta(days=on.weekday())
    mondays = [this - dt.timedelta(weeks=n) for n in range(WEEKS - 1, -1, -1)]
    shown = list(groups.select_related("school"))
    counts = _counts(shown, mondays[0], on)
    days_of = _told_days(shown, counts, mondays[0], on, calendar)
    gaps = _gaps(shown, counts, days_of)
    gap_days = {gap.school.pk: gap.days for gap in gaps}

    def week(group: TeachingGroup, monday: dt.date) -> CoverageWeek | None:
        if not _has_school(monday, on, calendar):
            return None
        dates = [monday + n * DAY for n in range(7)]
        count = sum(counts.get((group.pk, day), 0) for day in dates)
        empty = [
            day
            for day in dates
            if day in days_of.get(group.school_id, [])
            and day not in gap_days.get(group.school_id, [])
            and (group.pk, day) not in counts
        ]
        return CoverageWeek(count, empty if count else [])

    rows = [CoverageRow(group, [week(group, one) for one in mondays]) for group in shown]
    return Coverage(mondays, rows, gaps)


def _has_school(monday: dt.date, on: dt.date, calendar: SchoolCalendar) -> bool:
    days = (monday + n * DAY for n in range(5))
    return any(calendar.is_school_day(day) and day <= on for day in days)


def _counts(
    groups: list[TeachingGroup], first: dt.date, last: dt.date
) -> dict[tuple[int, dt.date], int]:
    """How many notes a class has on a day, where there are any."""
    counted = (
        LessonNote.objects.live()
        .within(first, last)
        .filter(pupil__enrolments__ends=None, pupil__enrolments__group__in=groups)
        .order_by()
        .values_list("pupil__enrolments__group_id", "date")
        .annotate(count=Count("pk"))
    )
    return {(group, day): count for group, day, count in counted}


def _told_days(
    groups: list[TeachingGroup],
    counts: Mapping[tuple[int, dt.date], int],
    first: dt.date,
    last: dt.date,
    calendar: SchoolCalendar,
) -> dict[int, list[dt.date]]:
    """The school days that each school's files reach over, from the first of its notes on.

    What is empty on them will not fill by waiting for the next file.
    """
    school_of = {one.pk: one.school_id for one in groups}
    known = schools_known_until(set(school_of.values()))
    begins: dict[int, dt.date] = {}
    for group, day in counts:
        school = school_of[group]
        begins[school] = min(day, begins.get(school, day))
    school_days = [
        day
        for day in (first + n * DAY for n in range((last - first).days + 1))
        if calendar.is_school_day(day)
    ]
    return {
        school: [day for day in school_days if begins[school] <= day <= known[school]]
        for school in begins
        if school in known
    }


def _gaps(
    groups: list[TeachingGroup],
    counts: Mapping[tuple[int, dt.date], int],
    days_of: Mapping[int, list[dt.date]],
) -> list[Gap]:
    """One class alone may well be whole for a day: that stands in its own row."""
    classes: dict[School, list[int]] = {}
    for one in groups:
        classes.setdefault(one.school, []).append(one.pk)
    found = []
    for school, own in classes.items():
        told = days_of.get(school.pk, []) if len(own) > 1 else []
        if silent := [day for day in told if not any((pk, day) in counts for pk in own)]:
            found.append(Gap(school, silent))
    return found


def noted_groups(schools: Iterable[int] | None, *, on: dt.date) -> "QuerySet[TeachingGroup]":
    """This year's classes that lessons are noted of, of these schools or of all."""
    groups = TeachingGroup.objects.filter(this_year(on), school__closed_on=None).exclude(
        school__stage__in=[School.Stage.ECEC, School.Stage.PREPRIMARY]
    )
    if schools is not None:
        groups = groups.filter(school__in=schools)
    return groups.order_by("school__name", "grade", "name")
