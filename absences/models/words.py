"""What families are told at a step, in each language, where the city has its own words."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from absences.models.ladder import InterventionStep
from accounts.models import User


class FamilyWords(models.Model):
    """The city's own words for what a step asks, in one language, in place of the pack's."""

    asks = models.CharField(max_length=10, choices=InterventionStep.Asks)
    language = models.CharField(max_length=8)
    text = models.TextField(_("teksti"), max_length=1200)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asks", "language"], name="family_words_once")
        ]

    class Privacy:
        personal: ClassVar = {"changed_by"}
        open: ClassVar = {"id", "asks", "language", "text", "changed_at"}

    def __str__(self) -> str:
        return f"{self.asks} ({self.language})"


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
