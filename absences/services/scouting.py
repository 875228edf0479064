"""A look over the whole city before the walk: which schools have something new to raise.

On an ordinary morning most schools have nothing; they are done with a few aggregates over all.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping

from django.db.models import Max

from absences import findings
from absences.findings import Trigger
from absences.freshness import stale_sources
from absences.models import LessonNote, PupilToCheck, RobotRound, RoundPart
from absences.told import Reach
from kemi_ecosystem.lib import clock
from schools.calendar import SchoolCalendar
from schools.models import Enrolment, Pupil, School
from schools.selectors import calendar_for

DAY = dt.timedelta(days=1)
State = RoundPart.State
Schools = Mapping[int, list[int]]


def scout(walk: RobotRound, *, calendar: SchoolCalendar, at: dt.datetime) -> None:
    """Write the round's parts: those with something new wait to be walked, the rest are done."""
    pupils = list(Pupil.objects.order_by().values_list("pk", "school_id", "left_on"))
    school_of = {pk: school for pk, school, _left in pupils}
    here = Counter(school for _pk, school, left in pupils if left is None or left > walk.date)
    schools: dict[int, list[int]] = defaultdict(list)
    for pk, school in school_of.items():
        schools[school].append(pk)
    marks = marks_of(walk)
    reach = Reach() if walk.is_full else Reach(pupils_to_look_at(walk, schools, marks))
    found = findings.find(walk.model, on=walk.date, calendar=calendar, reach=reach)
    parts = _parts(walk, schools, at)
    checked = here if reach.only is None else Counter(school_of[pk] for pk in reach.only)
    for school_id, count in checked.items():
        parts[school_id].pupils_checked = count
    for school_id, count in Counter(school_of[pk] for pk in found.repeated).items():
        parts[school_id].repeated = count
    for one in found.new:
        parts[school_of[one.pupil_id]].state = State.WAITING
    RoundPart.objects.bulk_create(parts.values())
    looked_at = {pk for pk, one in parts.items() if one.state == State.DONE and not one.is_silent}
    done = [mark for mark, pupil_id in marks.items() if school_of[pupil_id] in looked_at]
    PupilToCheck.objects.filter(pk__in=done).delete()


def _parts(walk: RobotRound, schools: Schools, at: dt.datetime) -> dict[int, RoundPart]:
    silent = _silent(walk, at)
    return {
        pk: RoundPart(round=walk, school_id=pk, state=State.DONE, is_silent=pk in silent)
        for pk in sorted(schools)
    }


def _silent(walk: RobotRound, at: dt.datetime) -> set[int]:
    """The schools of which the scheduled round says nothing about hours: their source is stale."""
    if walk.cause != RobotRound.Cause.SCHEDULED:
        return set()
    today = clock.local_date(at)
    stale = stale_sources(on=today, calendar=calendar_for(today))
    keys = [one.school for one in stale]
    return set(School.objects.filter(key__in=keys).values_list("pk", flat=True))


def is_withheld(part: RoundPart, trigger: str) -> bool:
    """A stale source is silent about hours; what is unresolved is unresolved all the same."""
    return part.is_silent and trigger != Trigger.UNRESOLVED_DAYS


def pupils_of(school_id: int) -> list[int]:
    pupils = Pupil.objects.filter(school_id=school_id)
    return sorted(pupils.order_by().values_list("pk", flat=True))


def marks_of(walk: RobotRound, *, school_id: int | None = None) -> dict[int, int]:
    """The marks that have come due: mark to pupil."""
    marks = PupilToCheck.objects.filter(due_on__lte=walk.date)
    if school_id is not None:
        marks = marks.filter(pupil__school_id=school_id)
    return dict(marks.values_list("pk", "pupil_id"))


def pupils_to_look_at(walk: RobotRound, schools: Schools, marks: Mapping[int, int]) -> list[int]:
    """Everybody; or only those of whom something is new since their school was last walked."""
    walked = {} if walk.is_full else _last_walked(walk, schools)
    only = {pk for school, ids in schools.items() if school not in walked for pk in ids}
    if walked:
        since = min(walked.values())
        here = {pk for ids in schools.values() for pk in ids}
        only |= here & {*marks.values(), *_moved(walk, since), *_grown_old(walk, since)}
    return sorted(only)


def _last_walked(walk: RobotRound, schools: Schools) -> dict[int, dt.date]:
    """Until which day each school is known by this very model."""
    done = RoundPart.objects.filter(
        school_id__in=schools, state=State.DONE, is_silent=False, round__model=walk.model,
        round__is_open=False, round__date__lte=walk.date,
    )  # fmt: skip
    return dict(done.order_by().values_list("school_id").annotate(Max("round__date")))


def _moved(walk: RobotRound, since: dt.date) -> set[int]:
    places = Enrolment.objects.filter(begins__gte=since, begins__lte=walk.date)
    return set(places.values_list("pupil_id", flat=True))


def _grown_old(walk: RobotRound, since: dt.date) -> set[int]:
    """Those whose unresolved absence has since come of the age that the model asks about."""
    found: set[int] = set()
    for step in walk.model.steps.filter(trigger=Trigger.UNRESOLVED_DAYS):
        age = dt.timedelta(days=step.threshold)
        notes = LessonNote.objects.live().within(since - age + DAY, walk.date - age)
        unresolved = notes.filter(unresolved=True).order_by()
        found |= set(unresolved.values_list("pupil_id", flat=True))
    return found
