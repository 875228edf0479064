"""The steps of a model that are climbed together, and the days that they look at."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from absences.models import InterventionModel, InterventionStep
from absences.rules import Rung, Span, span_of

DAY = dt.timedelta(days=1)
Trigger = InterventionStep.Trigger


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps that are climbed together, and the days they look at."""

    steps: list[InterventionStep]
    span: Span
    # What is asked of one pupil is asked however little there is.
    floor: int | None = None

    @property
    def first(self) -> InterventionStep:
        return self.steps[0]

    @property
    def trigger(self) -> Trigger:
        return Trigger(self.first.trigger)

    @property
    def lowest(self) -> int:
        return min(step.threshold for step in self.steps) if self.floor is None else self.floor

    @property
    def limits(self) -> dict[str, Decimal]:
        return {one.slug: Decimal(one.threshold) for one in self.steps}

    @property
    def rungs(self) -> list[Rung]:
        return [one.rung for one in self.steps]

    @property
    def rises_by_itself(self) -> bool:
        """A share grows when lessons drop out of the window; a repeated step when time goes by.

        Of a return there is no note at all.
        """
        by_itself = {Trigger.PERCENT, Trigger.RETURNED}
        return self.trigger in by_itself or any(one.again_after_weeks for one in self.steps)

    @property
    def asks_for_return(self) -> bool:
        return self.trigger == Trigger.RETURNED

    @property
    def asks_for_places(self) -> bool:
        return self.trigger == Trigger.PERCENT or any(one.is_scoped for one in self.rungs)


def ladders(model: InterventionModel, *, on: dt.date) -> list[Ladder]:
    """Steps with the same trigger, classes and window: one question to the notes each."""
    found: dict[tuple[object, ...], list[InterventionStep]] = defaultdict(list)
    for step in model.steps.all():
        if step.trigger != Trigger.ALWAYS:
            same = (step.ladder, step.trigger, step.window, step.weeks, *sorted(step.counted))
            found[same].append(step)
    year = (model.school_year.begins, model.school_year.ends)
    return [Ladder(steps, _span(steps[0], year=year, on=on)) for steps in found.values()]


def _span(step: InterventionStep, *, year: tuple[dt.date, dt.date], on: dt.date) -> Span:
    # A share is of lessons that have been held: in the morning, none of today's.
    last = on - DAY if step.trigger == Trigger.PERCENT else on
    return span_of(step.window, step.weeks, year=year, on=last)
