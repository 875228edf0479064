"""Classes and weeks without a single note: silence is not read as good news."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek

from absences.models import LessonNote
from schools.calendar import SchoolCalendar
from schools.models import School, TeachingGroup, this_year

WEEKS = 6
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One class: its notes week by week. None is a week without school days."""

    group: TeachingGroup
    weeks: list[int | None]

    @property
    def is_silent(self) -> bool:
        """Two school weeks in a row without any note of anybody in the class."""
        told = [one for one in self.weeks if one is not None]
        return any(not first and not second for first, second in pairwise(told))


@dataclass(frozen=True, slots=True)
class Coverage:
    mondays: list[dt.date]
    rows: list[CoverageRow]

    @property
    def silent(self) -> int:
        return sum(1 for one in self.rows if one.is_silent)


def coverage_of(
    groups: "QuerySet[TeachingGroup]", *, on: dt.date, calendar: SchoolCalendar
) -> Coverage:
    """The last six weeks of these classes, two statements however many there are."""
    this = on - dt.timedelta(days=on.weekday())
    mondays = [this - dt.timedelta(weeks=n) for n in range(WEEKS - 1, -1, -1)]
    shown = list(groups.select_related("school"))
    in_group = Q(pupil__enrolments__ends=None, pupil__enrolments__group__in=shown)
    counted = (
        LessonNote.objects.live()
        .within(mondays[0], on)
        .filter(in_group)
        .order_by()
        .values_list("pupil__enrolments__group_id", TruncWeek("date"))
        .annotate(count=Count("pk"))
    )
    found = {(group, _date(week)): count for group, week, count in counted}
    open_weeks = {one for one in mondays if _has_school(one, on, calendar)}
    rows = [
        CoverageRow(
            group,
            [found.get((group.pk, one), 0) if one in open_weeks else None for one in mondays],
        )
        for group in shown
    ]
    return Coverage(mondays, rows)


def _date(week: dt.date | dt.datetime) -> dt.date:
    return week.date() if isinstance(week, dt.datetime) else week


def _has_school(monday: dt.date, on: dt.date, calendar: SchoolCalendar) -> bool:
    days = (monday + n * DAY for n in range(5))
    return any(calendar.is_school_day(day) and day <= on for day in days)


def noted_groups(schools: Iterable[int] | None, *, on: dt.date) -> "QuerySet[TeachingGroup]":
    """This year's classes that lessons are noted of, of these schools or of all."""
    groups = TeachingGroup.objects.filter(this_year(on), school__closed_on=None).exclude(
        school__stage__in=[School.Stage.ECEC, School.Stage.PREPRIMARY]
    )
    if schools is not None:
        groups = groups.filter(school__in=schools)
    return groups.order_by("school__name", "grade", "name")
