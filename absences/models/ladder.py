"""By which rules the city intervenes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schools.models import SchoolYear


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
