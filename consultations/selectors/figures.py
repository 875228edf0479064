"""What heads and the city see: how the hours are used. Of people only in steps of five.

Only whole past months are counted, so that two dates show nothing about one person between them.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from django.db.models import Q

from consultations.models import Booking, ConsultationHour, Slot, Waiting
from consultations.rules import week_of
from kemi_ecosystem.lib.hiding import in_fives, is_told
from schools.models import School
from support.models import Need

# So many times in a row without anybody: the hour stands empty.
EMPTY_IN_A_ROW = 4


@dataclass(frozen=True, slots=True)
class SchoolFigures:
    """Of one unit. `None` and 0 say "fewer than five"."""

    school: School
    offered: int
    booked: int
    used: int
    waiting_days: int | None
    not_got: int
    topics: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class EmptyHour:
    hour: ConsultationHour
    times: int


@dataclass(frozen=True, slots=True)
class AskedWeek:
    school: School
    first: dt.date
    asked: int


@dataclass(frozen=True, slots=True)
class FiguresPage:
    schools: list[SchoolFigures]
    empty_hours: list[EmptyHour]
    weeks: list[AskedWeek]
    first: dt.date
    last: dt.date


def figures_page(schools: Iterable[School], *, first: dt.date, on: dt.date) -> FiguresPage:
    """The hours of these units from `first` to the end of the last whole month."""
    last = on.replace(day=1) - dt.timedelta(days=1)
    units = list(schools)
    ids = [one.pk for one in units]
    slots = list(
        Slot.objects.filter(
            hour__home_school__in=ids,
            state=Slot.State.OPEN,
            starts_at__date__gte=first,
            starts_at__date__lte=last,
        ).values_list("hour__home_school_id", "hour_id", "pk", "starts_at")
    )
    bookings = list(
        Booking.objects.active()
        .filter(
            Q(school__in=ids), slot__starts_at__date__gte=first, slot__starts_at__date__lte=last
        )
        .select_related("slot", "outcome")
    )
    waits = list(
        Waiting.objects.filter(
            school__in=ids, was_served=False, since__date__gte=first, since__date__lte=last
        )
    )
    topics = _topics([one.pk for one in bookings])
    own = [
        _school(unit, slots, [b for b in bookings if b.school_id == unit.pk], waits, topics)
        for unit in units
    ]
    taken = set(
        Booking.objects.active()
        .filter(slot_id__in=[pk for _s, _h, pk, _t in slots])
        .values_list("slot_id", flat=True)
    )
    return FiguresPage(own, _empty(slots, taken), _weeks(units, waits), first, last)


def _topics(booking_ids: list[int]) -> list[tuple[int, str]]:
    rows = Booking.topics.through.objects.filter(booking_id__in=booking_ids)
    names = dict(Need.objects.values_list("pk", "name"))
    return [(one.booking_id, names[one.need_id]) for one in rows]


def _school(
    unit: School,
    slots: list[tuple[int, int, int, dt.datetime]],
    bookings: list[Booking],
    waits: list[Waiting],
    topics: list[tuple[int, str]],
) -> SchoolFigures:
    ids = {one.pk for one in bookings}
    counted = Counter(name for pk, name in topics if pk in ids)
    days = [(one.slot.starts_at - one.made_at).days for one in bookings]
    held = [one for one in bookings if hasattr(one, "outcome") and one.outcome.took_place]
    told = [(name, in_fives(count)) for name, count in counted.most_common() if is_told(count)]
    return SchoolFigures(
        school=unit,
        offered=sum(1 for school_id, *_ in slots if school_id == unit.pk),
        booked=in_fives(len(bookings)),
        used=in_fives(len(held)),
        waiting_days=round(median(days)) if is_told(len(days)) else None,
        not_got=in_fives(sum(1 for one in waits if one.school_id == unit.pk)),
        topics=told,
    )


def _empty(slots: list[tuple[int, int, int, dt.datetime]], taken: set[int]) -> list[EmptyHour]:
    """Hours that nobody has come to for the last times in a row."""
    last: dict[int, list[int]] = {}
    for _school_id, hour_id, pk, _time in sorted(slots, key=lambda one: one[3], reverse=True):
        last.setdefault(hour_id, []).append(pk)
    hours = ConsultationHour.objects.in_bulk(list(last))
    found = []
    for hour_id, pks in last.items():
        run = next((n for n, pk in enumerate(pks) if pk in taken), len(pks))
        if run >= EMPTY_IN_A_ROW:
            found.append(EmptyHour(hours[hour_id], run))
    return found


def _weeks(units: list[School], waits: list[Waiting]) -> list[AskedWeek]:
    """Weeks in which at least five asked and did not get."""
    by_id = {one.pk: one for one in units}
    counted = Counter((one.school_id, week_of(one.since.date())[0]) for one in waits)
    return [
        AskedWeek(by_id[school_id], monday, in_fives(count))
        for (school_id, monday), count in sorted(counted.items(), key=lambda one: one[0][1])
        if is_told(count)
    ]
