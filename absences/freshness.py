"""How old what Unilukkari sees is. Silence of a source is not good news."""

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from kemi_ecosystem.lib import clock
from schools.calendar import SchoolCalendar
from schools.models import Pupil, School

# What was undone has brought nothing.
LIVES = Q(note_batches__undone_at=None)
# A file that comes every night and ends weeks ago is the same old file.
OLD_NOTES = 10
# Early education writes no lesson notes: its silence says nothing.
NO_NOTES = (School.Stage.ECEC, School.Stage.PREPRIMARY)


# A file that comes before this hour does not tell of the day on which it comes.
DAY_IS_WRITTEN = 15


def known_until(pupil_ids: Collection[int]) -> dict[int, dt.date]:
    """Until which day the notes of each pupil's school are known. Two statements."""
    school_of = dict(
        Pupil.objects.filter(pk__in=pupil_ids).order_by().values_list("pk", "school_id")
    )
    known = schools_known_until(set(school_of.values()))
    return {pk: known[school] for pk, school in school_of.items() if school in known}


def schools_known_until(school_ids: Collection[int]) -> dict[int, dt.date]:
    """Until which day the notes of each school are known; one without notes is not there."""
    rows = School.objects.filter(pk__in=school_ids).annotate(
        received=Max("note_batches__received_at", filter=LIVES),
        reaches=Max("note_batches__last_date", filter=LIVES),
    )
    known = {}
    for pk, received, reaches in rows.values_list("pk", "received", "reaches"):
        if received and reaches:
            came = timezone.localtime(received)
            whole = came.date() - dt.timedelta(days=came.hour < DAY_IS_WRITTEN)
            known[pk] = min(whole, reaches)
    return known


@dataclass(frozen=True, slots=True)
class StaleSource:
    """A school whose notes have not come for too many school days; None: they never have."""

    school: str
    name: str
    received_on: dt.date | None
    school_days: int | None
    # Since when: the last file, or the last day that the old file of every night tells of.
    silent_since: dt.date | None = None

    def as_json(self) -> dict[str, Any]:
        days = {name: getattr(self, name) for name in ("received_on", "silent_since")}
        return asdict(self) | {name: day and day.isoformat() for name, day in days.items()}


def stale_sources(
    *, on: dt.date, calendar: SchoolCalendar, school_ids: Collection[int] | None = None
) -> list[StaleSource]:
    """The open schools with pupils whose latest import is too old on a day. One statement."""
    pupils = Pupil.objects.here(on).filter(school_id=OuterRef("pk"))
    schools = School.objects.open_on(on).exclude(stage__in=NO_NOTES).filter(Exists(pupils))
    if school_ids is not None:
        schools = schools.filter(pk__in=school_ids)
    rows = schools.annotate(
        received=Max("note_batches__received_at", filter=LIVES),
        reaches=Max("note_batches__last_date", filter=LIVES),
    )
    stale = []
    # The schools' files come on the same few days.
    age_of = cache(lambda day: calendar.school_days_after(day, on))
    for key, name, received, reaches in rows.values_list("key", "name", "received", "reaches"):
        received_on = clock.local_date(received) if received else None
        age = age_of(received_on) if received_on else None
        is_old = reaches is not None and age_of(reaches) > OLD_NOTES
        is_late = age is None or age > settings.STALE_AFTER_SCHOOL_DAYS
        if is_late or is_old:
            stale.append(
                StaleSource(key, name, received_on, age, received_on if is_late else reaches)
            )
    return stale
