"""What Unilukkari found, and whom he told."""

import datetime as dt
import uuid
from collections.abc import Collection
from typing import ClassVar

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from absences.models.ladder import InterventionStep
from absences.models.rounds import RobotRound
from accounts.models import User
from schools.models import Membership, Person, Pupil, PupilQuerySet, School, TeachingGroup
from schools.roles import CAPABILITIES, Capability, Role


class AlertQuerySet(models.QuerySet["Alert"]):
    def open(self) -> "AlertQuerySet":
        return self.filter(state=Alert.State.OPEN)

    def of_those_here(self, on: dt.date) -> "AlertQuerySet":
        """Of pupils who have not left: of another nobody can open the page."""
        return self.filter(Q(pupil__left_on=None) | Q(pupil__left_on__gt=on))

    def visible_to(self, user: Person, *, on: dt.date) -> "AlertQuerySet":
        """Staff who follow absences in scope; a welfare worker or a guardian who was told.

        A pupil sees none: Unilukkari wakes the adults.
        """
        if not user.is_authenticated or user.kind == User.Kind.PUPIL:
            return self.none()
        told = AlertRecipient.objects.filter(alert_id=OuterRef("pk"), user_id=user.pk)
        if user.kind == User.Kind.GUARDIAN:
            mine = Pupil.objects.visible_to(user, on=on)
            return self.filter(Exists(told), pupil__in=mine)
        # Another controller's employee: sees what was disclosed, as long as the work goes on.
        welfare = Membership.objects.of(user, on=on).filter(role=Role.WELFARE)
        disclosed = Exists(told) & Q(school_id__in=welfare.values("school_id"))
        return self.filter(Q(pupil__in=self._followed(user, on=on)) | disclosed)

    def for_list(self) -> "AlertQuerySet":
        """What a line says: no evidence, and of the others their names."""
        return (
            self.select_related("pupil", "school", "group", "step", "owner")
            .only(
                "state", "raised_on", "due_on", "pupil__first_name", "pupil__last_name",
                "school__name", "group__name", "step__name", "owner__username",
                "owner__first_name", "owner__last_name",
            )
            .order_by("due_on", "-step__order", "pupil__last_name", "pk")
        )  # fmt: skip

    def for_page(self) -> "AlertQuerySet":
        return self.select_related("pupil", "school", "group", "step", "owner")

    def followed_by(
        self, user: Person, *, on: dt.date, roles: Collection[Role] = tuple(Role)
    ) -> "AlertQuerySet":
        """Those of pupils whom this person follows, and may therefore answer.

        `roles`, when they are known, leave out of the statement what it would not find anyway.
        """
        if not user.is_authenticated or user.kind != User.Kind.STAFF:
            return self.none()
        return self.filter(pupil__in=self._followed(user, on=on, roles=roles))

    @staticmethod
    def _followed(
        user: Person, *, on: dt.date, roles: Collection[Role] = tuple(Role)
    ) -> PupilQuerySet:
        follows = CAPABILITIES[Capability.FOLLOW_ABSENCES].intersection(roles)
        return Pupil.objects.in_scope(user, roles=follows, on=on)

    def in_turn(self, user: User, *, on: dt.date) -> "AlertQuerySet":
        """The open ones that lie on this person's table today."""
        return self.open().filter(self._lies_on_table(user, on))

    @staticmethod
    def _lies_on_table(user: User, on: dt.date) -> Q:
        return Q(owner_id=user.pk) & (Q(turn_on=None) | Q(turn_on__lte=on))

    def for_tab(self, tab: str, *, user: User, on: dt.date) -> "AlertQuerySet":
        """One's own turn, the others that wait, or those that are settled."""
        if tab == "muut":
            return self.open().exclude(self._lies_on_table(user, on)).for_list()
        if tab == "vastatut":
            return self.exclude(state=Alert.State.OPEN).for_list().order_by("-raised_on", "pk")
        return self.in_turn(user, on=on).for_list()

    def tab_counts(self, *, user: User, on: dt.date) -> dict[str, int]:
        is_open = Q(state=Alert.State.OPEN)
        mine = is_open & self._lies_on_table(user, on)
        counts: dict[str, int] = self.aggregate(
            mine=Count("pk", filter=mine),
            open=Count("pk", filter=is_open),
            answered=Count("pk", filter=~is_open),
        )
        return counts | {"others": counts["open"] - counts["mine"]}


class Alert(models.Model):
    """Unilukkari knocked: for whom, at which step, and on what evidence. Explainable for ever.

    The id is made from pupil, step and window, so that the same alert found twice is one row.
    """

    class State(models.TextChoices):
        OPEN = "open", _("odottaa vastausta")
        ANSWERED = "answered", _("vastattu")
        WITHDRAWN = "withdrawn", _("peruttu")

    class Mistake(models.TextChoices):
        """Why an alert did not hold. A choice, never free text: it is about a child."""

        WRONG_NOTE = "wrong_note", _("merkintä oli väärin")
        CLEARED = "cleared", _("poissaolo selvisi ennen kuin viesti lähti")
        WRONG_PUPIL = "wrong_pupil", _("merkintä kuului toiselle oppilaalle")
        MOVED = "moved", _("oppilas on vaihtanut koulua")
        OTHER = "other", _("muu virhe tiedoissa")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="alerts")
    school = models.ForeignKey(School, models.PROTECT, related_name="alerts")
    group = models.ForeignKey(TeachingGroup, models.PROTECT, null=True, related_name="alerts")
    step = models.ForeignKey(InterventionStep, models.PROTECT, related_name="alerts")
    step_slug = models.SlugField(max_length=40)
    window = models.CharField(max_length=40, help_text="School year, or the first day it is about.")
    value = models.DecimalField(max_digits=7, decimal_places=2)
    evidence = models.JSONField()
    covers_until = models.DateField(
        null=True, help_text="Of unresolved absences: the last day that the adults were told of."
    )
    round = models.ForeignKey(RobotRound, models.PROTECT, related_name="alerts")
    raised_on = models.DateField()
    turn_on = models.DateField(
        null=True, help_text="When it comes to the owner's table: not twenty in a morning."
    )
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="alerts_in_turn")
    mistake = models.CharField(_("miksi perutaan"), max_length=20, choices=Mistake, blank=True)
    withdrawn_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            # What is overdue, in the city or in a school.
            models.Index(fields=["due_on", "school"], condition=Q(state="open"), name="alert_due")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pupil", "step_slug", "window"], name="alert_once"),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at=None)),
                name="withdrawn_alert_has_its_moment",
            ),
        ]

    class Privacy:
        personal: ClassVar = {
            "pupil",
            "school",
            "group",
            "step",
            "step_slug",
            "window",
            "value",
            "evidence",
            "covers_until",
            "owner",
            "state",
            "mistake",
            "withdrawn_by",
        }
        open: ClassVar = {"id", "round", "raised_on", "turn_on", "due_on", "withdrawn_at"}

    def __str__(self) -> str:
        return f"{self.step_slug} {self.raised_on}"


class AlertRecipient(models.Model):
    """Who was told, and in which role."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="recipients")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    role = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "user"], name="recipient_once")
        ]

    class Privacy:
        personal: ClassVar = {"alert", "user", "role"}
        open: ClassVar = {"id"}

    def __str__(self) -> str:
        """A colleague by name; a guardian as a guardian, whom a roster may know by address only."""
        return str(_("huoltaja") if self.role == "guardian" else self.user)
