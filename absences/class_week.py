"""A class teacher's Friday: the week of the own classes, and what still waits."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.expressions import Combinable

from absences.in_force import Counting, InForce
from absences.models import Alert, LessonNote
from absences.rules import hours
from accounts.models import User
from schools.calendar import year_bounds
from schools.models import Enrolment, Membership, TeachingGroup, active_on, this_year
from schools.roles import NONDISCLOSURE_ROLES, Role

DAYS = 6
LESSON = 45


@dataclass(frozen=True, slots=True)
class PupilWeek:
    pupil_id: int
    name: str
    week: Decimal
    year: Decimal
    waits: bool


@dataclass(frozen=True, slots=True)
class ClassWeek:
    group: TeachingGroup
    pupils: list[PupilWeek]


def _minutes(counting: Counting, of: Q | None = None) -> Combinable:
    """By notes, each note is as long as an hour."""
    if counting == Counting.NOTES:
        return Count("pk", filter=of) * LESSON
    return Sum("minutes", filter=of)


def class_weeks(teacher: User, *, monday: dt.date, on: dt.date, rule: InForce) -> list[ClassWeek]:
    """Each own class with those who were away that week, in three statements.

    Hours as the model in force counts them.
    """
    assert Role.CLASS_TEACHER in NONDISCLOSURE_ROLES  # noqa: S101 (who may see every child of a class)
    own = Membership.objects.of(teacher, on=on).filter(role=Role.CLASS_TEACHER)
    places = (
        Enrolment.objects.filter(
            active_on(on),
            this_year(on, "group__"),
            group_id__in=own.values("group_id"),
            pupil__left_on=None,
        )
        .select_related("pupil", "group")
        .order_by("group__name", "pupil__last_name", "pupil__first_name")
    )
    found = list(places)
    ids = [one.pupil_id for one in found]
    sunday = monday + dt.timedelta(days=DAYS)
    notes = LessonNote.objects.live().filter(pupil_id__in=ids, national_class__in=rule.counted)
    sums = {
        pupil: (week or 0, year or 0)
        for pupil, week, year in notes.within(year_bounds(on)[0], sunday)
        .order_by()
        .values_list("pupil_id")
        .annotate(week=_minutes(rule.counting, Q(date__gte=monday)), year=_minutes(rule.counting))
    }
    waiting = set(Alert.objects.open().filter(pupil_id__in=ids).values_list("pupil_id", flat=True))
    per_hour = rule.counting.minutes
    groups: dict[TeachingGroup, list[PupilWeek]] = defaultdict(list)
    for place in found:
        week, year = sums.get(place.pupil_id, (0, 0))
        rows = groups[place.group]
        if week or place.pupil_id in waiting:
            name, waits = place.pupil.short_name, place.pupil_id in waiting
            week_hours, year_hours = hours(week, per_hour=per_hour), hours(year, per_hour=per_hour)
            rows.append(PupilWeek(place.pupil_id, name, week_hours, year_hours, waits))
    return [ClassWeek(group, rows) for group, rows in groups.items()]
