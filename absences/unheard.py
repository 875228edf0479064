"""Alerts that wait on nobody's table: their adult has left, or there never was one."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from absences.models import Alert, Hop, RobotRound
from absences.models.alerts import AlertQuerySet
from schools.calendar import year_bounds
from schools.models import Enrolment, Membership, Substitution, active_on, this_year
from schools.roles import SCHOOL_LEADERS, Role

# Days that a reminder, or a deputy, is given before the one above is told.
PATIENCE = 3
FOLLOWS = [Role.CLASS_TEACHER, Role.SPECIAL_TEACHER, *SCHOOL_LEADERS]


def without_owner(*, on: dt.date) -> AlertQuerySet:
    """Open alerts whose owner is nobody, or somebody who no longer works with the pupil.

    Who stands in for a colleague works there for those days, unless away as well.
    """
    absent = Substitution.objects.stood_in(on).filter(substitute_id=OuterRef(OuterRef("owner_id")))
    oneself = Q(user_id=OuterRef("owner_id"))
    roles = Membership.objects.filter(
        active_on(on), oneself | Q(user_id__in=absent.values("absent"))
    )
    own_class = Q(role=Role.CLASS_TEACHER, group_id=OuterRef("group_id"))
    leads = Q(role__in=SCHOOL_LEADERS, school_id=OuterRef("school_id"))
    helps = Q(role=Role.SPECIAL_TEACHER, school_id=OuterRef("school_id"))
    # Of a hidden child a special teacher may not know.
    works = Exists(roles.filter(own_class | leads)) | (
        Q(pupil__nondisclosure=False) & Exists(roles.filter(helps))
    )
    waits = Alert.objects.open().of_those_here(on)
    return waits.filter(Q(owner=None) | Q(owner__is_active=False) | ~works)


def moved(*, on: dt.date) -> AlertQuerySet:
    """Open alerts of children who are in another school or class than the alert is."""
    placed = Enrolment.objects.filter(
        active_on(on), this_year(on, "group__"), pupil_id=OuterRef("pupil_id")
    )
    stays = placed.filter(group_id=OuterRef("group_id"))
    another_class = Exists(placed) & ~Exists(stays)
    waits = Alert.objects.open().of_those_here(on)
    return waits.filter(~Q(school_id=F("pupil__school_id")) | another_class)


def may_stray(walk: RobotRound) -> bool:
    """Whether `without_owner` or `moved` may find any: three small questions instead of great ones.

    On most mornings everybody whose turn it is works where the child is.
    """
    waits = Alert.objects.open().of_those_here(walk.date).order_by()
    places = waits.values_list(
        "owner_id", "group_id", "school_id", "pupil__school_id", "pupil__nondisclosure"
    )
    roles = Membership.objects.filter(
        active_on(walk.date), role__in=FOLLOWS, user__is_active=True
    ).values_list("user_id", "role", "group_id", "school_id")
    classes, schools = set(), set()
    for user, role, group, school in roles:
        if role == Role.CLASS_TEACHER:
            classes.add((user, group))
        else:
            schools.add((user, school, False))
        if role in SCHOOL_LEADERS:
            schools.add((user, school, True))
    return (
        any(
            school != todays
            or ((owner, group) not in classes and (owner, school, is_hidden) not in schools)
            for owner, group, school, todays, is_hidden in places.distinct()
        )
        or _changed_class(walk).exists()
    )


def _changed_class(walk: RobotRound) -> AlertQuerySet:
    """Of those whose place is newer than the last round; once a week, than the year's beginning."""
    found = moved(on=walk.date)
    if walk.is_full:
        year_begins, _ends = year_bounds(walk.date)
        later = Enrolment.objects.filter(begins__gt=year_begins, begins__lte=walk.date)
        return found.filter(Q(pupil__in=later.values("pupil_id")) | Q(raised_on__lt=year_begins))
    walked = RobotRound.objects.filter(is_open=False, date__lte=walk.date)
    last = walked.exclude(pk=walk.pk).order_by("-date", "-finished_at")
    begun = Q(begins__gte=Subquery(last.values("date")[:1]), begins__lte=walk.date)
    written = Q(pk__gt=Subquery(last.values("last_place")[:1]))
    return found.filter(pupil__in=Enrolment.objects.filter(begun | written).values("pupil_id"))


def hops_of_this_turn() -> QuerySet[Hop]:
    """The hops since the alert came to its present owner's table: before that it was another's."""
    came = Coalesce("alert__turn_on", "alert__raised_on")
    return Hop.objects.filter(hopped_on__gt=came)


def schools_unheard(*, on: dt.date) -> list[str]:
    """Schools where an alert waits for nobody, or for one above whom there is nobody.

    That is a school without a head, or one whose head is the owner and the only one who leads.
    """
    leaders = Membership.objects.filter(
        active_on(on), role__in=SCHOOL_LEADERS, user__is_active=True, school__isnull=False
    )
    headless = ~Q(school__in=leaders.values("school_id"))
    of_a_head = Q(due_on__lt=on, owner__in=leaders.values("user_id"))
    if not Alert.objects.open().filter(headless | of_a_head).exists():
        return []
    waits = Alert.objects.open().of_those_here(on).order_by()
    here = leaders.filter(school_id=OuterRef("school_id"))
    others = here.exclude(user_id=Coalesce(OuterRef("owner_id"), 0))
    hops = hops_of_this_turn().filter(alert_id=OuterRef("pk"))
    reminded = hops.filter(hopped_on__lte=on - dt.timedelta(days=PATIENCE))
    unanswered = waits.filter(
        ~Exists(others), ~Exists(hops.filter(kind=Hop.Kind.ABOVE)), Exists(reminded)
    ).exclude(step__escalates_to="")
    lost = without_owner(on=on).filter(~Exists(here))
    unheard = Q(pk__in=lost.values("pk")) | Q(pk__in=unanswered.values("pk"))
    rows = Alert.objects.filter(unheard).order_by("school__name")
    return list(rows.values_list("school__name", flat=True).distinct())
