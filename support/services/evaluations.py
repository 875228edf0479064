"""Answering for oneself, collecting a unit's picture once a term, and what comes out of it."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from kemi_ecosystem.lib import hiding
from notifications.models import Kind
from notifications.services import Draft, notify
from schools.models import School
from support.models import (
    DevelopmentGoal,
    EvaluationSummary,
    QualityCard,
    SavedCard,
    SelfEvaluation,
    TextKind,
)
from support.rules import middle, term_of
from support.services.keeping import version_in_use


class TooFewError(Exception):
    """Fewer than five have answered: nothing is told, not even how many."""


@transaction.atomic
def evaluate(
    *,
    card: QualityCard,
    school: School,
    by: User,
    steps: Sequence[int | None],
    at: dt.datetime,
    on: dt.date,
) -> SelfEvaluation:
    """One's own answers of this term; answering again replaces them."""
    version = version_in_use(kind=TextKind.CARD, slug=card.slug, at=at)
    made, _new = SelfEvaluation.objects.update_or_create(
        card=card,
        school=school,
        by=by,
        term=term_of(on),
        defaults={
            "asked": card.questions,
            "steps": list(steps),
            "text_version": version.number,
            "saved_at": at,
        },
    )
    return made


@transaction.atomic
def collect(*, card: QualityCard, school: School, at: dt.datetime, on: dt.date) -> None:
    """Make the unit's summary of this term. Once made it stays: later answers do not move it.

    Counts answers to the questions as they read now. Raises TooFewError below five.
    """
    term = term_of(on)
    here = SelfEvaluation.objects.filter(card=card, school=school, term=term)
    rows = [one for one in here if one.asked == card.questions]
    if not hiding.is_told(len(rows)):
        raise TooFewError(
            _("Yhteenveto syntyy, kun vähintään viisi on vastannut. Sitä ennen ei kerrota mitään.")
        )
    version = version_in_use(kind=TextKind.CARD, slug=card.slug, at=at)
    EvaluationSummary.objects.get_or_create(
        card=card,
        school=school,
        term=term,
        defaults={
            "asked": card.questions,
            "middles": [
                middle([one.steps[place] for one in rows], least=hiding.LEAST)
                for place in range(len(card.questions))
            ],
            "answers": hiding.in_fives(len(rows)),
            "text_version": version.number,
            "made_on": on,
        },
    )


@transaction.atomic
def set_goal(
    *, card: QualityCard, school: School, text: str, follow_up_on: dt.date, by: User, on: dt.date
) -> DevelopmentGoal:
    made, _new = DevelopmentGoal.objects.get_or_create(
        card=card,
        school=school,
        text=text,
        follow_up_on=follow_up_on,
        defaults={"made_by": by, "made_on": on},
    )
    return made


@transaction.atomic
def finish_goal(*, goal: DevelopmentGoal, result: str, on: dt.date) -> None:
    DevelopmentGoal.objects.filter(pk=goal.pk).update(done_on=on, result=result)


def remind_of_goals(*, on: dt.date, at: dt.datetime) -> int:
    """Tell whoever set a goal that its day has come. Safe to repeat: once a goal."""
    drafts = [
        Draft(
            recipient_id=goal.made_by_id,
            kind=Kind.REMINDER,
            cause=f"development-goal:{goal.pk}",
            title=_("Kehittämistavoitteen seurantapäivä on tänään"),
            path=reverse("support:evaluation", args=[goal.card.slug, goal.school.slug]),
        )
        for goal in DevelopmentGoal.objects.due(on).select_related("card", "school")
        if goal.made_by_id is not None
    ]
    return notify(drafts=drafts, at=at)


@transaction.atomic
def save_card(*, card: QualityCard, user: User, at: dt.datetime) -> bool:
    """Put the card among one's own, or take it away. Returns whether it is there now."""
    gone, _rows = SavedCard.objects.filter(card=card, user=user).delete()
    if gone:
        return False
    SavedCard.objects.bulk_create(
        [SavedCard(card=card, user=user, saved_at=at)], ignore_conflicts=True
    )
    return True
