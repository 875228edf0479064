"""What the page of a self-evaluation shows, and one's own cards."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from schools.models import School
from support.models import (
    DevelopmentGoal,
    EvaluationSummary,
    QualityCard,
    SavedCard,
    SelfEvaluation,
    Step,
)
from support.rules import term_of, year_before


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question with four answers beside it, each a word of the scale or empty."""

    question: str
    own: str
    own_before: str
    unit: str
    unit_before: str


@dataclass(frozen=True, slots=True)
class EvaluationPage:
    rows: list[QuestionRow]
    own: SelfEvaluation | None
    summary: EvaluationSummary | None
    before: EvaluationSummary | None
    goals: list[DevelopmentGoal]
    # What the reader must know of a change of the text before comparing.
    text_changed: bool
    questions_changed: bool

    @property
    def answers_to(self) -> int:
        """The upper end of the band that the number of answers is in."""
        return self.summary.answers + 4 if self.summary else 0


Answered = SelfEvaluation | EvaluationSummary | None


def _words(row: Answered, steps: list[int | None], *, unsaid: Any = "") -> dict[str, str]:
    labels = {one.value: str(one.label) for one in Step}
    return {
        question: labels.get(step or 0, str(unsaid))
        for question, step in zip(row.asked if row else [], steps, strict=False)
    }


def evaluation_page(
    card: QualityCard, school: School, user: User, *, on: dt.date
) -> EvaluationPage:
    """This term beside the same term a year ago: one's own, and the unit's collected pictures."""
    term = term_of(on)
    terms = (term, year_before(term))
    about = {"card": card, "school": school}
    own = {one.term: one for one in SelfEvaluation.objects.filter(**about, by=user, term__in=terms)}
    unit = {one.term: one for one in EvaluationSummary.objects.filter(**about, term__in=terms)}
    now, before = (unit.get(one) for one in terms)
    columns = [
        *(
            _words(own.get(one), own[one].steps if one in own else [], unsaid=_("en osaa sanoa"))
            for one in terms
        ),
        # Of a unit nothing is said, too, when fewer than five could say.
        *(_words(unit.get(one), unit[one].middles if one in unit else []) for one in terms),
    ]
    rows = [
        QuestionRow(one, *(column.get(one, "") for column in columns)) for one in card.questions
    ]
    compared = [one for one in (own.get(term), own.get(terms[1]), now, before) if one is not None]
    return EvaluationPage(
        rows=rows,
        own=own.get(term),
        summary=now,
        before=before,
        goals=list(DevelopmentGoal.objects.filter(**about)),
        text_changed=len({one.text_version for one in compared}) > 1,
        questions_changed=any(one.asked != card.questions for one in compared),
    )


def own_cards(user: User) -> list[QualityCard]:
    saved = SavedCard.objects.filter(user=user).values("card_id")
    return list(QualityCard.objects.for_list().filter(pk__in=saved))


def card_and_unit(
    slug: str, unit: str, *, school_ids: frozenset[int]
) -> tuple[QualityCard, School] | None:
    """The card and one of these schools, in one statement; None unless there are both."""
    mine = School.objects.filter(slug=unit, pk__in=school_ids)
    card: Any = (
        QualityCard.objects.filter(slug=slug)
        .annotate(
            unit_id=Subquery(mine.values("pk")[:1]), unit_name=Subquery(mine.values("name")[:1])
        )
        .first()
    )
    if card is None or card.unit_id is None:
        return None
    return card, School(pk=card.unit_id, slug=unit, name=card.unit_name)
