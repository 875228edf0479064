"""Lesson notes, the model by which the city intervenes, and what Unilukkari found on his rounds."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from absences.classes import ABSENCES, NationalClass
from accounts.models import User
from schools.models import Membership, Person, Pupil, School, SchoolYear, TeachingGroup
from schools.roles import CAPABILITIES, Capability, Role


class NoteTypeQuerySet(models.QuerySet["NoteType"]):
    def unmapped(self) -> "NoteTypeQuerySet":
        return self.filter(national_class="")


class NoteType(models.Model):
    """A school's own note type. Until somebody maps it to a national class it counts nowhere."""

    code = models.CharField(_("koodi"), max_length=40, blank=True)
    name = models.CharField(_("nimi"), max_length=160, blank=True)
    name_key = models.CharField(
        max_length=160, help_text="The name as compared: folded, spaces one."
    )
    national_class = models.CharField(
        _("kansallinen luokitus"), max_length=20, choices=NationalClass, blank=True
    )
    mapped_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    mapped_at = models.DateTimeField(null=True, blank=True)

    objects = NoteTypeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "code"]
        verbose_name = _("merkinnän laji")
        verbose_name_plural = _("merkinnän lajit")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "name_key"], name="note_type_once")
        ]

    class Privacy:
        personal: ClassVar = {"mapped_by"}
        open: ClassVar = {"id", "code", "name", "name_key", "national_class", "mapped_at"}

    def __str__(self) -> str:
        return self.name or self.code


class NoteBatch(models.Model):
    """One import of lesson notes that went in. Rounds ask it how fresh what they see is."""

    source = models.CharField(_("lähde"), max_length=120)
    received_at = models.DateTimeField(_("tuotu"), db_index=True)
    first_date = models.DateField(null=True)
    last_date = models.DateField(null=True)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    schools = models.ManyToManyField(School, related_name="note_batches")

    class Meta:
        ordering: ClassVar = ["-received_at"]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id",
            "source",
            "received_at",
            "first_date",
            "last_date",
            "rows",
            "new",
            "changed",
            "unchanged",
            "withdrawn",
            "schools",
        }

    def __str__(self) -> str:
        return f"{self.source} ({self.pk})"


class LessonNoteQuerySet(models.QuerySet["LessonNote"]):
    def live(self) -> "LessonNoteQuerySet":
        """Notes that the latest exports still know."""
        return self.filter(withdrawn_in=None)

    def within(self, first: dt.date, last: dt.date) -> "LessonNoteQuerySet":
        return self.filter(date__gte=first, date__lte=last)


class LessonNote(models.Model):
    """One note on one lesson of one pupil. Free text is never kept."""

    key = models.CharField(max_length=64, unique=True)
    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="lesson_notes", db_index=False)
    note_type = models.ForeignKey(NoteType, models.PROTECT, db_index=False)
    national_class = models.CharField(max_length=20, choices=NationalClass)
    date = models.DateField()
    lesson = models.PositiveSmallIntegerField(null=True)
    starts = models.CharField(max_length=5, blank=True, help_text="HH:MM, when no lesson number.")
    minutes = models.PositiveSmallIntegerField()
    unresolved = models.BooleanField(default=False)
    resolved_on = models.DateField(null=True)
    course = models.CharField(max_length=60, blank=True)
    batch = models.ForeignKey(
        NoteBatch,
        models.PROTECT,
        related_name="notes",
        db_index=False,
        help_text="The import that last wrote this note.",
    )
    withdrawn_in = models.ForeignKey(
        NoteBatch, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = LessonNoteQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            # All that a round reads of a note, in the order in which it sums.
            models.Index(
                fields=["pupil", "date", "national_class", "minutes"],
                condition=Q(withdrawn_in=None),
                name="note_sums",
            ),
            models.Index(
                fields=["date", "pupil"],
                condition=Q(withdrawn_in=None, unresolved=True),
                name="note_unresolved",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(unresolved=False) | Q(national_class__in=sorted(ABSENCES)),
                name="only_an_absence_is_unresolved",
            )
        ]

    class Privacy:
        personal: ClassVar = {
            "key",
            "pupil",
            "note_type",
            "national_class",
            "date",
            "lesson",
            "starts",
            "minutes",
            "unresolved",
            "resolved_on",
            "course",
        }
        open: ClassVar = {"id", "batch", "withdrawn_in"}

    def __str__(self) -> str:
        return f"{self.date} {self.national_class}"


class InterventionModel(models.Model):
    """By which rules the city intervenes in absences, versioned by school year."""

    slug = models.SlugField(max_length=40)
    name = models.CharField(_("nimi"), max_length=120)
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="models")
    version = models.PositiveSmallIntegerField(_("versio"), default=1)
    minutes_per_hour = models.PositiveSmallIntegerField(_("tunnin pituus (min)"), default=45)
    active = models.BooleanField(_("käytössä"), default=True)

    class Meta:
        ordering: ClassVar = ["-school_year__begins", "-version"]
        verbose_name = _("poissaoloihin puuttumisen malli")
        verbose_name_plural = _("poissaoloihin puuttumisen mallit")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slug", "school_year", "version"], name="model_version_once"
            ),
            models.UniqueConstraint(
                fields=["school_year"], condition=Q(active=True), name="one_active_model_a_year"
            ),
            models.CheckConstraint(condition=Q(minutes_per_hour__gt=0), name="hour_has_minutes"),
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id",
            "slug",
            "name",
            "school_year",
            "version",
            "minutes_per_hour",
            "active",
        }

    def __str__(self) -> str:
        return f"{self.name} {self.school_year}, v{self.version}"


class InterventionStep(models.Model):
    """One step of the ladder: what wakes, whom, and how soon an answer is hoped for."""

    class Trigger(models.TextChoices):
        ALWAYS = "always", _("aina")
        UNRESOLVED_DAYS = "unresolved_days", _("selvittämättä päiviä")
        HOURS = "hours", _("poissaolotunteja")

    model = models.ForeignKey(InterventionModel, models.CASCADE, related_name="steps")
    slug = models.SlugField(max_length=40)
    name = models.CharField(_("nimi"), max_length=80)
    order = models.PositiveSmallIntegerField()
    summary = models.TextField(_("mitä tehdään"), blank=True)
    trigger = models.CharField(max_length=20, choices=Trigger)
    threshold = models.PositiveSmallIntegerField(_("raja"), default=0)
    counted = models.JSONField(_("laskettavat luokitukset"), default=list)
    recipients = models.JSONField(_("saajat rooleittain"), default=list)
    days_to_react = models.PositiveSmallIntegerField(_("koulupäiviä vastata"), default=5)

    class Meta:
        ordering: ClassVar = ["order"]
        verbose_name = _("porras")
        verbose_name_plural = _("portaat")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["model", "slug"], name="step_once_in_a_model"),
            models.CheckConstraint(
                condition=Q(trigger="always") | Q(threshold__gt=0), name="step_has_a_threshold"
            ),
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id",
            "model",
            "slug",
            "name",
            "order",
            "summary",
            "trigger",
            "threshold",
            "counted",
            "recipients",
            "days_to_react",
        }

    def __str__(self) -> str:
        return self.name


class RobotRound(models.Model):
    """One walk of Unilukkari, with its ledger."""

    class Cause(models.TextChoices):
        SCHEDULED = "scheduled", _("aamukierros")
        BY_HAND = "by_hand", _("käsin pyydetty")

    date = models.DateField(_("päivä"))
    cause = models.CharField(max_length=10, choices=Cause)
    model = models.ForeignKey(InterventionModel, models.PROTECT, related_name="rounds")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    pupils_checked = models.PositiveIntegerField(default=0)
    alerts_new = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)
    notices = models.PositiveIntegerField(default=0)
    data_until = models.DateField(null=True)
    stale_sources = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["-started_at"]
        get_latest_by = "started_at"
        constraints: ClassVar = [
            # Two beats, two servers: the second morning round of a day cannot be written.
            models.UniqueConstraint(
                fields=["date"], condition=Q(cause="scheduled"), name="one_morning_round_a_day"
            )
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id",
            "date",
            "cause",
            "model",
            "started_at",
            "finished_at",
            "pupils_checked",
            "alerts_new",
            "repeated",
            "suppressed",
            "notices",
            "data_until",
            "stale_sources",
        }

    def __str__(self) -> str:
        return f"{self.date} {self.cause}"


class AlertQuerySet(models.QuerySet["Alert"]):
    def open(self) -> "AlertQuerySet":
        return self.filter(state=Alert.State.OPEN)

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
        followed = Pupil.objects.in_scope(
            user, roles=CAPABILITIES[Capability.FOLLOW_ABSENCES], on=on
        )
        # Another controller's employee: sees what was disclosed, as long as the work goes on.
        welfare = Membership.objects.of(user, on=on).filter(role=Role.WELFARE)
        disclosed = Exists(told) & Q(school_id__in=welfare.values("school_id"))
        return self.filter(Q(pupil__in=followed) | disclosed)

    def answerable_by(self, user: Person, *, on: dt.date) -> "AlertQuerySet":
        """The alerts that this person may answer: those of the pupils in one's own scope."""
        followed = Pupil.objects.in_scope(
            user, roles=CAPABILITIES[Capability.FOLLOW_ABSENCES], on=on
        )
        return self.filter(pupil__in=followed)

    def for_list(self) -> "AlertQuerySet":
        return self.select_related("pupil", "school", "group", "step", "owner").order_by(
            "due_on", "-step__order", "pupil__last_name", "pk"
        )

    def for_page(self) -> "AlertQuerySet":
        return self.select_related(
            "pupil", "school", "group", "step__model__school_year", "owner"
        ).prefetch_related("reactions__by")

    def for_tab(self, tab: str, *, user: User) -> "AlertQuerySet":
        """One's own turn, the others that wait, or those that have been answered."""
        if tab == "muut":
            return self.open().exclude(owner_id=user.pk).for_list()
        if tab == "vastatut":
            return self.filter(state=Alert.State.ANSWERED).for_list().order_by("-raised_on", "pk")
        return self.open().filter(owner_id=user.pk).for_list()

    def tab_counts(self, *, user: User) -> dict[str, int]:
        is_open = Q(state=Alert.State.OPEN)
        return self.aggregate(
            mine=Count("pk", filter=is_open & Q(owner_id=user.pk)),
            others=Count("pk", filter=is_open & (~Q(owner_id=user.pk) | Q(owner=None))),
            answered=Count("pk", filter=~is_open),
        )


class Alert(models.Model):
    """Unilukkari knocked: for whom, at which step, and on what evidence. Explainable for ever.

    The id is made from pupil, step and window, so that the same alert found twice is one row.
    """

    class State(models.TextChoices):
        OPEN = "open", _("odottaa vastausta")
        ANSWERED = "answered", _("vastattu")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="alerts")
    school = models.ForeignKey(School, models.PROTECT, related_name="alerts")
    group = models.ForeignKey(TeachingGroup, models.PROTECT, null=True, related_name="alerts")
    step = models.ForeignKey(InterventionStep, models.PROTECT, related_name="alerts")
    step_slug = models.SlugField(max_length=40)
    window = models.CharField(max_length=40, help_text="School year, or the first day it is about.")
    value = models.DecimalField(max_digits=7, decimal_places=2)
    evidence = models.JSONField()
    round = models.ForeignKey(RobotRound, models.PROTECT, related_name="alerts")
    raised_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="alerts_in_turn")

    objects = AlertQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["school", "due_on"], condition=Q(state="open"), name="alert_open")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pupil", "step_slug", "window"], name="alert_once")
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
            "owner",
            "state",
        }
        open: ClassVar = {"id", "round", "raised_on", "due_on"}

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
        return self.role


class Reaction(models.Model):
    """What an adult did. Any honest answer clears the alert; what was said is not kept."""

    class Kind(models.TextChoices):
        CALL = "call", _("Soitin kotiin")
        TALK = "talk", _("Juttelin oppilaan kanssa")
        MEETING = "meeting", _("Sovimme palaverin")
        NOTHING_NEEDED = "nothing_needed", _("Ei tarvetta nyt")
        OTHER = "other", _("Tein jotain muuta")

    class With(models.TextChoices):
        PUPIL = "pupil", _("oppilas")
        GUARDIAN = "guardian", _("huoltaja")
        BOTH = "both", _("oppilas ja huoltaja")
        COLLEAGUE = "colleague", _("työkaveri")
        WELFARE = "welfare", _("opiskeluhuolto")
        NOBODY = "nobody", _("ei ketään")

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="reactions")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(_("mitä tehtiin"), max_length=20, choices=Kind)
    with_whom = models.CharField(_("kenen kanssa"), max_length=20, choices=With)
    next_check = models.DateField(_("katsotaan uudelleen"), null=True, blank=True)
    reacted_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-reacted_at"]

    class Privacy:
        personal: ClassVar = {"alert", "by", "kind", "with_whom", "next_check"}
        open: ClassVar = {"id", "reacted_at"}

    def __str__(self) -> str:
        return self.get_kind_display()
