"""What is offered: a weekly hour, and the single times that it makes."""

import datetime as dt
from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from consultations.words import WORDS, Words
from kemi_ecosystem.lib import clock
from schools.models import Membership, Person, School
from schools.roles import SCHOOL_LEADERS, Role

# Who may book: those who work with children, and their heads.
BOOKING_ROLES = frozenset(
    {
        Role.TEACHER,
        Role.CLASS_TEACHER,
        Role.EARLY_EDUCATOR,
        Role.SPECIAL_TEACHER,
        *SCHOOL_LEADERS,
    }
)
OFFERING_ROLES = BOOKING_ROLES - SCHOOL_LEADERS
# A school year: longer ago nothing was offered.
MOST_OWN_DAYS = 365


class HourQuerySet(models.QuerySet["ConsultationHour"]):
    def visible_to(self, user: Person) -> "HourQuerySet":
        return self.filter(teacher_id=user.pk) if user.is_authenticated else self.none()


class ConsultationHour(models.Model):
    """One weekly hour of one teacher, valid for a term; its times are rows of their own."""

    class Kind(models.TextChoices):
        ELA = "ela", _("erityisopettajan konsultaatio (ELA)")
        VEO = "veo", _("varhaiskasvatuksen erityisopettajan konsultaatio (VEO)")
        MENTOR = "mentor", _("mentorointi")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("maanantai")
        TUESDAY = 1, _("tiistai")
        WEDNESDAY = 2, _("keskiviikko")
        THURSDAY = 3, _("torstai")
        FRIDAY = 4, _("perjantai")

    class Minutes(models.IntegerChoices):
        FIFTEEN = 15, _("15 minuuttia")
        TWENTY = 20, _("20 minuuttia")
        THIRTY = 30, _("30 minuuttia")
        FORTY_FIVE = 45, _("45 minuuttia")
        SIXTY = 60, _("60 minuuttia")

    teacher = models.ForeignKey(User, models.CASCADE, related_name="consultation_hours")
    kind = models.CharField(_("mitä tarjoat"), max_length=10, choices=Kind)
    home_school = models.ForeignKey(School, models.CASCADE, related_name="+")
    schools = models.ManyToManyField(
        School, related_name="+", verbose_name=_("palveltavat yksiköt")
    )
    own_first_days = models.PositiveSmallIntegerField(
        _("oma yksikkö ensin"),
        default=7,
        validators=[MaxValueValidator(MOST_OWN_DAYS)],
        help_text=_("Näin monta päivää ennen aikaa muutkin yksiköt saavat varata. Sitä ennen oma."),
    )
    weekday = models.PositiveSmallIntegerField(_("viikonpäivä"), choices=Weekday)
    starts = models.TimeField(_("alkaa"))
    part_minutes = models.PositiveSmallIntegerField(
        _("yhden ajan pituus"), choices=Minutes, default=Minutes.THIRTY
    )
    parts = models.PositiveSmallIntegerField(_("aikoja peräkkäin"), default=2)
    place = models.CharField(_("paikka"), max_length=80, blank=True)
    link = models.URLField(_("etäyhteyden linkki"), blank=True)
    begins = models.DateField(_("ensimmäinen päivä"))
    ends = models.DateField(_("viimeinen päivä"))

    objects = HourQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["weekday", "starts", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("begins")), name="hour_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=4), name="hour_on_a_weekday"),
            models.CheckConstraint(
                condition=Q(parts__gte=1, parts__lte=4), name="hour_of_one_to_four_parts"
            ),
        ]

    class Privacy:
        personal: ClassVar = {"teacher", "place", "link"}
        open: ClassVar = {
            "id",
            "kind",
            "home_school",
            "schools",
            "own_first_days",
            "weekday",
            "starts",
            "part_minutes",
            "parts",
            "begins",
            "ends",
        }

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%-H.%M}"

    @property
    def words(self) -> Words:
        return WORDS[self.kind]


class SlotQuerySet(models.QuerySet["Slot"]):
    def serving(self, user: Person, *, on: dt.date) -> "SlotQuerySet":
        """The times that this person may book some day: of the teachers who serve their schools."""
        mine = Membership.objects.of(user, on=on).filter(role__in=sorted(BOOKING_ROLES))
        return (
            self.filter(hour__schools__in=mine.values("school_id"))
            .exclude(teacher_id=user.pk)
            .distinct()
        )

    def bookable_by(self, user: Person, *, on: dt.date, at: dt.datetime) -> "SlotQuerySet":
        """Of those, the ones that are free and whose turn it is: own school first."""
        own = Membership.objects.of(user, on=on).values("school_id")
        turn = Q(hour__home_school__in=own) | Q(open_to_others_on__lte=on)
        return self.serving(user, on=on).free(at=at).filter(turn)

    def new_to(
        self, user: Person, *, since: dt.datetime, on: dt.date, at: dt.datetime
    ) -> "SlotQuerySet":
        """Of those, the ones that this person could not have booked when the waiting began."""
        own = Membership.objects.of(user, on=on).values("school_id")
        opened = Q(open_to_others_on__gt=clock.local_date(since)) & ~Q(hour__home_school__in=own)
        return self.bookable_by(user, on=on, at=at).filter(Q(freed_at__gte=since) | opened)

    def free(self, *, at: dt.datetime) -> "SlotQuerySet":
        taken = Q(bookings__state__in=["booked", "held"])
        return self.filter(state="open", starts_at__gt=at).exclude(
            pk__in=Slot.objects.filter(taken).values("pk")
        )


class Slot(models.Model):
    """One time of one day. Two of one teacher never begin at once; a moved one stays itself."""

    class State(models.TextChoices):
        OPEN = "open", _("avoinna")
        CANCELLED = "cancelled", _("peruttu")

    hour = models.ForeignKey(ConsultationHour, models.CASCADE, related_name="slots")
    teacher = models.ForeignKey(User, models.CASCADE, related_name="+")
    # What the pattern made it for: a moved slot keeps it, so that it is not made a second time.
    planned_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    open_to_others_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    place = models.CharField(_("paikka"), max_length=80, blank=True)
    # Since when it has been there to book: the line is offered only what was not there before.
    freed_at = models.DateTimeField(null=True)
    # RFC 5545 SEQUENCE: how many times the time or its state has changed.
    sequence = models.PositiveIntegerField(default=0)

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hour", "planned_at"], name="slot_made_once"),
            models.UniqueConstraint(
                fields=["teacher", "starts_at"],
                condition=Q(state="open"),
                name="teacher_has_one_slot_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_start"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["starts_at", "state"], name="slot_by_time")]

    class Privacy:
        personal: ClassVar = {"teacher", "place"}
        open: ClassVar = {
            "id",
            "hour",
            "planned_at",
            "starts_at",
            "ends_at",
            "open_to_others_on",
            "state",
            "freed_at",
            "sequence",
        }

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
