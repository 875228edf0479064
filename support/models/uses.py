"""Where a measure lives: that it is in use, and how it felt. Never by whom, never for whom."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.models import School, TeachingGroup
from support.models.catalogue import Measure

# On five faces these say that it helped.
HELPED = 4


class Helped(models.TextChoices):
    """What adults answer to "did it help?"."""

    YES = "yes", _("Auttoi")
    SOME = "some", _("Auttoi vähän")
    NO = "no", _("Ei vielä auttanut")
    UNKNOWN = "unknown", _("En osaa sanoa")


class MeasureUse(models.Model):
    """A measure is in use in a group or a unit, by one cause. It knows no child and no adult.

    `cause` is the row that began it, as words of its own app ("reaction:12"): the same cause
    begins a use of a measure once, however often it is asked.
    """

    class Source(models.TextChoices):
        CHECKLIST = "checklist", _("muistilistan kierros")
        REACTION = "reaction", _("vastaus herätykseen")
        CONSULTATION = "consultation", _("konsultaatiotunti")
        SCREENING = "screening", _("seula")
        WISH = "wish", _("oppilaan toive")

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="uses")
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    group = models.ForeignKey(TeachingGroup, models.CASCADE, null=True, related_name="+")
    source = models.CharField(max_length=20, choices=Source)
    cause = models.CharField(max_length=60)
    begins = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["measure", "cause"], name="use_once_a_cause"),
        ]
        indexes: ClassVar = [models.Index(fields=["cause"], name="use_by_cause")]

    class Privacy:
        personal: ClassVar = {"cause"}
        open: ClassVar = {"id", "measure", "school", "group", "source", "begins", "ends"}

    def __str__(self) -> str:
        return self.cause


class MeasureEcho(models.Model):
    """One answer to "did it help?": five faces, from 1 (no) to 5 (very much). Nobody's name."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="echoes")
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    source = models.CharField(max_length=20, choices=MeasureUse.Source)
    cause = models.CharField(max_length=60)
    felt = models.PositiveSmallIntegerField()
    answered_on = models.DateField()
    # Told of the measure together with four others, never by itself.
    is_told = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["measure", "cause"], name="echo_once_a_cause"),
            models.CheckConstraint(
                condition=models.Q(felt__gte=1, felt__lte=5), name="echo_is_one_of_five_faces"
            ),
        ]

    class Privacy:
        personal: ClassVar = {"cause"}
        open: ClassVar = {"id", "measure", "school", "source", "felt", "answered_on", "is_told"}

    def __str__(self) -> str:
        return self.cause
