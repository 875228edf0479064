"""The year's screenings, and what each class has done. Counts only: no child's score is here."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from schools.models import School, TeachingGroup
from support.models.catalogue import Measure


class Screening(models.Model):
    """Something that every class of certain grades goes through by the end of a month."""

    class Subject(models.TextChoices):
        """In the order of the year's plan: reading first."""

        READING = "reading", _("Lukeminen")
        WRITING = "writing", _("Kirjoittaminen")
        MATHS = "maths", _("Matematiikka")
        NEW_LITERACIES = "new_literacies", _("Uudet lukutaidot")
        LANGUAGE = "language", _("Kieli")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("nimi"), max_length=80)
    subject = models.CharField(_("mitä seulotaan"), max_length=20, choices=Subject)
    # Whole numbers, 0 for pre-primary.
    grades = models.JSONField(_("luokka-asteet"))
    month = models.PositiveSmallIntegerField(_("kuukausi"))
    who = models.CharField(_("kuka"), max_length=80)
    how = models.CharField(_("miten"), max_length=200)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["order"]
        verbose_name = _("seula")
        verbose_name_plural = _("seulat")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12), name="screening_in_a_month"
            ),
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id", "slug", "name", "subject", "grades", "month", "who", "how", "order",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.name


class ScreeningDone(models.Model):
    """A class has gone through a screening: how many need more, and how many of them wait."""

    screening = models.ForeignKey(Screening, models.CASCADE, related_name="done")
    group = models.ForeignKey(TeachingGroup, models.CASCADE, related_name="+")
    done_on = models.DateField(_("milloin"))
    follow_up = models.PositiveSmallIntegerField(_("moniko tarvitsee seurantaa"))
    waiting = models.PositiveSmallIntegerField(_("monelleko mitään ei ole vielä aloitettu"))
    measures = models.ManyToManyField(
        Measure, blank=True, related_name="+", verbose_name=_("mitä on aloitettu")
    )
    started_on = models.DateField(_("milloin ensimmäinen alkoi"), null=True, blank=True)
    noted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["screening", "group"], name="screened_once_a_class"),
            models.CheckConstraint(
                condition=Q(waiting__lte=F("follow_up")), name="who_waits_needs_follow_up"
            ),
        ]

    class Privacy:
        personal: ClassVar = {"follow_up", "waiting", "noted_by"}
        open: ClassVar = {"id", "screening", "group", "done_on", "measures", "started_on"}

    def __str__(self) -> str:
        return f"{self.screening_id}: {self.group_id}"


class ScreeningSum(models.Model):
    """What a school's leader is told of the children: in steps of five, once, and never changed.

    Only one is made of a school, a screening and a year, and no class stands beside another: there
    are no two pages and no two days whose difference would be a child.
    """

    screening = models.ForeignKey(Screening, models.CASCADE, related_name="+")
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    # The last day of the screening's time: it tells the school year, too.
    by = models.DateField()
    classes = models.PositiveSmallIntegerField()
    done = models.PositiveSmallIntegerField()
    # In steps of five (lib/hiding.py): 0 says "fewer than five, perhaps none".
    follow_up = models.PositiveSmallIntegerField()
    waiting = models.PositiveSmallIntegerField()
    made_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["by", "screening__order", "school__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["screening", "school", "by"], name="screening_sum_once"
            ),
            models.CheckConstraint(
                condition=Q(waiting__lte=F("follow_up")), name="sum_of_waiting_is_not_more"
            ),
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id", "screening", "school", "by", "classes", "done", "follow_up", "waiting", "made_on",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.screening_id}: {self.school_id} {self.by}"


class CityScreeningSum(models.Model):
    """What the city is told of one grade: as a school's leader, in fives, once, never changed.

    Of the children only when at least five classes have done it: no class stands out of the sum.
    """

    screening = models.ForeignKey(Screening, models.CASCADE, related_name="+")
    grade = models.PositiveSmallIntegerField()
    by = models.DateField()
    classes = models.PositiveSmallIntegerField()
    done = models.PositiveSmallIntegerField()
    follow_up = models.PositiveSmallIntegerField(null=True)
    waiting = models.PositiveSmallIntegerField(null=True)
    made_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["grade", "screening__order", "by"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["screening", "grade", "by"], name="city_screening_sum_once"
            ),
            models.CheckConstraint(
                condition=Q(done__gte=5) | Q(follow_up=None, waiting=None),
                name="city_sum_is_of_five_classes",
            ),
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id", "screening", "grade", "by", "classes", "done", "follow_up", "waiting", "made_on",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.screening_id}: {self.grade} {self.by}"
