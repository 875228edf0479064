"""By which rules the city intervenes."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from absences.classes import ABSENCES, NationalClass
from absences.rules import Place, Rung
from accounts.models import User
from schools.models import Person, School, SchoolYear
from schools.roles import Role


class ModelQuerySet(models.QuerySet["InterventionModel"]):
    def active(self) -> "ModelQuerySet":
        return self.filter(state=InterventionModel.State.ACTIVE)

    def visible_to(self, user: Person) -> "ModelQuerySet":
        """The rules are no secret: everybody who is signed in may read them."""
        return self.all() if user.is_authenticated else self.none()


class InterventionModel(models.Model):
    """By which rules the city intervenes in absences, versioned by school year.

    A draft can be changed; what has been in force never changes again.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("luonnos")
        ACTIVE = "active", _("käytössä")
        RETIRED = "retired", _("päättynyt")

    class Counting(models.TextChoices):
        """What one hour is. Every page and message says it."""

        MINUTES_45 = "m45", _("45 minuuttia (oppitunti)")
        MINUTES_60 = "m60", _("60 minuuttia")
        NOTES = "notes", _("yksi merkintä, kestosta riippumatta")

        @property
        def minutes(self) -> int:
            """By notes, a note is as long as an hour: sums stay in minutes everywhere."""
            return 60 if self == self.MINUTES_60 else 45

    slug = models.SlugField(max_length=40)
    name = models.CharField(_("nimi"), max_length=120)
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="models")
    version = models.PositiveSmallIntegerField(_("versio"), default=1)
    state = models.CharField(_("tila"), max_length=10, choices=State, default=State.DRAFT)
    counting = models.CharField(
        _("mikä on tunti"), max_length=10, choices=Counting, default=Counting.MINUTES_45
    )
    based_on = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    activated_at = models.DateTimeField(null=True, blank=True)
    activated_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)

    objects = ModelQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-school_year__begins", "-version"]
        verbose_name = _("poissaoloihin puuttumisen malli")
        verbose_name_plural = _("poissaoloihin puuttumisen mallit")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school_year", "version"], name="model_version_once"),
            models.UniqueConstraint(
                fields=["school_year"],
                condition=Q(state="active"),
                name="one_active_model_a_year",
            ),
        ]

    class Privacy:
        personal: ClassVar = {"activated_by"}
        open: ClassVar = {
            "id", "slug", "name", "school_year", "version", "state", "counting", "based_on",
            "activated_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} {self.school_year}, v{self.version}"

    def can_be_shaped(self, *, on: dt.date) -> bool:
        """A draft, as long as its year goes on."""
        return self.state == self.State.DRAFT and on <= self.school_year.ends

    @property
    def minutes_per_hour(self) -> int:
        return self.Counting(self.counting).minutes


# What the published ladders (presets.py) are called on a page.
LADDER_NAMES = {
    "kaikki": _("kertyneet poissaolot"),
    "vaasa": _("kertyneet poissaolot, Vaasan tapaan"),
    "viikonpaiva": _("sama viikonpäivä"),
    "aine": _("sama aine"),
    "osuus": _("osuus tunneista"),
    "luvattomat": _("luvattomat poissaolot"),
    "luvalliset": _("luvalliset poissaolot"),
    "paluu": _("paluu poissaolon jälkeen"),
    "palannut": _("tervetuloa takaisin"),
    "aamut": _("aamut"),
    "myohassa": _("myöhästymiset"),
}


class InterventionStep(models.Model):
    """One step of a ladder: what wakes, in which window, whom, and how soon an answer is hoped for.

    Steps of one ladder with the same trigger, window and classes are climbed together: whoever
    is past two is told of the higher only.
    """

    class Trigger(models.TextChoices):
        ALWAYS = "always", _("aina")
        HOURS = "hours", _("poissaolotuntia")
        LESSONS = "lessons", _("poissaolomerkintää")
        PERCENT = "percent", _("prosenttia pidetyistä tunneista (arvio)")
        UNRESOLVED_DAYS = "unresolved_days", _("päivää selvittämättä")
        DAYS_IN_ROW = "days_in_row", _("koulupäivää peräkkäin")
        LESSONS_IN_ROW = "lessons_in_row", _("oppituntia peräkkäisinä päivinä")
        RETURNED = "returned", _("koulupäivää poissa ja takaisin koulussa")
        LATENESSES = "latenesses", _("myöhästymistä")
        SAME_WEEKDAY = "same_weekday", _("saman viikonpäivän poissaoloa")
        SAME_SUBJECT = "same_subject", _("saman aineen tuntia")
        FIRST_LESSON = "first_lesson", _("päivän ensimmäistä tuntia")

    class Window(models.TextChoices):
        YEAR = "year", _("lukuvuoden alusta")
        TERM = "term", _("lukukauden alusta")
        WEEKS = "weeks", _("viimeisten viikkojen ajalta")

    class Recipient(models.TextChoices):
        CLASS_TEACHER = Role.CLASS_TEACHER.value, _("luokanopettaja tai -valvoja")
        SPECIAL_TEACHER = Role.SPECIAL_TEACHER.value, _("erityisopettaja")
        PRINCIPAL = Role.PRINCIPAL.value, _("rehtori")
        WELFARE = Role.WELFARE.value, _("opiskeluhuolto, jos koulu on sen kytkenyt")
        GUARDIAN = "guardian", _("huoltaja")

    class Asks(models.TextChoices):
        CAUSE = "cause", _("selvitä syy")
        TALK = "talk", _("puhu oppilaan ja kodin kanssa")
        PLAN = "plan", _("sovi tuesta yhdessä")
        GROUP = "group", _("harkitse monialaista ryhmää")
        RETURN = "return", _("sovi, kuka on ovella vastassa")

    class Stage(models.TextChoices):
        """Of the pupil: a unified school has primary and lower secondary pupils."""

        PREPRIMARY = School.Stage.PREPRIMARY.value, School.Stage.PREPRIMARY.label
        PRIMARY = School.Stage.PRIMARY.value, School.Stage.PRIMARY.label
        LOWER_SECONDARY = School.Stage.LOWER_SECONDARY.value, School.Stage.LOWER_SECONDARY.label

    model = models.ForeignKey(InterventionModel, models.CASCADE, related_name="steps")
    ladder = models.SlugField(_("tikkaat"), max_length=30, default="kaikki")
    slug = models.SlugField(max_length=40)
    name = models.CharField(_("nimi"), max_length=80)
    order = models.PositiveSmallIntegerField(_("järjestys"))
    summary = models.TextField(_("mitä tehdään"), blank=True)
    trigger = models.CharField(_("mikä herättää"), max_length=20, choices=Trigger)
    threshold = models.PositiveSmallIntegerField(_("raja"), default=0)
    window = models.CharField(_("miltä ajalta"), max_length=10, choices=Window, default=Window.YEAR)
    weeks = models.PositiveSmallIntegerField(_("viikkoja"), null=True, blank=True)
    counted = models.JSONField(_("laskettavat luokitukset"), default=list)
    grade_from = models.PositiveSmallIntegerField(_("vuosiluokasta"), null=True, blank=True)
    grade_to = models.PositiveSmallIntegerField(_("vuosiluokkaan"), null=True, blank=True)
    stages = models.JSONField(_("asteet"), default=list, blank=True)
    recipients = models.JSONField(_("keille kerrotaan"), default=list)
    asks = models.CharField(_("mitä pyydetään"), max_length=10, choices=Asks, default=Asks.TALK)
    days_to_react = models.PositiveSmallIntegerField(_("koulupäiviä vastata"), default=5)
    escalates_to = models.CharField(
        _("jos kukaan ei vastaa"), max_length=20, choices=Recipient, blank=True,
        default=Recipient.PRINCIPAL,
    )  # fmt: skip
    again_after_weeks = models.PositiveSmallIntegerField(
        _("kerrotaan uudelleen, jos raja täyttyy yhä (viikkoa)"), null=True, blank=True
    )

    class Meta:
        ordering: ClassVar = ["order", "pk"]
        verbose_name = _("porras")
        verbose_name_plural = _("portaat")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["model", "slug"], name="step_once_in_a_model"),
            models.CheckConstraint(
                condition=Q(trigger="always") | Q(threshold__gt=0), name="step_has_a_threshold"
            ),
            models.CheckConstraint(
                condition=~Q(window="weeks") | Q(weeks__gt=0), name="rolling_window_has_weeks"
            ),
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id", "model", "ladder", "slug", "name", "order", "summary", "trigger", "threshold",
            "window", "weeks", "counted", "grade_from", "grade_to", "stages", "recipients", "asks",
            "days_to_react", "escalates_to", "again_after_weeks",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def rung(self) -> Rung:
        return Rung(
            self.slug, Decimal(self.threshold), self.grade_from, self.grade_to, tuple(self.stages)
        )

    def is_for(self, place: Place) -> bool:
        return self.rung.is_for(place)

    @property
    def ladder_name(self) -> str:
        """The ladder in words; one that the city has named is called as it is written."""
        return str(LADDER_NAMES.get(self.ladder, self.ladder))

    @property
    def whom(self) -> str:
        """Whom it concerns, in words; "" when everybody."""
        return scope_in_words(self.stages, self.grade_from, self.grade_to)

    @property
    def wakes(self) -> str:
        """Who are told, in words."""
        return ", ".join(str(one.label) for one in self.Recipient if one in self.recipients)

    @property
    def counts(self) -> str:
        """Which notes count, in words; what is unresolved counts by that alone."""
        if self.trigger in {self.Trigger.ALWAYS, self.Trigger.UNRESOLVED_DAYS}:
            return ""
        if set(self.counted) == ABSENCES:
            return str(_("kaikki poissaolot"))
        return ", ".join(str(one.label) for one in NationalClass if one in self.counted)


def scope_in_words(stages: Iterable[str], low: int | None, high: int | None) -> str:
    words = [str(InterventionStep.Stage(one).label) for one in stages]
    if low is not None or high is not None:
        grades = {"low": 0 if low is None else low, "high": 9 if high is None else high}
        words.append(_("luokat %(low)s–%(high)s") % grades)
    return ", ".join(words)


class ModelTrial(models.Model):
    """A draft tried on the city's past, beside what is in force. Counts only, no pupil."""

    model = models.ForeignKey(InterventionModel, models.CASCADE, related_name="trials")
    by = models.ForeignKey(User, models.SET_NULL, null=True)
    school = models.ForeignKey(School, models.CASCADE, null=True, related_name="+")
    first = models.DateField()
    last = models.DateField()
    asked_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    whole = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]

    class Privacy:
        personal: ClassVar = {"by"}
        open: ClassVar = {
            "id", "model", "school", "first", "last", "asked_at", "done", "whole", "finished_at",
            "result",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.model_id} {self.asked_at:%Y-%m-%d}"
