"""Alerts that wait on nobody's table: their adult has left, or there never was one."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from absences.models import Alert, Hop
from absences.models.alerts import AlertQuerySet
from schools.models import Membership, active_on
from schools.roles import SCHOOL_LEADERS, Role

# Days that a reminder, or a deputy, is given before the one above is told.
PATIENCE = 3


def without_owner(*, on: dt.date) -> AlertQuerySet:
    """Open alerts whose owner is nobody, or somebody who no longer works with the pupil."""
    roles = Membership.objects.filter(active_on(on), user_id=OuterRef("owner_id"))
    own_class = Q(role=Role.CLASS_TEACHER, group_id=OuterRef("group_id"))
    own_school = Q(
        role__in=[Role.SPECIAL_TEACHER, *SCHOOL_LEADERS], school_id=OuterRef("school_id")
    )
    stands_in = Hop.objects.filter(
        alert_id=OuterRef("pk"), kind=Hop.Kind.DEPUTY, to_id=OuterRef("owner_id")
    )
    works = Exists(roles.filter(own_class | own_school)) | Exists(stands_in)
    waits = Alert.objects.open().filter(pupil__left_on=None)
    return waits.filter(Q(owner=None) | Q(owner__is_active=False) | ~works)


def may_lack_owner(*, on: dt.date) -> bool:
    """Whether it is worth asking `without_owner`: two small questions instead of a great one.

    On most mornings everybody whose turn it is works where the alert is.
    """
    places = Alert.objects.open().order_by().values_list("owner_id", "group_id", "school_id")
    roles = Membership.objects.filter(active_on(on), user__is_active=True)
    classes = set(roles.filter(role=Role.CLASS_TEACHER).values_list("user_id", "group_id"))
    of_school = roles.filter(role__in=[Role.SPECIAL_TEACHER, *SCHOOL_LEADERS])
    schools = set(of_school.values_list("user_id", "school_id"))
    return any(
        (owner, group) not in classes and (owner, school) not in schools
        for owner, group, school in places.distinct()
    )


def schools_unheard(*, on: dt.date) -> list[str]:
    """Schools without a head where an alert waits for nobody, or where nobody is above."""
    leaders = Membership.objects.filter(
        active_on(on), role__in=SCHOOL_LEADERS, user__is_active=True, school__isnull=False
    )
    waits = Alert.objects.open().order_by().exclude(school__in=leaders.values("school_id"))
    headless = list(waits.values_list("school_id", flat=True).distinct())
    if not headless:
        return []
    reminded = Hop.objects.filter(
        alert_id=OuterRef("pk"), hopped_on__lte=on - dt.timedelta(days=PATIENCE)
    )
    unanswered = Alert.objects.open().filter(Exists(reminded)).exclude(step__escalates_to="")
    unheard = Q(pk__in=without_owner(on=on).values("pk")) | Q(pk__in=unanswered.values("pk"))
    rows = Alert.objects.filter(unheard, school__in=headless).order_by("school__name")
    return list(rows.values_list("school__name", flat=True).distinct())
