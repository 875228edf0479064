"""The joint development projects."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from support.models import Measure, QualityCard


class Project(models.Model):
    """A project that several schools carry together. For now a page to read."""

    class Phase(models.TextChoices):
        PLANNING = "planning", _("suunnittelu")
        TRIAL = "trial", _("toteutus ja kokeilu")
        EVALUATION = "evaluation", _("arviointi")
        ESTABLISHED = "established", _("vakiintunut")
        ENDED = "ended", _("päättynyt")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("nimi"), max_length=120)
    slogan = models.CharField(_("iskulause"), max_length=120)
    order = models.PositiveSmallIntegerField()
    phase = models.CharField(_("vaihe"), max_length=12, choices=Phase)
    years = models.CharField(_("vuodet"), max_length=20)
    pictogram = models.CharField(max_length=60)
    goal = models.TextField(_("tavoite"))
    actions = models.JSONField(_("mitä tehdään"))
    signs = models.JSONField(_("miten näemme, että onnistuimme"))
    measures = models.ManyToManyField(
        Measure, verbose_name=_("tukitoimet"), related_name="projects"
    )
    cards = models.ManyToManyField(
        QualityCard, verbose_name=_("laatukortit"), related_name="projects"
    )

    class Meta:
        ordering: ClassVar = ["order"]
        verbose_name = _("hanke")
        verbose_name_plural = _("hankkeet")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    phase__in=["planning", "trial", "evaluation", "established", "ended"]
                ),
                name="project_phase_known",
            )
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id", "slug", "name", "slogan", "order", "phase", "years", "pictogram", "goal",
            "actions", "signs", "measures", "cards",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.name
