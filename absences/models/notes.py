"""What schools write down of lessons, and the imports that brought it."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from absences.classes import ABSENCES, NationalClass
from accounts.models import User
from schools.models import Pupil, School


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

    @property
    def with_code(self) -> str:
        """Schools give one name to several codes: who maps them must see which is which."""
        return f"{self.name} ({self.code})" if self.name and self.code else str(self)


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
    lies_on = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="beneath",
        help_text="Other schools' imports of whose pupils some have come to these schools since.",
    )
    undone_at = models.DateTimeField(_("peruttu"), null=True)

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
            "lies_on",
            "undone_at",
        }

    def __str__(self) -> str:
        return f"{self.source} ({self.pk})"


class NoteBefore(models.Model):
    """How a note was before an import changed it, kept for as long as the import can be undone."""

    batch = models.ForeignKey(NoteBatch, models.CASCADE, related_name="before")
    key = models.CharField(max_length=64)
    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="+", db_index=False)
    note_type = models.ForeignKey(NoteType, models.CASCADE, related_name="+", db_index=False)
    national_class = models.CharField(max_length=20)
    date = models.DateField()
    lesson = models.PositiveSmallIntegerField(null=True)
    starts = models.CharField(max_length=5, blank=True)
    minutes = models.PositiveSmallIntegerField()
    unresolved = models.BooleanField()
    resolved_on = models.DateField(null=True)
    course = models.CharField(max_length=60, blank=True)
    old_batch = models.ForeignKey(NoteBatch, models.CASCADE, related_name="+", db_index=False)
    old_withdrawn_in = models.ForeignKey(
        NoteBatch, models.CASCADE, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "key"], name="note_before_once")
        ]

    class Privacy:
        personal: ClassVar = {
            "key", "pupil", "note_type", "national_class", "date", "lesson", "starts", "minutes",
            "unresolved", "resolved_on", "course",
        }  # fmt: skip
        open: ClassVar = {"id", "batch", "old_batch", "old_withdrawn_in"}

    def __str__(self) -> str:
        return self.key


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
                fields=["pupil", "date"],
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
