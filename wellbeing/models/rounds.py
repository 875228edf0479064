"""A class is asked, a child chooses, and says who may see it."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from schools.models import Membership, Person, Pupil, TeachingGroup
from schools.roles import Role

# Whose own class it is.
OWN_CLASS = frozenset({Role.CLASS_TEACHER, Role.EARLY_EDUCATOR})
MOST_WISHES = 3
LONGEST_OWN = 200
# A child who remembers needs one or two; one who guesses finds nothing in ten of thousands.
MOST_WRONG_KEYS = 10


class RoundQuerySet(models.QuerySet["WishRound"]):
    def led_by(self, user: Person, *, on: dt.date) -> "RoundQuerySet":
        """Of the classes that are this person's own."""
        mine = Membership.objects.of(user, on=on).filter(role__in=OWN_CLASS)
        return self.filter(group__in=mine.values("group_id"))

    def visible_to(self, user: Person, *, on: dt.date) -> "RoundQuerySet":
        """Those of one's own class, and those in which a list was sent to oneself."""
        mine = Membership.objects.of(user, on=on)
        special = mine.filter(role=Role.SPECIAL_TEACHER).values("school_id")
        welfare = mine.filter(role=Role.WELFARE).values("school_id")
        own = Q(group__in=mine.filter(role__in=OWN_CLASS).values("group_id"))
        to_special = Q(group__school__in=special, lists__audience=WishList.Audience.SPECIAL)
        to_welfare = Q(group__school__in=welfare, lists__audience=WishList.Audience.WELFARE)
        return self.filter(own | to_special | to_welfare).distinct()


class WishRound(models.Model):
    """One class, asked once: open until its day, or until the teacher closes it."""

    group = models.ForeignKey(TeachingGroup, models.CASCADE, related_name="wish_rounds")
    opened_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()
    closes_on = models.DateField(_("viimeinen päivä"))
    closed_at = models.DateTimeField(null=True)
    # What the class wished for together, told in steps of five; written once, when it closes.
    summary = models.JSONField(default=dict)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-opened_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["group"], condition=Q(closed_at=None), name="one_open_wish_round"
            )
        ]

    class Privacy:
        personal: ClassVar = {"opened_by"}
        open: ClassVar = {"id", "group", "opened_at", "closes_on", "closed_at", "summary"}

    def __str__(self) -> str:
        return f"{self.group}: {self.opened_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class ListQuerySet(models.QuerySet["WishList"]):
    def sent(self) -> "ListQuerySet":
        return self.filter(state=WishList.State.SENT)

    def locked_of(self, pupil: Pupil, *, since: dt.date) -> "ListQuerySet":
        """What this child has sent since a day that opens with three pictures, the newest first.

        Of a nameless one only that it was sent is here, not what was wished.
        """
        sent = self.sent().filter(pupil=pupil, audience__in=LOCKED)
        return sent.filter(round__opened_at__date__gte=since).order_by("-round__opened_at", "-pk")

    def visible_to(self, user: Person, *, on: dt.date) -> "ListQuerySet":
        """Sent lists whose child has chosen this adult, and nobody else's."""
        mine = Membership.objects.of(user, on=on)
        own = Q(
            round__group__in=mine.filter(role__in=OWN_CLASS).values("group_id"),
            audience__in=SHARED,
        )
        special = Q(
            round__group__school__in=mine.filter(role=Role.SPECIAL_TEACHER).values("school_id"),
            audience=WishList.Audience.SPECIAL,
        )
        welfare = Q(
            round__group__school__in=mine.filter(role=Role.WELFARE).values("school_id"),
            audience=WishList.Audience.WELFARE,
        )
        return self.sent().filter(own | special | welfare).distinct()


class WishList(models.Model):
    """One child's list of one round. Of a nameless one only that it was sent is kept here."""

    class State(models.TextChoices):
        DRAFT = "draft", _("kesken")
        SENT = "sent", _("lähetetty")

    class Audience(models.TextChoices):
        TEACHER = "teacher", _("oma opettajani")
        SPECIAL = "special", _("oma opettajani ja erityisopettaja")
        WELFARE = "welfare", _("kuraattori tai muu koulun hyvinvoinnin aikuinen")
        NOBODY = "nobody", _("kukaan ei tiedä, että se olen minä")

    round = models.ForeignKey(WishRound, models.CASCADE, related_name="lists")
    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="wish_lists")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    audience = models.CharField(max_length=10, choices=Audience, blank=True)
    all_is_well = models.BooleanField(default=False)
    # What was chosen was wiped away by a new ticket; the child is told so until it chooses again.
    begun_anew = models.BooleanField(default=False)
    sent_on = models.DateField(null=True)
    # What the child was told as it was sent; a city that changes its mind later does not break it.
    guardians_may_see = models.BooleanField(default=False)
    # Of a list for a welfare adult: a ticket alone, which a teacher can print, does not open it.
    key_digest = models.CharField(max_length=64, blank=True)
    # Keys that opened nothing: after some the three pictures wait for an adult.
    wrong_keys = models.PositiveSmallIntegerField(default=0)

    objects = ListQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pupil__last_name", "pupil__first_name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "pupil"], name="one_list_a_round"),
            models.CheckConstraint(
                condition=~Q(state="sent") | ~Q(audience=""), name="sent_list_has_its_audience"
            ),
        ]

    class Privacy:
        personal: ClassVar = {
            "pupil",
            "audience",
            "all_is_well",
            "begun_anew",
            "sent_on",
            "state",
            "guardians_may_see",
            "key_digest",
        }
        open: ClassVar = {"id", "round", "wrong_keys"}

    def __str__(self) -> str:
        return f"{self.round_id}: {self.state}"


class Wish(models.Model):
    """One wish of the catalogue, or a child's own words."""

    list = models.ForeignKey(WishList, models.CASCADE, related_name="wishes")
    slug = models.SlugField(max_length=60)
    own_words = models.CharField(max_length=LONGEST_OWN, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list", "slug"], name="wished_once")
        ]

    class Privacy:
        personal: ClassVar = {"list", "slug", "own_words"}
        open: ClassVar = {"id"}

    def __str__(self) -> str:
        return self.slug


class NamelessList(models.Model):
    """Wishes of somebody in the class: no child, no time, no order; the key is three pictures.

    They reach the teacher five at a time, so that neither a number nor a moment tells whose.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(WishRound, models.CASCADE, related_name="nameless")
    key_digest = models.CharField(max_length=64)
    slugs = models.JSONField()
    is_released = models.BooleanField(default=False)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "key_digest"], name="nameless_key_once")
        ]

    class Privacy:
        personal: ClassVar = {"key_digest", "slugs", "answer"}
        open: ClassVar = {"id", "round", "is_released"}

    def __str__(self) -> str:
        return f"{self.round_id}"

    @property
    def never_came(self) -> bool:
        """The round is over and five were never in: nobody has read it, nobody will answer."""
        return not self.is_released and not self.round.is_open


# What the class's own teacher reads, too.
SHARED = frozenset({WishList.Audience.TEACHER, WishList.Audience.SPECIAL})
# What opens with the child's three pictures alone.
LOCKED = frozenset({WishList.Audience.WELFARE, WishList.Audience.NOBODY})
