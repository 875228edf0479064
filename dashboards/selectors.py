"""The pictures across all of it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from absences import selectors as absences
from absences.models import Alert
from schools.calendar import SchoolCalendar
from schools.models import Membership, School, TeachingGroup, active_on, this_year
from schools.roles import Role

OPEN = Q(alerts__state=Alert.State.OPEN)


@dataclass(frozen=True, slots=True)
class SchoolPage:
    school: School
    open: int
    overdue: int
    answered: int
    groups: list[TeachingGroup]
    status: absences.RobotStatus


def school_page(
    school: School, *, at: dt.datetime, on: dt.date, calendar: SchoolCalendar
) -> SchoolPage:
    """A school's first page: what waits, what has been answered, group by group."""
    alerts = Alert.objects.filter(school=school)
    counts = alerts.aggregate(
        open=Count("pk", filter=Q(state=Alert.State.OPEN)),
        overdue=Count("pk", filter=Q(state=Alert.State.OPEN, due_on__lt=on)),
        answered=Count("pk", filter=Q(state=Alert.State.ANSWERED)),
    )
    return SchoolPage(
        school=school,
        groups=list(_groups(school, on)),
        status=absences.robot_status(at=at, school_ids=[school.pk], calendar=calendar),
        **counts,
    )


def _groups(school: School, on: dt.date) -> "QuerySet[TeachingGroup]":
    teachers = (
        Membership.objects.filter(active_on(on), group_id=OuterRef("pk"), role=Role.CLASS_TEACHER)
        .order_by("begins")
        .annotate(
            who=Concat("user__first_name", Value(" "), "user__last_name", output_field=CharField())
        )
        .values("who")[:1]
    )
    groups = TeachingGroup.objects.filter(this_year(on), school=school)
    return groups.annotate(
        teacher=Subquery(teachers), open_alerts=Count("alerts", filter=OPEN)
    ).order_by("grade", "name")
