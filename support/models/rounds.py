"""A checklist gone through by a group, a team, or for one pupil; and what a round leads to."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from schools.models import Membership, Person, Pupil, School, TeachingGroup, this_year
from schools.roles import SCOPE, Role, Scope
from support.models.catalogue import Checklist, ChecklistItem, Measure

# Those who teach and lead: a round is work, and nobody else's reading.
WORKSHOP_ROLES = frozenset(role for role, scope in SCOPE.items() if scope is not Scope.NONE)
# A subject teacher meets the pupil too, but a round for one pupil is for those who answer for it.
PUPIL_ROUND_ROLES = WORKSHOP_ROLES - {Role.TEACHER}
WHOLE_SCHOOL = sorted(role for role, scope in SCOPE.items() if scope is Scope.SCHOOL)
OWN_GROUP = sorted(role for role, scope in SCOPE.items() if scope is Scope.GROUP)


class ChecklistRoundQuerySet(models.QuerySet["ChecklistRound"]):
    def visible_to(self, user: Person, *, on: dt.date) -> "ChecklistRoundQuerySet":
        """One's own group's and school's; for a pupil, those who answer for the pupil today.

        Last year's class is nobody's this year: what worked then reaches the next teacher only
        as a `Handover`.
        """
        mine = Membership.objects.of(user, on=on)
        schools = mine.filter(role__in=WHOLE_SCHOOL).values("school_id")
        groups = mine.filter(
            this_year(on, "group__"),
            role__in=OWN_GROUP,
        ).values("group_id")
        staff = mine.filter(role__in=WORKSHOP_ROLES).values("school_id")
        near = Q(school_id__in=schools) | Q(group_id__in=groups)
        pupils = Pupil.objects.in_scope(user, roles=PUPIL_ROUND_ROLES, on=on)
        known = Exists(pupils.filter(pk=OuterRef("pupil_id")))
        return self.filter(
            Q(kind="team", school_id__in=staff)
            | (Q(kind="group") & near)
            | (Q(kind="pupil") & near & Q(known))
        )

    def with_request(self) -> "ChecklistRoundQuerySet":
        """Each with its newest request for an hour: `asked_at`, `asked_done_on`, `asked_for`."""
        newest = ConsultationRequest.objects.filter(round=OuterRef("pk"))
        return self.annotate(
            asked_at=Subquery(newest.values("made_at")[:1]),
            asked_done_on=Subquery(newest.values("done_on")[:1]),
            asked_for=Subquery(newest.values("question")[:1]),
        )

    def open(self) -> "ChecklistRoundQuerySet":
        return self.filter(closed_on=None)


class ChecklistRound(models.Model):
    """One walk through a checklist. Only one of a kind is open at a time: all fill the same one."""

    class Kind(models.TextChoices):
        GROUP = "group", _("ryhmä")
        TEAM = "team", _("tiimi")
        PUPIL = "pupil", _("oppilas")

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="rounds")
    kind = models.CharField(_("kenelle"), max_length=10, choices=Kind)
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    # The group, or the group that the pupil was in when the round began.
    group = models.ForeignKey(TeachingGroup, models.CASCADE, null=True, related_name="+")
    pupil = models.ForeignKey(Pupil, models.CASCADE, null=True, related_name="+")
    team = models.CharField(_("tiimin nimi"), max_length=60, blank=True)
    begun_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    begun_on = models.DateField()
    closed_on = models.DateField(null=True)

    objects = ChecklistRoundQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-begun_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="team", group=None, pupil=None) & ~Q(team="")
                | Q(kind="group", group__isnull=False, pupil=None, team="")
                | Q(kind="pupil", group__isnull=False, pupil__isnull=False, team=""),
                name="round_is_for_one_of_three",
            ),
            models.UniqueConstraint(
                fields=["checklist", "group"],
                condition=Q(kind="group", closed_on=None),
                name="one_open_round_a_group",
            ),
            models.UniqueConstraint(
                fields=["checklist", "school", "team"],
                condition=Q(kind="team", closed_on=None),
                name="one_open_round_a_team",
            ),
            models.UniqueConstraint(
                fields=["checklist", "pupil"],
                condition=Q(kind="pupil", closed_on=None),
                name="one_open_round_a_pupil",
            ),
        ]

    class Privacy:
        personal: ClassVar = {"pupil", "group", "team", "begun_by"}
        open: ClassVar = {"id", "checklist", "kind", "school", "begun_on", "closed_on"}

    def __str__(self) -> str:
        return f"{self.checklist_id}: {self.kind}"

    def counted_to(self, on: dt.date) -> dt.date:
        """The day to which the weeks of what is in use go: none is added once the round is closed
        or its class's year is over, though nobody has closed it.
        """
        ends = self.group.school_year.ends if self.group else on
        return min(on, self.closed_on or on, ends)

    @property
    def about(self) -> str:
        """For whom, in the words of those who may open the round."""
        if self.pupil is not None:
            return self.pupil.short_name
        return self.team or str(self.group)


class ChecklistAnswer(models.Model):
    """What a round knows of one item. Each is a row of its own: nobody writes over another's."""

    class State(models.TextChoices):
        NOT_YET = "not_yet", _("ei vielä")
        TRIED = "tried", _("kokeiltu")
        IN_USE = "in_use", _("käytössä")
        NO_FIT = "no_fit", _("ei sovi meille")

    round = models.ForeignKey(ChecklistRound, models.CASCADE, related_name="answers")
    item = models.ForeignKey(ChecklistItem, models.CASCADE, related_name="answers")
    state = models.CharField(max_length=10, choices=State, default=State.NOT_YET)
    since = models.DateField(_("mistä alkaen"), null=True, blank=True)
    # When it was left: then it is known for how long it was tried.
    until = models.DateField(null=True)
    did = models.CharField(_("mitä se sai aikaan"), max_length=200, blank=True)
    # How many times it has been saved. Who saves says which one they had seen.
    number = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "item"], name="answer_once_an_item"),
            models.CheckConstraint(
                condition=~Q(state__in=["tried", "in_use"]) | Q(since__isnull=False),
                name="what_was_tried_has_its_day",
            ),
        ]

    class Privacy:
        personal: ClassVar = {"did", "changed_by"}
        open: ClassVar = {
            "id", "round", "item", "state", "since", "until", "number", "changed_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.item_id}: {self.state}"


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: Person, *, on: dt.date) -> "HandoverQuerySet":
        """The next teacher: of the pupil, or of the grade that the group goes on to."""
        mine = Membership.objects.of(user, on=on)
        groups = mine.filter(role__in=PUPIL_ROUND_ROLES).values("group_id")
        next_ones = TeachingGroup.objects.filter(
            this_year(on),
            pk__in=groups,
            school_id=OuterRef("to_school_id"),
            grade=OuterRef("to_grade"),
            school_year__begins__gt=OuterRef("round__group__school_year__ends"),
        )
        schools = mine.filter(role__in=WHOLE_SCHOOL).values("school_id")
        pupils = Pupil.objects.in_scope(user, roles=PUPIL_ROUND_ROLES, on=on)
        return self.filter(
            Q(round__kind="group") & (Exists(next_ones) | Q(to_school_id__in=schools))
            | Q(round__kind="pupil") & Exists(pupils.filter(pk=OuterRef("round__pupil_id")))
        )


class Handover(models.Model):
    """What worked is given on to the next teacher, because the sender wants it to be."""

    round = models.OneToOneField(ChecklistRound, models.CASCADE, related_name="handover")
    # Where a group goes; what is about a pupil goes where the pupil goes.
    to_school = models.ForeignKey(School, models.CASCADE, null=True, related_name="+")
    to_grade = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(_("terveiset seuraavalle opettajalle"), max_length=300, blank=True)
    given_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField()

    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(to_school=None, to_grade=None)
                | Q(to_school__isnull=False, to_grade__isnull=False),
                name="handover_has_school_and_grade",
            ),
        ]

    class Privacy:
        personal: ClassVar = {"words", "given_by"}
        open: ClassVar = {"id", "round", "to_school", "to_grade", "given_at"}

    def __str__(self) -> str:
        return f"{self.round_id}"


class ConsultationRequest(models.Model):
    """A round asks for a special teacher's hour: one at a time. `done_on` is the consultations'."""

    round = models.ForeignKey(ChecklistRound, models.CASCADE, related_name="requests")
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    made_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    question = models.CharField(_("mistä haluatte puhua"), max_length=300, blank=True)
    tried = models.ManyToManyField(Measure, related_name="+", verbose_name=_("mitä on kokeiltu"))
    made_at = models.DateTimeField()
    done_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(done_on=None), name="one_open_request_a_round"
            ),
        ]

    class Privacy:
        personal: ClassVar = {"made_by", "question"}
        open: ClassVar = {"id", "round", "school", "tried", "made_at", "done_on"}

    def __str__(self) -> str:
        return f"{self.round_id}"
