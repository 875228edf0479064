"""What a round finds in the notes: two aggregates, whatever the size of the city."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from absences.models import Alert, InterventionModel, InterventionStep, LessonNote
from absences.rules import HourStep, hours, step_reached, uncovered

HOURS = InterventionStep.Trigger.HOURS
UNRESOLVED = InterventionStep.Trigger.UNRESOLVED_DAYS


@dataclass(frozen=True, slots=True)
class Finding:
    """A pupil who has come to a step of which nobody has been told yet."""

    pupil_id: int
    step: InterventionStep
    window: str
    value: Decimal
    days: tuple[dt.date, ...] = ()


@dataclass(slots=True)
class Findings:
    new: list[Finding]
    repeated: int = 0


def find(model: InterventionModel, *, on: dt.date) -> Findings:
    """All that the model asks of the notes up to and with a day."""
    found = Findings(new=[])
    steps = list(model.steps.all())
    for ladder in _ladders(steps):
        _find_hours(model, ladder, on, found)
    for step in steps:
        if step.trigger == UNRESOLVED:
            _find_unresolved(model, step, on, found)
    return found


def _ladders(steps: Iterable[InterventionStep]) -> list[list[InterventionStep]]:
    """Hour steps that count the same classes belong to one ladder: one aggregate each."""
    ladders: dict[tuple[str, ...], list[InterventionStep]] = defaultdict(list)
    for step in steps:
        if step.trigger == HOURS:
            ladders[tuple(sorted(step.counted))].append(step)
    return list(ladders.values())


def sums(
    counted: Sequence[str], *, first: dt.date, last: dt.date, at_least: int
) -> Iterable[tuple[int, int]]:
    """Pupil id and counted minutes of those who have at least so many. The round's main query."""
    notes = LessonNote.objects.live().within(first, last).filter(national_class__in=counted)
    return (
        notes.order_by()
        .values_list("pupil_id")
        .annotate(total=Sum("minutes"))
        .filter(total__gte=at_least)
    )


def _find_hours(
    model: InterventionModel, ladder: list[InterventionStep], on: dt.date, found: Findings
) -> None:
    by_slug = {step.slug: step for step in ladder}
    steps = [HourStep(step.slug, step.order, step.threshold) for step in ladder]
    window = model.school_year.begins.isoformat()
    told = _told_order(by_slug, window)
    lowest = min(step.threshold for step in steps) * model.minutes_per_hour
    year = model.school_year
    for pupil_id, minutes in sums(ladder[0].counted, first=year.begins, last=on, at_least=lowest):
        reached = step_reached(minutes, steps, per_hour=model.minutes_per_hour)
        if reached is None or reached.order <= told.get(pupil_id, 0):
            found.repeated += reached is not None
            continue
        value = hours(minutes, per_hour=model.minutes_per_hour)
        found.new.append(Finding(pupil_id, by_slug[reached.slug], window, value))


def _told_order(by_slug: dict[str, InterventionStep], window: str) -> dict[int, int]:
    """The highest step of the ladder that each pupil's adults have been told of this year."""
    told: dict[int, int] = {}
    rows = Alert.objects.filter(step_slug__in=by_slug, window=window)
    for pupil_id, slug in rows.values_list("pupil_id", "step_slug"):
        told[pupil_id] = max(told.get(pupil_id, 0), by_slug[slug].order)
    return told


def _find_unresolved(
    model: InterventionModel, step: InterventionStep, on: dt.date, found: Findings
) -> None:
    old_enough = on - dt.timedelta(days=step.threshold)
    days: dict[int, list[dt.date]] = defaultdict(list)
    notes = LessonNote.objects.live().within(model.school_year.begins, old_enough)
    rows = notes.filter(unresolved=True).order_by().values_list("pupil_id", "date").distinct()
    for pupil_id, day in rows:
        days[pupil_id].append(day)
    told = _told_unresolved(step, model)
    for pupil_id, open_days in days.items():
        is_open, told_until = told.get(pupil_id, (False, None))
        new_days = uncovered(open_days, told_until=told_until)
        if is_open or not new_days:
            found.repeated += 1
            continue
        age = Decimal((on - new_days[0]).days)
        window = new_days[0].isoformat()
        found.new.append(Finding(pupil_id, step, window, age, tuple(new_days)))


def _told_unresolved(
    step: InterventionStep, model: InterventionModel
) -> dict[int, tuple[bool, dt.date | None]]:
    """Per pupil: is an alert still open, and until which day have the adults been told."""
    told: dict[int, tuple[bool, dt.date | None]] = {}
    rows = Alert.objects.filter(
        step_slug=step.slug, raised_on__gte=model.school_year.begins
    ).values_list("pupil_id", "state", "covers_until")
    for pupil_id, state, day in rows:
        is_open, until = told.get(pupil_id, (False, None))
        latest = max(filter(None, (until, day)), default=None)
        told[pupil_id] = (is_open or state == Alert.State.OPEN, latest)
    return told


def minutes_by_class(
    pupil_ids: Sequence[int], *, first: dt.date, last: dt.date
) -> dict[int, dict[str, int]]:
    """Per pupil: minutes by national class."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    notes = LessonNote.objects.live().within(first, last).filter(pupil_id__in=pupil_ids)
    rows = notes.order_by().values_list("pupil_id", "national_class").annotate(Sum("minutes"))
    for pupil_id, national_class, minutes in rows:
        found[pupil_id][national_class] = minutes
    return found
