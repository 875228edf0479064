"""Whom a step wakes: the adults around one pupil, found for many pupils at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from absences.models import InterventionStep
from accounts.models import User
from schools.models import (
    Enrolment,
    Guardianship,
    Membership,
    Pupil,
    School,
    TeachingGroup,
    active_on,
    this_year,
)
from schools.roles import SCHOOL_LEADERS, Role

LEADERS = sorted(SCHOOL_LEADERS)
# Of a pupil under a non-disclosure order only those are told who must know.
NOT_OF_HIDDEN = {"guardian", Role.WELFARE.value, Role.SPECIAL_TEACHER.value}
Told = dict[int, tuple[User, str]]


@dataclass(slots=True)
class Circle:
    """Everything a chunk of pupils needs: their groups and the adults around them."""

    groups: dict[int, TeachingGroup] = field(default_factory=dict)
    class_teachers: dict[int, list[User]] = field(default_factory=lambda: defaultdict(list))
    special_teachers: dict[int, list[User]] = field(default_factory=lambda: defaultdict(list))
    leaders: dict[int, list[User]] = field(default_factory=lambda: defaultdict(list))
    welfare: dict[int, list[User]] = field(default_factory=lambda: defaultdict(list))
    guardians: dict[int, list[User]] = field(default_factory=lambda: defaultdict(list))

    def owner(self, pupil: Pupil) -> User | None:
        """Whose turn it is: the class teacher's; without one, the head's."""
        candidates = self._class_teachers(pupil) or self.leaders[pupil.school_id]
        return candidates[0] if candidates else None

    def role_of_owner(self, pupil: Pupil) -> str:
        return str((Role.CLASS_TEACHER if self._class_teachers(pupil) else Role.PRINCIPAL).value)

    def _class_teachers(self, pupil: Pupil) -> list[User]:
        group = self.groups.get(pupil.pk)
        return self.class_teachers[group.pk] if group else []

    def followers(self, pupil: Pupil) -> set[int]:
        """Who may open the pupil's alerts because of their own work."""
        special = [] if pupil.nondisclosure else self.special_teachers[pupil.school_id]
        people = [*self._class_teachers(pupil), *special, *self.leaders[pupil.school_id]]
        return {one.pk for one in people}

    def by_role(self, pupil: Pupil) -> dict[str, list[User]]:
        automatic = School.WelfareDisclosure.AUTOMATIC
        welfare = self.welfare[pupil.school_id]
        return {
            "class_teacher": self._class_teachers(pupil),
            "special_teacher": self.special_teachers[pupil.school_id],
            "principal": self.leaders[pupil.school_id],
            "welfare": welfare if pupil.school.welfare_disclosure == automatic else [],
            "guardian": self.guardians[pupil.pk],
        }

    def told(self, pupil: Pupil, step: InterventionStep) -> Told:
        """Who is told of this step, once each, and in which role.

        A class without a class teacher does not stay unheard: the head is told instead.
        """
        roles = set(step.recipients)
        if pupil.nondisclosure:
            roles -= NOT_OF_HIDDEN
        by_role = self.by_role(pupil)
        if "class_teacher" in roles and not by_role["class_teacher"]:
            roles.add("principal")
        told: Told = {}
        for role in sorted(roles & by_role.keys()):
            for user in by_role[role]:
                told.setdefault(user.pk, (user, role))
        return told

    def above(self, pupil: Pupil, step: InterventionStep, *, owner: User | None) -> Told:
        """Who hears when the owner does not answer: those whom the step names, else the head.

        A family is never the one who hears next: it waits for the school, not the school for it.
        """
        if not step.escalates_to:
            return {}
        never = NOT_OF_HIDDEN if pupil.nondisclosure else {"guardian"}
        by_role = self.by_role(pupil)
        for role in (step.escalates_to, Role.PRINCIPAL.value):
            others = [] if role in never else [one for one in by_role[role] if one != owner]
            if others:
                return {user.pk: (user, role) for user in others}
        return {}


def circle_of(pupils: Sequence[Pupil], *, on: dt.date) -> Circle:
    """The adults around these pupils on a day, in three statements."""
    circle = Circle()
    ids = [pupil.pk for pupil in pupils]
    placed = Enrolment.objects.filter(
        active_on(on), this_year(on, "group__"), pupil_id__in=ids
    ).select_related("group")
    for enrolment in placed.order_by("begins", "pk"):
        circle.groups[enrolment.pupil_id] = enrolment.group
    _gather_staff(circle, {pupil.school_id for pupil in pupils}, on)
    guardianships = Guardianship.objects.filter(
        pupil_id__in=ids, may_see=True, guardian__user__is_active=True
    ).select_related("guardian__user")
    for one in guardianships:
        if one.guardian.user:
            circle.guardians[one.pupil_id].append(one.guardian.user)
    return circle


def _gather_staff(circle: Circle, school_ids: set[int], on: dt.date) -> None:
    rows = (
        Membership.objects.filter(
            active_on(on),
            school_id__in=school_ids,
            role__in=[Role.CLASS_TEACHER, Role.SPECIAL_TEACHER, Role.WELFARE, *LEADERS],
            user__is_active=True,
        )
        .select_related("user")
        .order_by("begins", "pk")
    )
    by_school = {
        Role.SPECIAL_TEACHER: circle.special_teachers,
        Role.WELFARE: circle.welfare,
        **dict.fromkeys(SCHOOL_LEADERS, circle.leaders),
    }
    for row in rows:
        if row.role == Role.CLASS_TEACHER and row.group_id:
            circle.class_teachers[row.group_id].append(row.user)
        elif row.role in by_school and row.school_id:
            by_school[Role(row.role)][row.school_id].append(row.user)
