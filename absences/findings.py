"""What a round finds in the notes: a few aggregates for each ladder, whatever the city's size."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import Count, Max, Sum
from django.db.models.expressions import Combinable

from absences.freshness import known_until
from absences.ladders import Ladder, Trigger, ladders
from absences.models import InterventionModel, InterventionStep, LessonNote
from absences.models.notes import LessonNoteQuerySet
from absences.rules import (
    NOWHERE,
    Absence,
    Place,
    Span,
    Told,
    back_on,
    expected_minutes,
    first_lessons,
    hours,
    lessons_on,
    most_in_a_subject,
    most_on_a_weekday,
    percent,
    rung_reached,
    runs,
    uncovered,
)
from absences.told import Alerts, Ledger, Reach, by_pupil, days_told, runs_told
from schools.calendar import SchoolCalendar
from schools.models import Enrolment, active_on, this_year

DAY = dt.timedelta(days=1)
SUMMED = {Trigger.HOURS, Trigger.PERCENT}
COUNTED = {Trigger.LESSONS, Trigger.LATENESSES}
# A share of fewer school days than this tells of one cold, not of a pupil.
ENOUGH_DAYS = 10
IN_ROW = {Trigger.DAYS_IN_ROW, Trigger.LESSONS_IN_ROW, Trigger.RETURNED}
# A return longer ago than this needs nobody at the door any more.
WELCOME_WITHIN = dt.timedelta(days=7)
PATTERNS = {
    Trigger.SAME_WEEKDAY: most_on_a_weekday,
    Trigger.SAME_SUBJECT: most_in_a_subject,
    Trigger.FIRST_LESSON: first_lessons,
}


EVERYBODY = Reach()


@dataclass(frozen=True, slots=True)
class Finding:
    """A pupil who has come to a step of which nobody has been told yet."""

    pupil_id: int
    step: InterventionStep
    window: str
    span: Span
    value: Decimal
    days: tuple[dt.date, ...] = ()


@dataclass(slots=True)
class Findings:
    """What is new, and of whom there was something that has been told already."""

    new: list[Finding] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Day:
    """The morning of which is asked: its calendar, and what has been told until then."""

    on: dt.date
    calendar: SchoolCalendar
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class Value:
    """How far a pupil has come on a ladder."""

    pupil_id: int
    value: Decimal
    days: tuple[dt.date, ...] = ()


def find(
    model: InterventionModel,
    *,
    on: dt.date,
    calendar: SchoolCalendar,
    reach: Reach = EVERYBODY,
    whole: Reach = EVERYBODY,
    ledger: Ledger | None = None,
) -> Findings:
    """All that the model asks of the notes of those in reach, up to and with a day.

    A ladder on which one can rise without a new note is asked of the whole.
    """
    found, day = Findings(), Day(on, calendar, ledger or Alerts())
    for ladder in ladders(model, on=on):
        here = whole if ladder.rises_by_itself else reach
        if ladder.trigger == Trigger.UNRESOLVED_DAYS:
            for step in ladder.steps:
                _find_unresolved(replace(ladder, steps=[step]), day, found, here)
        elif ladder.trigger in IN_ROW:
            _find_runs(model, ladder, day, found, here)
        else:
            _find_values(model, ladder, day, found, here)
    return found


def _find_values(
    model: InterventionModel, ladder: Ladder, day: Day, found: Findings, reach: Reach
) -> None:
    by_slug = {step.slug: step for step in ladder.steps}
    places = places_of(reach, day.on) if ladder.asks_for_places else {}
    rungs, nothing = ladder.rungs, Told()
    reached = [
        (one, rung)
        for one in values(model, ladder, reach=reach, calendar=day.calendar, places=places)
        if (rung := rung_reached(one.value, rungs, place=places.get(one.pupil_id, NOWHERE)))
    ]
    if not reached:
        return
    theirs = reach.narrowed([one.pupil_id for one, _rung in reached])
    lines = day.ledger.lines(by_slug.keys(), theirs, since=model.school_year.begins)
    told = by_pupil(lines, ladder.limits, ladder.span)
    doubted: dict[int, dt.date] = {}
    new: list[Finding] = []
    for one, rung in reached:
        step, known = by_slug[rung.slug], told.get(one.pupil_id, nothing)
        if not known.is_due(rung.limit, on=day.on, again=step.again_after_weeks):
            found.repeated.append(one.pupil_id)
            continue
        if false_on := known.falsely_told_on(one.value, rung.limit):
            doubted[one.pupil_id] = false_on
        window = known.key(ladder.span.key)
        new.append(Finding(one.pupil_id, step, window, ladder.span, one.value))
    same = _without_new_absence(ladder, doubted)
    found.repeated.extend(same)
    found.new.extend(one for one in new if one.pupil_id not in same)


def _without_new_absence(ladder: Ladder, since: dict[int, dt.date]) -> set[int]:
    """Those who have no counted note after a day: what was a false alarm then still is one."""
    if not since:
        return set()
    newest = _notes(ladder, Reach(list(since))).values_list("pupil_id").annotate(Max("date"))
    days = dict(newest)
    return {pk for pk, day in since.items() if days.get(pk, day) <= day}


def values(
    model: InterventionModel,
    ladder: Ladder,
    *,
    reach: Reach,
    calendar: SchoolCalendar,
    places: dict[int, Place],
) -> Iterator[Value]:
    """Those who may have come to the lowest step, each with the value that the steps measure."""
    if ladder.trigger in SUMMED:
        yield from _sums(model, ladder, reach, calendar, places)
    elif ladder.trigger in COUNTED:
        for pupil_id, count in _totals(ladder, reach, Count("pk"), at_least=ladder.lowest):
            yield Value(pupil_id, Decimal(count))
    else:
        measure = PATTERNS[ladder.trigger]
        for pupil_id, absences in absences_of(ladder, reach, at_least=ladder.lowest):
            yield Value(pupil_id, Decimal(measure(absences)))


def _sums(
    model: InterventionModel,
    ladder: Ladder,
    reach: Reach,
    calendar: SchoolCalendar,
    places: dict[int, Place],
) -> Iterator[Value]:
    per_hour = model.minutes_per_hour
    by_notes = model.counting == InterventionModel.Counting.NOTES
    total = Count("pk") * per_hour if by_notes else Sum("minutes")
    is_percent = ladder.trigger == Trigger.PERCENT
    lowest = 1 if is_percent else ladder.lowest * per_hour
    span = ladder.span
    days = calendar.school_days_after(span.first - DAY, span.last) * is_percent
    if is_percent and days < ENOUGH_DAYS:
        return
    for pupil_id, minutes in _totals(ladder, reach, total, at_least=lowest):
        if is_percent:
            expected = expected_minutes(days, places.get(pupil_id, NOWHERE).grade)
            yield Value(pupil_id, percent(minutes, expected))
        else:
            yield Value(pupil_id, hours(minutes, per_hour=per_hour))


def _notes(ladder: Ladder, reach: Reach) -> LessonNoteQuerySet:
    notes = LessonNote.objects.live().within(ladder.span.first, ladder.span.last)
    return reach.of(notes.filter(national_class__in=ladder.first.counted)).order_by()


def _totals(
    ladder: Ladder, reach: Reach, total: Combinable, *, at_least: int
) -> Iterable[tuple[int, int]]:
    """Pupil id and total of those who have at least so much. The round's main query."""
    rows = _notes(ladder, reach).values_list("pupil_id").annotate(total=total)
    return rows.filter(total__gte=at_least)


def absences_of(
    ladder: Ladder, reach: Reach, *, at_least: int
) -> Iterator[tuple[int, list[Absence]]]:
    """The counted notes of each pupil who has at least so many, pupil by pupil."""
    enough = _totals(ladder, reach, Count("pk"), at_least=at_least)
    rows = _notes(ladder, reach).filter(pupil_id__in=[pupil_id for pupil_id, _count in enough])
    pupil: int | None = None
    gathered: list[Absence] = []
    wanted = ("pupil_id", "date", "lesson", "starts", "course")
    for pupil_id, *note in rows.order_by("pupil_id", "date").values_list(*wanted):
        if pupil_id != pupil and gathered and pupil is not None:
            yield pupil, gathered
            gathered = []
        pupil = pupil_id
        gathered.append(Absence(*note))
    if gathered and pupil is not None:
        yield pupil, gathered


def places_of(reach: Reach, on: dt.date) -> dict[int, Place]:
    """In which grade, and in a school of which stage, each pupil in reach is on a day."""
    placed = Enrolment.objects.filter(active_on(on), this_year(on, "group__"))
    places = reach.of(placed).order_by("begins")
    rows = places.values_list("pupil_id", "group__grade", "group__school__stage")
    return {pupil_id: Place(grade, stage) for pupil_id, grade, stage in rows}


def _find_runs(
    model: InterventionModel, ladder: Ladder, day: Day, found: Findings, reach: Reach
) -> None:
    """A run is told of once, however it grows or the window cuts it: one that overlaps it has."""
    by_slug = {step.slug: step for step in ladder.steps}
    places = places_of(reach, day.on) if ladder.asks_for_places else {}
    told = runs_told(day.ledger.lines(by_slug.keys(), reach, since=model.school_year.begins))
    gathered = list(absences_of(ladder, reach, at_least=ladder.lowest))
    known = known_until([pk for pk, _notes in gathered]) if ladder.asks_for_return else {}
    whole = _whole_runs(model, ladder, day, [pk for pk, _notes in gathered if pk in told])
    for pupil_id, absences in gathered:
        for run in runs_of(ladder, absences, day=day, known=known.get(pupil_id)):
            is_lessons = ladder.trigger == Trigger.LESSONS_IN_ROW
            value = Decimal(lessons_on(absences, run) if is_lessons else len(run))
            rung = rung_reached(value, ladder.rungs, place=places.get(pupil_id, NOWHERE))
            if rung is None:
                continue
            begins = next((one[0] for one in whole[pupil_id] if run[0] in one), run[0])
            if any(one <= run[-1] and other >= begins for one, other in told.get(pupil_id, ())):
                found.repeated.append(pupil_id)
                continue
            step, window = by_slug[rung.slug], run[0].isoformat()
            found.new.append(Finding(pupil_id, step, window, ladder.span, value, tuple(run)))


def _whole_runs(
    model: InterventionModel, ladder: Ladder, day: Day, pupil_ids: Sequence[int]
) -> dict[int, list[list[dt.date]]]:
    """The runs of those of whom one has been told, from where they began: the window cuts them."""
    found: dict[int, list[list[dt.date]]] = defaultdict(list)
    if pupil_ids:
        year = replace(ladder, span=replace(ladder.span, first=model.school_year.begins))
        for pupil_id, absences in absences_of(year, Reach(pupil_ids), at_least=1):
            found[pupil_id] = runs((one.date for one in absences), day.calendar.is_school_day)
    return found


def runs_of(
    ladder: Ladder, absences: Sequence[Absence], *, day: Day, known: dt.date | None
) -> list[list[dt.date]]:
    """A pupil's runs; where a return is asked for, those that ended just now.

    A return is a school day without an absence, and the notes must reach it (`known`): silence of
    a source is not a child at the door.
    """
    is_school_day = day.calendar.is_school_day
    found = runs((one.date for one in absences), is_school_day)
    if not ladder.asks_for_return:
        return found
    last = min(day.on - DAY, known or dt.date.min)
    return [run for run in found if day.on - WELCOME_WITHIN <= back_on(run, is_school_day) <= last]


def _find_unresolved(ladder: Ladder, day: Day, found: Findings, reach: Reach) -> None:
    """Of those who wait for an answer nothing is told, and no day of theirs needs reading."""
    step, since = ladder.first, ladder.span.first
    theirs = set(_unresolved(ladder, day.on, reach).values_list("pupil_id", flat=True).distinct())
    if theirs and step.rung.is_scoped:
        places = places_of(reach.narrowed(theirs), day.on)
        theirs = {pk for pk in theirs if step.is_for(places.get(pk, NOWHERE))}
    if not theirs:
        return
    waiting = theirs & day.ledger.waiting(step.slug, reach.narrowed(theirs), since=since)
    found.repeated.extend(waiting)
    asked = theirs - waiting
    if not asked:
        return
    few = reach.narrowed(asked)
    told = days_told(day.ledger.lines([step.slug], few, since=since, with_days=True))
    open_days = open_days_of(ladder, on=day.on, reach=few)
    for pupil_id in sorted(asked):
        new_days = uncovered(open_days[pupil_id], told=told[pupil_id])
        if not new_days:
            found.repeated.append(pupil_id)
            continue
        age = Decimal((day.on - new_days[0]).days)
        window = new_days[0].isoformat()
        found.new.append(Finding(pupil_id, step, window, ladder.span, age, tuple(new_days)))


def open_days_of(ladder: Ladder, *, on: dt.date, reach: Reach) -> dict[int, list[dt.date]]:
    """The days whose absence has been unresolved for at least as long as the step says."""
    rows = _unresolved(ladder, on, reach)
    days: dict[int, list[dt.date]] = defaultdict(list)
    for pupil_id, day in rows.values_list("pupil_id", "date").distinct():
        days[pupil_id].append(day)
    return days


def _unresolved(ladder: Ladder, on: dt.date, reach: Reach) -> LessonNoteQuerySet:
    old_enough = on - dt.timedelta(days=ladder.first.threshold)
    notes = LessonNote.objects.live().within(ladder.span.first, old_enough)
    return reach.of(notes.filter(unresolved=True)).order_by()


def minutes_by_class(
    model: InterventionModel, pupil_ids: Sequence[int], *, first: dt.date, last: dt.date
) -> dict[int, dict[str, int]]:
    """Per pupil: minutes by national class. By notes, each note is as long as an hour."""
    by_notes = model.counting == InterventionModel.Counting.NOTES
    total = Count("pk") * model.minutes_per_hour if by_notes else Sum("minutes")
    found: dict[int, dict[str, int]] = defaultdict(dict)
    notes = LessonNote.objects.live().within(first, last).filter(pupil_id__in=pupil_ids)
    rows = notes.order_by().values_list("pupil_id", "national_class").annotate(total=total)
    for pupil_id, national_class, minutes in rows:
        found[pupil_id][national_class] = minutes
    return found
