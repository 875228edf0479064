"""A model tried on the city's own past, before anybody is notified.

The trial walks every school morning of a span through the very engine of the rounds; only what has
been told is kept in memory instead of alerts. It assumes that each alert is answered before the
next morning, and it sees the notes as they stand today. It tells counts, never a pupil.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from statistics import median

from absences import findings
from absences.ladders import Trigger
from absences.models import Alert, InterventionModel, LessonNote
from absences.told import Line, Memory, Reach
from schools.calendar import SchoolCalendar
from schools.models import Enrolment, Pupil

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


@dataclass(frozen=True, slots=True)
class Scope:
    """Which mornings are walked, from which on they are counted, and in which school or in all."""

    first: dt.date
    last: dt.date
    calendar: SchoolCalendar
    since: dt.date = dt.date.min
    school_id: int | None = None

    @property
    def weeks(self) -> list[dt.date]:
        """The Mondays of the weeks that are counted."""
        first = max(self.first, self.since)
        monday = first - first.weekday() * DAY
        return [day for day in _days(monday, self.last) if day.weekday() == 0]


@dataclass(slots=True)
class Trial:
    """What one model would have told, morning by morning; counted is what came from a day on."""

    model: InterventionModel
    since: dt.date = dt.date.min
    raised: list[Raised] = field(default_factory=list)

    @property
    def counted(self) -> list[Raised]:
        return [one for one in self.raised if one.on >= self.since]

    @property
    def pupils(self) -> set[int]:
        return {one.pupil_id for one in self.counted}

    @property
    def first_days(self) -> dict[int, dt.date]:
        """When each pupil's adults would first have been woken, counted or before."""
        days: dict[int, dt.date] = {}
        for one in self.raised:
            days[one.pupil_id] = min(one.on, days.get(one.pupil_id, one.on))
        return days

    def by_step(self) -> Counter[str]:
        return Counter(one.slug for one in self.counted)

    def by_school_and_week(self) -> dict[int, Counter[dt.date]]:
        """Per school: alerts by the Monday of their week."""
        found: dict[int, Counter[dt.date]] = defaultdict(Counter)
        for one in self.counted:
            found[one.school_id][one.on - one.on.weekday() * DAY] += 1
        return found


def try_model(
    model: InterventionModel, scope: Scope, *, progress: Progress = lambda _done, _all: None
) -> Trial:
    """Walk the school mornings of a scope by a model; nothing is written."""
    trial, memory = Trial(model, scope.since), Memory()
    school_of, left_on = _pupils(scope.school_id)
    everybody = Reach() if scope.school_id is None else Reach(sorted(school_of))
    changed = _noted_on(scope, first=model.school_year.begins)
    mornings = [day for day in _days(scope.first, scope.last) if scope.calendar.is_school_day(day)]
    seen = model.school_year.begins - DAY
    for number, on in enumerate(mornings):
        reach = everybody if number == 0 else Reach(sorted(_new_since(model, changed, seen, on)))
        found = findings.find(
            model, on=on, calendar=scope.calendar, reach=reach, whole=everybody, ledger=memory
        )
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


def _pupils(school_id: int | None) -> tuple[dict[int, int], dict[int, dt.date]]:
    pupils = Pupil.objects.filter(school_id=school_id) if school_id else Pupil.objects.all()
    rows = list(pupils.order_by().values_list("pk", "school_id", "left_on"))
    return {pk: school for pk, school, _left in rows}, {pk: left for pk, _s, left in rows if left}


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def _noted_on(scope: Scope, *, first: dt.date) -> dict[dt.date, set[int]]:
    """Who has a note on which day, or comes to another class: into another grade, perhaps."""
    found: dict[dt.date, set[int]] = defaultdict(set)
    rows = LessonNote.objects.live().within(first, scope.last).order_by()
    if scope.school_id is not None:
        rows = rows.filter(pupil__school_id=scope.school_id)
    places = Enrolment.objects.filter(begins__gt=first, begins__lte=scope.last)
    if scope.school_id is not None:
        places = places.filter(pupil__school_id=scope.school_id)
    for day, pupil_id in chain(
        rows.values_list("date", "pupil_id").distinct(),
        places.values_list("begins", "pupil_id"),
    ):
        found[day].add(pupil_id)
    return found


def _new_since(
    model: InterventionModel, changed: dict[dt.date, set[int]], seen: dt.date, on: dt.date
) -> set[int]:
    """Of whom something is new on a morning: notes since the last one, or notes come of age."""
    ages = {0} | {
        step.threshold for step in model.steps.all() if step.trigger == Trigger.UNRESOLVED_DAYS
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
    scope: Scope

    @property
    def more(self) -> int:
        """Pupils whom the other would not have noticed at all, not even before the count began."""
        return len(self.then.pupils - self.now.first_days.keys())

    @property
    def fewer(self) -> int:
        return len(self.now.pupils - self.then.first_days.keys())

    @property
    def days_earlier(self) -> float | None:
        """The median, over the pupils whom both would have woken; negative is later."""
        now, then = self.now.first_days, self.then.first_days
        counted = self.now.pupils | self.then.pupils
        both = [(now[pk] - then[pk]).days for pk in counted & now.keys() & then.keys()]
        return median(both) if both else None


def compare(
    now: InterventionModel,
    then: InterventionModel,
    scope: Scope,
    *,
    progress: Progress = lambda _done, _all: None,
) -> Comparison:
    def half(number: int) -> Progress:
        return lambda done, whole: progress(number * whole + done, 2 * whole)

    return Comparison(
        now=try_model(now, scope, progress=half(0)),
        then=try_model(then, scope, progress=half(1)),
        scope=scope,
    )
