"""Unilukkari's rounds: planned once, walked school by school, each with its ledger."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from absences.models.ladder import InterventionModel
from schools.models import Membership, Person, Pupil, School
from schools.roles import CAPABILITIES, SCHOOL_LEADERS, Capability


class RobotRound(models.Model):
    """One walk of Unilukkari, with its ledger. It is open until every school has been walked."""

    class Cause(models.TextChoices):
        SCHEDULED = "scheduled", _("aamukierros")
        BY_HAND = "by_hand", _("käsin pyydetty")

    date = models.DateField(_("päivä"))
    cause = models.CharField(max_length=10, choices=Cause)
    model = models.ForeignKey(InterventionModel, models.PROTECT, related_name="rounds")
    is_open = models.BooleanField(default=False)
    is_full = models.BooleanField(
        default=True, help_text="Were all pupils looked at, or those with something new only?"
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    pupils_checked = models.PositiveIntegerField(default=0)
    alerts_new = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)
    notices = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    missed_days = models.PositiveSmallIntegerField(
        default=0, help_text="School mornings without a round before this one."
    )
    data_until = models.DateField(null=True)
    stale_sources = models.JSONField(default=list)
    known = models.CharField(
        max_length=64, default="", help_text="A stamp of the calendar and grades it looked with."
    )
    last_place = models.BigIntegerField(default=0, help_text="The newest enrolment it knew of.")

    class Meta:
        ordering: ClassVar = ["-started_at", "-pk"]
        get_latest_by = "started_at"
        constraints: ClassVar = [
            # Two beats, two servers: the second morning round of a day cannot be written.
            models.UniqueConstraint(
                fields=["date"], condition=Q(cause="scheduled"), name="one_morning_round_a_day"
            ),
            models.UniqueConstraint(
                fields=["is_open"], condition=Q(is_open=True), name="one_open_round"
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, finished_at=None)
                | Q(is_open=False, finished_at__isnull=False),
                name="round_is_open_or_finished",
            ),
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id", "date", "cause", "model", "is_open", "is_full", "started_at", "finished_at",
            "pupils_checked", "alerts_new", "repeated", "suppressed", "notices", "errors",
            "missed_days", "data_until", "stale_sources", "known", "last_place",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.date} {self.cause}"

    @property
    def seconds(self) -> float | None:
        """How long the walk took, from its planning to the last school."""
        return (self.finished_at - self.started_at).total_seconds() if self.finished_at else None


class RoundPart(models.Model):
    """One school of one round: claimed by locking its row, walked in one transaction."""

    class State(models.TextChoices):
        WAITING = "waiting", _("odottaa")
        DONE = "done", _("kierretty")
        FAILED = "failed", _("jäi kesken")

    round = models.ForeignKey(RobotRound, models.CASCADE, related_name="parts")
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_silent = models.BooleanField(default=False, help_text="Its source is stale: no hours told.")
    pupils_checked = models.PositiveIntegerField(default=0)
    alerts_new = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)
    notices = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=80, blank=True, help_text="The error's class, no more.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "school"], name="school_once_a_round")
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id", "round", "school", "state", "attempts", "is_silent",
            "pupils_checked", "alerts_new", "repeated", "suppressed", "notices", "error",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.round_id}/{self.school_id}"


class ContradictionQuerySet(models.QuerySet["Contradiction"]):
    def visible_to(self, user: Person, *, on: dt.date) -> "ContradictionQuerySet":
        """Those who bring data in see all, heads their own school's."""
        mine = Membership.objects.of(user, on=on)
        if mine.filter(role__in=CAPABILITIES[Capability.IMPORT_DATA]).exists():
            return self.all()
        return self.filter(school__in=mine.filter(role__in=SCHOOL_LEADERS).values("school_id"))


class Contradiction(models.Model):
    """What cannot all be true, as the last night found it. Each night writes the list anew."""

    kind = models.CharField(max_length=30)
    school = models.ForeignKey(School, models.CASCADE, null=True, related_name="+")
    words = models.CharField(max_length=300)
    link = models.CharField(max_length=200)
    link_words = models.CharField(max_length=80)
    found_at = models.DateTimeField()

    objects = ContradictionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["school__name", "kind", "pk"]

    class Privacy:
        personal: ClassVar = {"words"}
        open: ClassVar = {"id", "kind", "school", "link", "link_words", "found_at"}

    def __str__(self) -> str:
        return self.kind


class PupilToCheck(models.Model):
    """A pupil of whom something is new: the next round from that day on looks again.

    Written with the change itself (an import, an answer), taken away by the round that looked.
    """

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="+", db_index=False)
    due_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pupil", "due_on"], name="pupil_to_check_once_a_day")
        ]

    class Privacy:
        personal: ClassVar = {"pupil"}
        open: ClassVar = {"id", "due_on"}

    def __str__(self) -> str:
        return f"{self.due_on}"
