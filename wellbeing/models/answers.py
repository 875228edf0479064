"""What an adult answers, whether it helped, and a child who wants to be contacted."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from schools.models import Membership, Person, Pupil
from support.models import Measure
from wellbeing.models.rounds import Wish


class Reply(models.Model):
    """An adult's answer to one wish, in words meant for the child."""

    class Kind(models.TextChoices):
        WE_TRY = "we_try", _("tätä kokeillaan")
        NOT_NOW = "not_now", _("tämä ei nyt onnistu, ja syy on tässä")

    wish = models.OneToOneField(Wish, models.CASCADE, related_name="reply")
    kind = models.CharField(_("vastaus"), max_length=10, choices=Kind)
    measure = models.ForeignKey(
        Measure, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("mitä")
    )
    begins = models.DateField(_("alkaen"), null=True, blank=True)
    words = models.CharField(_("oppilaalle"), max_length=300)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    replied_at = models.DateTimeField()
    # Did it help? Asked of the same child some weeks later; five faces.
    ask_on = models.DateField(null=True)
    felt = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(felt=None) | Q(felt__gte=1, felt__lte=5), name="felt_is_a_face"
            ),
        ]

    class Privacy:
        personal: ClassVar = {"wish", "kind", "measure", "begins", "words", "by", "ask_on", "felt"}
        open: ClassVar = {"id", "replied_at"}

    def __str__(self) -> str:
        return self.kind


class CallQuerySet(models.QuerySet["CallForAdult"]):
    def visible_to(self, user: Person, *, on: dt.date) -> "CallQuerySet":
        """Those made to this adult, for as long as the adult works in the child's school."""
        mine = Membership.objects.of(user, on=on)
        return self.filter(to_id=user.pk, pupil__school__in=mine.values("school_id"))

    def waiting_for(self, user: Person, *, on: dt.date) -> "CallQuerySet":
        """Nobody has been in touch yet; the one who has waited longest first."""
        here = Pupil.objects.here(on)
        return self.visible_to(user, on=on).filter(taken_at=None, pupil__in=here).reverse()


class CallForAdult(models.Model):
    """A child wants an adult to get in touch today. What for is not asked."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="calls")
    to = models.ForeignKey(User, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pupil", "to"], condition=Q(taken_at=None), name="one_open_call"
            )
        ]

    class Privacy:
        personal: ClassVar = {"pupil", "to"}
        open: ClassVar = {"id", "asked_at", "taken_at"}

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"
