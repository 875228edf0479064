"""Who comes when, and what came of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from consultations.models.hours import ConsultationHour, Slot
from schools.models import Person, School
from support.models import ConsultationRequest, Helped, Measure, Need


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: Person) -> "BookingQuerySet":
        """The two of them, and nobody else."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(booked_by_id=user.pk) | Q(slot__teacher_id=user.pk))

    def active(self) -> "BookingQuerySet":
        return self.filter(state=Booking.State.BOOKED)


class Booking(models.Model):
    """A colleague's place in a slot. A hold for one who waits is a place, too."""

    class State(models.TextChoices):
        HELD = "held", _("tarjottu jonottajalle")
        BOOKED = "booked", _("varattu")
        CANCELLED = "cancelled", _("peruttu")

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="bookings")
    booked_by = models.ForeignKey(User, models.CASCADE, related_name="consultations")
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.BOOKED)
    topics = models.ManyToManyField(Need, blank=True, related_name="+", verbose_name=_("aiheet"))
    tried = models.ManyToManyField(
        Measure, blank=True, related_name="+", verbose_name=_("mitä on jo kokeiltu")
    )
    question = models.CharField(_("kysymys"), max_length=500, blank=True)
    about = models.CharField(
        _("keitä asia koskee"),
        max_length=40,
        blank=True,
        help_text=_("Tarvittaessa nimikirjaimet ja luokka. Kenttä tyhjenee tapaamisen jälkeen."),
    )
    # What was asked from a checklist and is talked over now; let go, it is asked again.
    request = models.ForeignKey(
        ConsultationRequest, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    # An offer keeps its end also when nobody took it: a booking that never was has one.
    held_until = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(default=0)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["slot__starts_at", "pk"]
        constraints: ClassVar = [
            # A slot cannot be booked twice: the database itself forbids it.
            models.UniqueConstraint(
                fields=["slot"],
                condition=Q(state__in=["held", "booked"]),
                name="slot_booked_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(held_until__isnull=False),
                name="hold_has_its_end",
            ),
        ]

    class Privacy:
        # The request leads to a checklist, perhaps of one child: it goes as the initials do.
        personal: ClassVar = {"booked_by", "question", "about", "request"}
        open: ClassVar = {
            "id",
            "slot",
            "school",
            "state",
            "topics",
            "tried",
            "made_at",
            "cancelled_at",
            "held_until",
            "sequence",
        }

    def __str__(self) -> str:
        return f"{self.slot_id}: {self.state}"


class Outcome(models.Model):
    """What the two decided to try, when they look again, and whether it helped."""

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="outcome")
    took_place = models.BooleanField(_("tapaaminen pidettiin"), default=True)
    measures = models.ManyToManyField(
        Measure, blank=True, related_name="+", verbose_name=_("mitä kokeillaan")
    )
    note = models.CharField(_("muistiin"), max_length=500, blank=True)
    follow_up_on = models.DateField(_("katsotaan uudelleen"), null=True)
    helped = models.CharField(_("auttoiko se"), max_length=10, choices=Helped, blank=True)
    written_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(helped="") | Q(answered_at__isnull=False),
                name="answer_has_its_moment",
            )
        ]

    class Privacy:
        personal: ClassVar = {"note"}
        open: ClassVar = {
            "id",
            "booking",
            "took_place",
            "measures",
            "follow_up_on",
            "helped",
            "written_at",
            "answered_at",
        }

    def __str__(self) -> str:
        return f"{self.booking_id}"


class Waiting(models.Model):
    """A colleague who waits for a time. Longest waiting first; each offer is a held booking."""

    who = models.ForeignKey(User, models.CASCADE, related_name="+")
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # Got a time, or left by oneself; a wish that was not met counts in the school's figures.
    was_served = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["since", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["who", "kind"], condition=Q(ended_at=None), name="waits_once"
            )
        ]

    class Privacy:
        personal: ClassVar = {"who"}
        open: ClassVar = {"id", "school", "kind", "since", "ended_at", "was_served"}

    def __str__(self) -> str:
        return f"{self.kind}: {self.since:%Y-%m-%d}"

    @property
    def kind_words(self) -> str:
        """Of two lines one tells which one waits in."""
        return str(ConsultationHour.Kind(self.kind).label)


class CalendarFeed(models.Model):
    """A personal calendar address. Only a digest of its secret is kept."""

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    # So that a stranger's reading is noticed.
    last_read_on = models.DateField(null=True)

    class Privacy:
        personal: ClassVar = {"user", "digest", "last_read_on"}
        open: ClassVar = {"id", "made_at"}

    def __str__(self) -> str:
        return f"{self.user_id}"
