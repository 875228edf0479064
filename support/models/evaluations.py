"""Self-evaluation with the quality cards: one's own answers, a unit's summary, goals; own cards."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from schools.models import School
from support.models.catalogue import QualityCard


class Step(models.IntegerChoices):
    """The national five-step scale of the evaluation of early education (Valssi)."""

    VERY_WEAK = 1, _("toteutuu erittäin heikosti")
    WEAK = 2, _("toteutuu heikosti")
    FAIR = 3, _("toteutuu kohtalaisesti")
    WELL = 4, _("toteutuu hyvin")
    VERY_WELL = 5, _("toteutuu erittäin hyvin")


class SelfEvaluation(models.Model):
    """One person's answers to a card's questions in a term. Nobody else reads them, ever.

    `steps` has 1–5 or null ("en osaa sanoa") for each of `asked`: the questions as they read
    then. `text_version` is the number of the card's text.
    """

    card = models.ForeignKey(QualityCard, models.CASCADE, related_name="evaluations")
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    term = models.CharField(max_length=6)
    asked = models.JSONField()
    steps = models.JSONField()
    text_version = models.PositiveIntegerField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-term"]
        constraints: ClassVar = [
            # Who works in two units answers for both, but in each only once.
            models.UniqueConstraint(
                fields=["card", "by", "school", "term"], name="evaluation_once_a_term"
            ),
        ]

    class Privacy:
        personal: ClassVar = {"by", "steps", "school"}
        open: ClassVar = {"id", "card", "term", "asked", "text_version", "saved_at"}

    def __str__(self) -> str:
        return f"{self.card_id} {self.term}"


class EvaluationSummary(models.Model):
    """What a unit answered in a term, collected once and never changed after.

    One picture a term: there is no second one to compare it with, so it tells of nobody.
    """

    card = models.ForeignKey(QualityCard, models.CASCADE, related_name="+")
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    term = models.CharField(max_length=6)
    asked = models.JSONField()
    # The middle step of each question, null where fewer than five could say.
    middles = models.JSONField()
    # In steps of five (lib/hiding.py): 5 says five to nine.
    answers = models.PositiveSmallIntegerField()
    text_version = models.PositiveIntegerField()
    made_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["-term"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["card", "school", "term"], name="summary_once_a_term"),
            models.CheckConstraint(condition=Q(answers__gte=5), name="summary_of_five_or_more"),
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id", "card", "school", "term", "asked", "middles", "answers", "text_version",
            "made_on",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.card_id} {self.term}"


class DevelopmentGoalQuerySet(models.QuerySet["DevelopmentGoal"]):
    def due(self, on: dt.date) -> "DevelopmentGoalQuerySet":
        return self.filter(follow_up_on__lte=on, done_on=None)


class DevelopmentGoal(models.Model):
    """What a unit decides to work on, and when it looks whether it moved."""

    card = models.ForeignKey(QualityCard, models.CASCADE, related_name="+")
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    text = models.CharField(_("kehittämistavoite"), max_length=200)
    follow_up_on = models.DateField(_("katsotaan uudelleen"))
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_on = models.DateField()
    done_on = models.DateField(null=True)
    result = models.CharField(_("mitä muuttui"), max_length=200, blank=True)

    objects = DevelopmentGoalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["follow_up_on", "pk"]
        constraints: ClassVar = [
            # The same goal pressed twice is one goal.
            models.UniqueConstraint(
                fields=["card", "school", "text", "follow_up_on"], name="goal_once"
            ),
        ]

    class Privacy:
        personal: ClassVar = {"made_by", "text", "result"}
        open: ClassVar = {"id", "card", "school", "follow_up_on", "made_on", "done_on"}

    def __str__(self) -> str:
        return self.text


class SavedCard(models.Model):
    """A card that somebody wants to find again."""

    card = models.ForeignKey(QualityCard, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="saved_cards")
    saved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-saved_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["card", "user"], name="card_saved_once"),
        ]

    class Privacy:
        personal: ClassVar = {"user", "card"}
        open: ClassVar = {"id", "saved_at"}

    def __str__(self) -> str:
        return f"{self.card_id}"
