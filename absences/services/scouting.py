"""A look over the whole city before the walk: which schools have something new to raise.

On an ordinary morning most schools have nothing; they are done with a few aggregates over all.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from absences import findings
from absences.freshness import stale_sources
from absences.ladders import Trigger
from absences.models import LessonNote, PupilToCheck, RobotRound, RoundPart
from absences.told import FEW, Reach
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.named import named
from schools.calendar import SchoolCalendar
from schools.models import Enrolment, Pupil, School, TeachingGroup
from schools.selectors import calendar_for

DAY = dt.timedelta(days=1)
State = RoundPart.State
# Once a week everybody is looked at: what is older than this needs no reading.
LONG_AGO = dt.timedelta(days=30)


def scout(walk: RobotRound, *, calendar: SchoolCalendar) -> list[RoundPart]:
    """Write the round's parts: those with something new wait to be walked, the rest are done."""
    school_ids = _schools_with_pupils()
    marks = marks_of(walk)
    school_of = {} if walk.is_full else pupils_to_look_at(walk, school_ids, marks)
    reach = Reach() if walk.is_full else Reach(list(school_of))
    found = findings.find(walk.model, on=walk.date, calendar=calendar, reach=reach)
    new = [one.pupil_id for one in found.new]
    school_of |= {one.pupil_id: one.school_id for one in marks}
    school_of |= _schools_of({*new, *found.repeated} - school_of.keys())
    parts = _parts(walk, school_ids)
    for school_id, count in _checked(walk, reach, school_of).items():
        parts[school_id].pupils_checked = count
    for school_id, count in Counter(school_of[pk] for pk in found.repeated).items():
        parts[school_id].repeated = count
    for pupil_id in new:
        parts[school_of[pupil_id]].state = State.WAITING
    RoundPart.objects.bulk_create(parts.values())
    looked_at = {pk for pk, one in parts.items() if one.state == State.DONE and not one.is_silent}
    done = [one.pk for one in marks if one.school_id in looked_at and one.is_here]
    if done and takes_marks(walk):
        PupilToCheck.objects.filter(pk__in=named(done)).delete()
    return list(parts.values())


def _schools_with_pupils() -> list[int]:
    pupils = Pupil.objects.filter(school_id=OuterRef("pk"))
    return list(School.objects.filter(Exists(pupils)).order_by("pk").values_list("pk", flat=True))


def _schools_of(pupil_ids: Collection[int]) -> dict[int, int]:
    """Of which school each is. Many are found faster by reading all than by naming them."""
    if not pupil_ids:
        return {}
    if len(pupil_ids) <= FEW:
        return dict(_places().filter(pk__in=named(pupil_ids)))
    return {pk: school_id for pk, school_id in _places() if pk in pupil_ids}


def _places() -> QuerySet[Pupil, tuple[int, int]]:
    return Pupil.objects.order_by().values_list("pk", "school_id")


def _checked(walk: RobotRound, reach: Reach, school_of: Mapping[int, int]) -> Mapping[int, int]:
    """How many pupils of each school are looked at."""
    if reach.only is not None:
        return Counter(school_of[pk] for pk in reach.only)
    here = Pupil.objects.here(walk.date).order_by()
    return dict(here.values_list("school_id").annotate(Count("pk")))


def _parts(walk: RobotRound, school_ids: Sequence[int]) -> dict[int, RoundPart]:
    silent = {one["school"] for one in walk.stale_sources}
    keys = dict(School.objects.filter(pk__in=school_ids).values_list("pk", "key")) if silent else {}
    return {
        pk: RoundPart(round=walk, school_id=pk, state=State.DONE, is_silent=keys.get(pk) in silent)
        for pk in school_ids
    }


def silent_sources(
    *, on: dt.date, cause: str, at: dt.datetime, calendar: SchoolCalendar
) -> list[dict[str, Any]]:
    """The schools of which a round says nothing about hours: their source is stale.

    Stale today, for the adults hear of it today; of a round by hand for a past day it is asked
    whether the notes reached that day.
    """
    day = clock.local_date(at) if cause == RobotRound.Cause.SCHEDULED else on
    known = calendar if day == on else calendar_for(day)
    return [one.as_json() for one in stale_sources(on=day, calendar=known)]


def is_withheld(part: RoundPart, trigger: str) -> bool:
    """A stale source is silent about hours; what is unresolved is unresolved all the same."""
    return part.is_silent and trigger != Trigger.UNRESOLVED_DAYS


def pupils_of(school_id: int) -> list[int]:
    pupils = Pupil.objects.filter(school_id=school_id)
    return sorted(pupils.order_by().values_list("pk", flat=True))


class Mark(NamedTuple):
    """A pupil of whom something is new, and of which school the pupil is.

    Of one who has left nobody is told: the mark stays until the pupil may come back.
    """

    pk: int
    pupil_id: int
    school_id: int
    is_here: bool


def marks_of(walk: RobotRound, *, school_id: int | None = None) -> list[Mark]:
    """The marks that have come due."""
    marks = PupilToCheck.objects.filter(due_on__lte=walk.date)
    if school_id is not None:
        marks = marks.filter(pupil__school_id=school_id)
    rows = marks.values_list("pk", "pupil_id", "pupil__school_id", "pupil__left_on")
    return [
        Mark(pk, pupil_id, school_id, is_here=left_on is None or left_on > walk.date)
        for pk, pupil_id, school_id, left_on in rows
    ]


def takes_marks(walk: RobotRound) -> bool:
    """Only what is looked at as it is today has been looked at."""
    return walk.date == clock.local_date(walk.started_at)


def pupils_to_look_at(
    walk: RobotRound, school_ids: Collection[int], marks: Sequence[Mark]
) -> dict[int, int]:
    """Those of whom something is new since their school was last walked, each with the school."""
    walked = _last_walked(walk, school_ids)
    strange = [pk for pk in school_ids if pk not in walked]
    found = dict(_places().filter(school_id__in=strange)) if strange else {}
    if walked:
        since = min(one.date for one in walked.values())
        places = min(one.last_place for one in walked.values())
        found |= {one.pupil_id: one.school_id for one in marks if one.is_here}
        found |= _schools_of(
            {*_moved(walk, since, places), *_grown_old(walk, since)} - found.keys()
        )
    here = set(school_ids)
    return {pk: found[pk] for pk in sorted(found) if found[pk] in here}


def what_is_known(calendar: SchoolCalendar) -> str:
    """A stamp of what all pupils share beside the model: the school days, grades and stages.

    When either is edited, whichever day the edit is about, everybody is looked at again.
    """
    groups = TeachingGroup.objects.order_by("pk").values_list("pk", "grade", "school__stage")
    return hashlib.sha256(repr((calendar, *groups)).encode()).hexdigest()


def last_place() -> int:
    """The newest enrolment: those written after it are moves, whatever day they begin on."""
    return Enrolment.objects.aggregate(last=Max("pk"))["last"] or 0


def _last_walked(walk: RobotRound, school_ids: Collection[int]) -> dict[int, RobotRound]:
    """The schools that were last walked with this very model, calendar and grades.

    What was seen with others between does not count, even if all is as it was before. A newest
    enrolment older than the one known then means that a roster was taken back.
    """
    done = RoundPart.objects.filter(
        school_id__in=school_ids, state=State.DONE, is_silent=False, round__is_open=False,
        round__date__lte=walk.date, round__date__gt=walk.date - LONG_AGO,
    )  # fmt: skip
    last = dict(done.order_by().values_list("school_id").annotate(Max("round_id")))
    same = RobotRound.objects.filter(
        pk__in=set(last.values()), model=walk.model, known=walk.known,
        last_place__lte=walk.last_place,
    ).in_bulk()  # fmt: skip
    return {school_id: same[pk] for school_id, pk in last.items() if pk in same}


def _moved(walk: RobotRound, since: dt.date, last_place: int) -> set[int]:
    begun = Q(begins__gte=since, begins__lte=walk.date)
    places = Enrolment.objects.filter(begun | Q(pk__gt=last_place))
    return set(places.values_list("pupil_id", flat=True))


def _grown_old(walk: RobotRound, since: dt.date) -> set[int]:
    """Those whose unresolved absence has since come of the age that the model asks about."""
    found: set[int] = set()
    steps = (step for step in walk.model.steps.all() if step.trigger == Trigger.UNRESOLVED_DAYS)
    for step in steps:
        age = dt.timedelta(days=step.threshold)
        notes = LessonNote.objects.live().within(since - age + DAY, walk.date - age)
        unresolved = notes.filter(unresolved=True).order_by()
        found |= set(unresolved.values_list("pupil_id", flat=True))
    return found
