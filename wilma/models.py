"""What came from Wilma, Primus and OneRoster, when, and what was wrong with it."""

import datetime as dt
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from absences.models import NoteBatch
from accounts.models import User
from schools.models import Guardian, Membership, Person, Pupil
from schools.roles import CAPABILITIES, Capability


class ImportProfile(models.Model):
    """How one source writes its header, saved so that it need not be guessed again."""

    name = models.CharField(_("nimi"), max_length=80, unique=True)
    columns = models.JSONField(
        _("sarakkeet"),
        default=dict,
        help_text=_("Kenttä → otsikko niin kuin se tiedostossa lukee."),
    )
    lesson_minutes = models.PositiveSmallIntegerField(_("oppitunnin pituus (min)"), default=45)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("tuontiprofiili")
        verbose_name_plural = _("tuontiprofiilit")

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "name", "columns", "lesson_minutes"}

    def __str__(self) -> str:
        return self.name


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: Person, *, on: dt.date) -> "ImportRunQuerySet":
        """Those who bring data in. A report names lines and pupil keys, never a child."""
        mine = Membership.objects.of(user, on=on)
        allowed = mine.filter(role__in=CAPABILITIES[Capability.IMPORT_DATA])
        return self.filter(models.Exists(allowed))

    def waiting_for_a_word(self) -> "ImportRunQuerySet":
        """Files that go in only when somebody says what a type is, or that they are right."""
        asks = [ImportRun.Status.REFUSED, ImportRun.Status.NEEDS_MAPPING]
        return self.filter(status__in=asks).exclude(stored_as="")


class ImportRun(models.Model):
    """One file that somebody brought, whatever became of it."""

    class Kind(models.TextChoices):
        NOTES = "notes", _("tuntimerkinnät")
        ROSTER = "roster", _("oppilaat ja ryhmät")

    class Status(models.TextChoices):
        WAITING = "waiting", _("vuorossa")
        READING = "reading", _("luetaan")
        IMPORTED = "imported", _("tuotu")
        DRY_RUN = "dry-run", _("kokeiltu")
        REFUSED = "refused", _("ei luettu")
        NEEDS_MAPPING = "needs-mapping", _("odottaa luokitusta")
        UNDONE = "undone", _("peruttu")

    class Period(models.TextChoices):
        AUTO = "auto", _("päättele tiedostosta")
        FULL = "full", _("koko jakso: puuttuvat merkinnät poistuvat")
        PARTIAL = "partial", _("osa: mitään ei poisteta")

    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=15, choices=Status)
    takes_odd = models.BooleanField(
        default=False, help_text="Somebody has seen what is odd in it and lets it in all the same."
    )
    is_trial = models.BooleanField(default=False, help_text="Tell what would happen; do nothing.")
    period = models.CharField(max_length=10, choices=Period, default=Period.AUTO)
    lines_read = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    touched_at = models.DateTimeField(
        null=True, help_text="When the one who is reading the file last gave a sign of life."
    )
    file_name = models.CharField(_("tiedosto"), max_length=160)
    sha256 = models.CharField(max_length=64, db_index=True)
    stored_as = models.CharField(max_length=120, blank=True)
    profile = models.ForeignKey(ImportProfile, models.SET_NULL, null=True, blank=True)
    batch = models.OneToOneField(
        NoteBatch, models.SET_NULL, null=True, blank=True, related_name="import_run"
    )
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    reason = models.TextField(blank=True)
    report = models.JSONField(default=dict, help_text="Counts, columns, what was dropped.")

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-started_at", "-pk"]
        verbose_name = _("tuonti")
        verbose_name_plural = _("tuonnit")

    class Privacy:
        personal: ClassVar = {"started_by"}
        open: ClassVar = {
            "id",
            "kind",
            "status",
            "takes_odd",
            "is_trial",
            "period",
            "lines_read",
            "tries",
            "touched_at",
            "file_name",
            "sha256",
            "stored_as",
            "profile",
            "batch",
            "started_at",
            "reason",
            "report",
        }

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_status_display()})"

    @property
    def is_odd(self) -> bool:
        """Refused until somebody says that it is right as it is."""
        return self.status == self.Status.REFUSED and bool(self.report.get("odd"))

    @property
    def asks(self) -> bool:
        """It is odd, and its file still waits for somebody's word."""
        return self.is_odd and bool(self.stored_as)

    @property
    def can_be_confirmed(self) -> bool:
        """It was tried, or asks, and its file is still here."""
        is_open = self.status in {self.Status.DRY_RUN, self.Status.REFUSED}
        return is_open and bool(self.stored_as)

    @property
    def is_under_way(self) -> bool:
        return self.status in {self.Status.WAITING, self.Status.READING}


class RowIssue(models.Model):
    """A row that was left out, with its line and a reason that repeats no personal data."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="issues")
    line = models.PositiveIntegerField(_("rivi"))
    reason = models.CharField(_("syy"), max_length=300)
    cells = models.JSONField(
        default=dict, help_text="The row's known columns, so that it can be mended and sent again."
    )

    class Meta:
        ordering: ClassVar = ["line", "pk"]

    class Privacy:
        personal: ClassVar = {"cells"}
        open: ClassVar = {"id", "run", "line", "reason"}

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class RosterBefore(models.Model):
    """One row that a roster made, changed or removed: what it was, so that it can be again."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows_before")
    model = models.CharField(max_length=40)
    row = models.BigIntegerField(help_text="The row's own id.")
    was = models.JSONField(null=True, encoder=DjangoJSONEncoder, help_text="Null: it was made.")
    now = models.JSONField(null=True, encoder=DjangoJSONEncoder, help_text="Null: it was removed.")
    # Whose it is, so that it goes when that person is forgotten.
    pupil = models.ForeignKey(Pupil, models.CASCADE, null=True, related_name="+")
    guardian = models.ForeignKey(Guardian, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["pk"]

    class Privacy:
        personal: ClassVar = {"was", "now", "pupil", "guardian", "user"}
        open: ClassVar = {"id", "run", "model", "row"}

    def __str__(self) -> str:
        return f"{self.model} {self.row}"
