"""Schools, school years with their holidays, and teaching groups."""

import datetime as dt
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from schools.roles import CAPABILITIES, Capability

Person = User | AnonymousUser


def active_on(on: dt.date, prefix: str = "") -> Q:
    """Rows with `begins` and `ends` that hold on a day. The last day still holds."""
    open_ended = Q(**{f"{prefix}ends": None}) | Q(**{f"{prefix}ends__gte": on})
    return Q(**{f"{prefix}begins__lte": on}) & open_ended


def this_year(on: dt.date, prefix: str = "") -> Q:
    """Rows of the school year that a day is in. Last year's class is nobody's class this year,
    whether or not anybody closed it. `prefix` leads to what has a `school_year`.
    """
    return Q(**{f"{prefix}school_year__begins__lte": on, f"{prefix}school_year__ends__gte": on})


class SchoolQuerySet(models.QuerySet["School"]):
    def open_on(self, on: dt.date) -> "SchoolQuerySet":
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on))

    def where(self, user: Person, capability: Capability, *, on: dt.date) -> "SchoolQuerySet":
        """The schools in which this person may do this, as a member of the school's own staff."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = active_on(on, "membership__") & Q(
            membership__user_id=user.pk, membership__role__in=sorted(CAPABILITIES[capability])
        )
        return self.filter(mine).distinct()


class School(models.Model):
    """A unit: a daycare, a pre-primary, a school. Units close and merge; their history stays."""

    class Stage(models.TextChoices):
        ECEC = "ecec", _("varhaiskasvatus")
        PREPRIMARY = "preprimary", _("esiopetus")
        PRIMARY = "primary", _("alakoulu")
        LOWER_SECONDARY = "lower_secondary", _("yläkoulu")
        UNIFIED = "unified", _("yhtenäiskoulu")

    class WelfareDisclosure(models.TextChoices):
        AUTOMATIC = "automatic", _("Unilukkari kertoo portaan mukaan")
        BUTTON = "button", _("opettaja kertoo painamalla")
        OFF = "off", _("ei kerrota portaalista")

    key = models.CharField(_("koodi"), max_length=64, unique=True)
    name = models.CharField(_("nimi"), max_length=120)
    slug = models.SlugField(_("nimi osoitteessa"), max_length=80, unique=True)
    stage = models.CharField(_("vaihe"), max_length=20, choices=Stage, default=Stage.PRIMARY)
    closed_on = models.DateField(_("lakkautettu"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("yhdistetty yksikköön"),
    )
    welfare_disclosure = models.CharField(
        _("herätteet opiskeluhuollolle"),
        max_length=10,
        choices=WelfareDisclosure,
        default=WelfareDisclosure.OFF,
        help_text=_(
            "Opiskeluhuolto on toisen rekisterinpitäjän palveluksessa: vain tunnistetiedot."
        ),
    )

    objects = SchoolQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("koulu")
        verbose_name_plural = _("koulut")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(closed_on__isnull=False),
                name="merged_school_is_closed",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="school_not_merged_into_itself"
            ),
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id",
            "key",
            "name",
            "slug",
            "stage",
            "closed_on",
            "merged_into",
            "welfare_disclosure",
        }

    def __str__(self) -> str:
        return self.name


class SchoolYearQuerySet(models.QuerySet["SchoolYear"]):
    def containing(self, on: dt.date) -> "SchoolYearQuerySet":
        return self.filter(begins__lte=on, ends__gte=on)


class SchoolYear(models.Model):
    """1 August to 31 July, with its holidays."""

    name = models.CharField(_("nimi"), max_length=20, unique=True)
    begins = models.DateField(_("alkaa"), unique=True)
    ends = models.DateField(_("päättyy"))
    lessons_begin = models.DateField(_("koulutyö alkaa"), null=True, blank=True)
    lessons_end = models.DateField(_("koulutyö päättyy"), null=True, blank=True)

    objects = SchoolYearQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-begins"]
        verbose_name = _("lukuvuosi")
        verbose_name_plural = _("lukuvuodet")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="year_ends_after_start")
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "name", "begins", "ends", "lessons_begin", "lessons_end"}

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """Days without school in one school year: a break or a public holiday."""

    school_year = models.ForeignKey(
        SchoolYear, models.CASCADE, verbose_name=_("lukuvuosi"), related_name="holidays"
    )
    name = models.CharField(_("nimi"), max_length=60)
    begins = models.DateField(_("alkaa"))
    ends = models.DateField(_("päättyy"))

    class Meta:
        ordering: ClassVar = ["begins"]
        verbose_name = _("loma")
        verbose_name_plural = _("lomat")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("begins")), name="holiday_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["school_year", "begins", "name"], name="holiday_once_a_year"
            ),
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "school_year", "name", "begins", "ends"}

    def __str__(self) -> str:
        return self.name


class TeachingGroup(models.Model):
    """A class or a daycare group, of one school and one school year."""

    key = models.CharField(_("avain"), max_length=80)
    school = models.ForeignKey(School, models.PROTECT, related_name="groups")
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="groups")
    name = models.CharField(_("nimi"), max_length=40)
    grade = models.PositiveSmallIntegerField(
        _("vuosiluokka"), null=True, blank=True, help_text=_("0 on esiopetus.")
    )

    class Meta:
        ordering: ClassVar = ["school__name", "grade", "name"]
        verbose_name = _("ryhmä")
        verbose_name_plural = _("ryhmät")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "school_year", "key"], name="group_once_a_year"
            )
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "key", "school", "school_year", "name", "grade"}

    def __str__(self) -> str:
        return self.name
