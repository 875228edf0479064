"""How old what Unilukkari sees is. Silence of a source is not good news."""

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Q

from kemi_ecosystem.lib import clock
from schools.calendar import SchoolCalendar
from schools.models import Pupil, School

# What was undone has brought nothing.
LIVES = Q(note_batches__undone_at=None)
# A file that comes every night and ends weeks ago is the same old file.
OLD_NOTES = 10
# Early education writes no lesson notes: its silence says nothing.
NO_NOTES = (School.Stage.ECEC, School.Stage.PREPRIMARY)


@dataclass(frozen=True, slots=True)
class StaleSource:
    """A school whose notes have not come for too many school days; None: they never have."""

    school: str
    name: str
    received_on: dt.date | None
    school_days: int | None

    def as_json(self) -> dict[str, Any]:
        received = self.received_on.isoformat() if self.received_on else None
        return {**asdict(self), "received_on": received}


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
        if age is None or age > settings.STALE_AFTER_SCHOOL_DAYS or is_old:
            stale.append(StaleSource(key, name, received_on, age))
    return stale
