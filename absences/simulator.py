"""A model tried on the city's own past, before anybody is notified.

The trial walks every school morning of a span through the very engine of the rounds; only what has
been told is kept in memory instead of alerts. It assumes that each alert is answered before the
next morning, and it sees the notes as they stand today. It tells counts, never a pupil.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from absences import findings
from absences.models import Alert, InterventionModel, LessonNote
from absences.told import Line, Memory, Reach
from schools.calendar import SchoolCalendar
from schools.models import Pupil

DAY = dt.timedelta(days=1)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Raised:
    """One alert that the model would have raised."""

    pupil_id: int
    school_id: int
    slug: str
    window: str
    on: dt.date


@dataclass(slots=True)
class Trial:
    """What one model would have told, morning by morning."""

    model: InterventionModel
    raised: list[Raised] = field(default_factory=list)

    @property
    def pupils(self) -> set[int]:
        return {one.pupil_id for one in self.raised}

    @property
    def first_days(self) -> dict[int, dt.date]:
        """When each pupil's adults would first have been woken."""
        days: dict[int, dt.date] = {}
        for one in self.raised:
            days[one.pupil_id] = min(one.on, days.get(one.pupil_id, one.on))
        return days

    def by_step(self) -> Counter[str]:
        return Counter(one.slug for one in self.raised)

    def by_school_and_week(self) -> dict[int, Counter[dt.date]]:
        """Per school: alerts by the Monday of their week."""
        found: dict[int, Counter[dt.date]] = defaultdict(Counter)
        for one in self.raised:
            found[one.school_id][one.on - one.on.weekday() * DAY] += 1
        return found


def try_model(
    model: InterventionModel,
    *,
    first: dt.date,
    last: dt.date,
    calendar: SchoolCalendar,
    progress: Progress = lambda _done, _all: None,
) -> Trial:
    """Walk the school mornings from `first` to `last` by a model; nothing is written."""
    trial, memory = Trial(model), Memory()
    school_of, left_on = _pupils()
    changed = _noted_on(first=model.school_year.begins, last=last)
    mornings = [day for day in _days(first, last) if calendar.is_school_day(day)]
    seen = model.school_year.begins - DAY
    for number, on in enumerate(mornings):
        reach = Reach() if number == 0 else Reach(sorted(_new_since(model, changed, seen, on)))
        found = findings.find(model, on=on, calendar=calendar, reach=reach, ledger=memory)
        for one in found.new:
            if left_on.get(one.pupil_id) and left_on[one.pupil_id] <= on:
                continue
            memory.add(_line(one, on))
            trial.raised.append(
                Raised(one.pupil_id, school_of[one.pupil_id], one.step.slug, one.window, on)
            )
        seen = on
        progress(number + 1, len(mornings))
    return trial


def _line(one: findings.Finding, on: dt.date) -> Line:
    last = one.days[-1] if one.days else None
    answered = Alert.State.ANSWERED
    days = tuple(day.isoformat() for day in one.days)
    return Line(one.pupil_id, one.step.slug, one.window, answered, on, one.value, last, days)


def _pupils() -> tuple[dict[int, int], dict[int, dt.date]]:
    rows = list(Pupil.objects.order_by().values_list("pk", "school_id", "left_on"))
    return {pk: school for pk, school, _left in rows}, {pk: left for pk, _s, left in rows if left}


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def _noted_on(*, first: dt.date, last: dt.date) -> dict[dt.date, set[int]]:
    """Who has a note on which day."""
    found: dict[dt.date, set[int]] = defaultdict(set)
    rows = LessonNote.objects.live().within(first, last).order_by()
    for day, pupil_id in rows.values_list("date", "pupil_id").distinct():
        found[day].add(pupil_id)
    return found


def _new_since(
    model: InterventionModel, changed: dict[dt.date, set[int]], seen: dt.date, on: dt.date
) -> set[int]:
    """Of whom something is new on a morning: notes since the last one, or notes come of age."""
    ages = {0} | {
        step.threshold
        for step in model.steps.all()
        if step.trigger == findings.Trigger.UNRESOLVED_DAYS
    }
    new: set[int] = set()
    for age in ages:
        for day in _days(seen + DAY - age * DAY, on - age * DAY):
            new |= changed.get(day, set())
    # What was told yesterday has been answered since: of the unresolved, more may be to tell.
    return new


@dataclass(frozen=True, slots=True)
class Comparison:
    """A draft beside what is in force, in counts."""

    now: Trial
    then: Trial
    first: dt.date
    last: dt.date

    @property
    def more(self) -> int:
        return len(self.then.pupils - self.now.pupils)

    @property
    def fewer(self) -> int:
        return len(self.now.pupils - self.then.pupils)

    @property
    def days_earlier(self) -> float | None:
        """The median, over the pupils whom both would have woken; negative is later."""
        now, then = self.now.first_days, self.then.first_days
        both = [(now[pupil] - then[pupil]).days for pupil in now.keys() & then.keys()]
        return median(both) if both else None

    @property
    def weeks(self) -> list[dt.date]:
        monday = self.first - self.first.weekday() * DAY
        return [day for day in _days(monday, self.last) if day.weekday() == 0]


def compare(
    now: InterventionModel,
    then: InterventionModel,
    *,
    first: dt.date,
    last: dt.date,
    calendar: SchoolCalendar,
    progress: Progress = lambda _done, _all: None,
) -> Comparison:
    def half(number: int) -> Progress:
        return lambda done, whole: progress(number * whole + done, 2 * whole)

    span: Any = {"first": first, "last": last, "calendar": calendar}
    return Comparison(
        now=try_model(now, progress=half(0), **span),
        then=try_model(then, progress=half(1), **span),
        first=first,
        last=last,
    )
