"""What people are told at a step, where the city has its own words; and the letters home."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from absences.models.ladder import InterventionStep
from accounts.models import User

Recipient = InterventionStep.Recipient


class StepWords(models.Model):
    """The city's own words to one audience in one language, in place of the pack's.

    For every step that asks the same, or for one step alone.
    """

    class Audience(models.TextChoices):
        """Whom a step wakes, and to whom an alert goes on when it waits (`Hop.Kind`)."""

        GUARDIAN = Recipient.GUARDIAN.value, Recipient.GUARDIAN.label
        CLASS_TEACHER = Recipient.CLASS_TEACHER.value, _("se, jonka vuoro on vastata")
        SPECIAL_TEACHER = Recipient.SPECIAL_TEACHER.value, Recipient.SPECIAL_TEACHER.label
        PRINCIPAL = Recipient.PRINCIPAL.value, Recipient.PRINCIPAL.label
        WELFARE = Recipient.WELFARE.value, _("opiskeluhuollon työntekijä")
        DEPUTY = "deputy", _("sijainen, kun vastaaja on poissa")
        ABOVE = "above", _("se, jolle kerrotaan, kun kukaan ei ole vastannut")

    asks = models.CharField(max_length=10, choices=InterventionStep.Asks)
    step_slug = models.SlugField(max_length=40, blank=True, help_text="Empty: all that ask this.")
    audience = models.CharField(max_length=20, choices=Audience)
    language = models.CharField(max_length=8)
    text = models.TextField(_("teksti"), max_length=1200)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["asks", "step_slug", "audience", "language"], name="step_words_once"
            )
        ]

    class Privacy:
        personal: ClassVar = {"changed_by"}
        open: ClassVar = {
            "id", "asks", "step_slug", "audience", "language", "text", "changed_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.step_slug or self.asks}, {self.audience} ({self.language})"


class Letter(models.Model):
    """That a letter of an alert was printed: no mail reaches the guardians, or they chose paper."""

    alert = models.OneToOneField("absences.Alert", models.CASCADE, related_name="letter")
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Privacy:
        personal: ClassVar = {"alert", "printed_by"}
        open: ClassVar = {"id", "printed_at"}

    def __str__(self) -> str:
        return f"{self.printed_at:%Y-%m-%d}"
