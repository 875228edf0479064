"""What heads and the city see: how the hours are used. Of people only in steps of five.

Only whole past months are counted, so that two dates show nothing about one person between them.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from consultations.models import Booking, ConsultationHour, Slot, Waiting
from consultations.rules import week_of
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.hiding import in_fives, is_told
from schools.calendar import year_bounds
from schools.models import School
from support.models import ConsultationRequest

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
    school: School
    hour: ConsultationHour
    times: int


@dataclass(frozen=True, slots=True)
class AskedWeek:
    school: School
    first: dt.date
    asked: int


@dataclass(frozen=True, slots=True)
class Term:
    slug: str
    name: str
    first: dt.date
    last: dt.date


def terms_of(on: dt.date) -> list[Term]:
    """The terms of this school year that have begun: earlier years have been erased."""
    first, last = year_bounds(on)
    turn = dt.date(first.year, 12, 31)
    autumn = Term("syksy", _("Syyslukukausi"), first, turn)
    spring = Term("kevat", _("Kevätlukukausi"), turn + dt.timedelta(days=1), last)
    return [autumn, spring] if on > turn else [autumn]


@dataclass(frozen=True, slots=True)
class FiguresPage:
    schools: list[SchoolFigures]
    empty_hours: list[EmptyHour]
    weeks: list[AskedWeek]
    first: dt.date
    last: dt.date
    term: Term
    terms: list[Term]


def figures_page(schools: Iterable[School], *, on: dt.date, wanted: str = "") -> FiguresPage:
    """The hours of these units in one term of this school year, its whole past months.

    A term stands alone: beside a figure of the whole year the two would tell each other's. What
    happens after the last counted day changes no figure before the next month does.
    """
    terms = terms_of(on)
    term = next((one for one in terms if one.slug == wanted), terms[-1])
    last = min(term.last, on.replace(day=1) - dt.timedelta(days=1))
    first = term.first
    units = list(schools)
    ids = [one.pk for one in units]
    slots = list(
        Slot.objects.select_related("hour")
        .filter(
            hour__home_school__in=ids,
            state=Slot.State.OPEN,
            starts_at__date__gte=first,
            starts_at__date__lte=last,
        )
        .annotate(is_taken=Exists(Booking.objects.active().filter(slot=OuterRef("pk"))))
        .order_by("-starts_at")
    )
    bookings = list(
        Booking.objects.active()
        .filter(
            Q(school__in=ids), slot__starts_at__date__gte=first, slot__starts_at__date__lte=last
        )
        .select_related("slot", "outcome")
    )
    asked = _asked(ids, first, last)
    topics = list(
        Booking.topics.through.objects.filter(booking__in=bookings).values_list(
            "booking_id", "need__name"
        )
    )
    own = [
        _school(
            unit,
            slots,
            [b for b in bookings if b.school_id == unit.pk],
            sum(1 for school_id, _monday, _who in asked if school_id == unit.pk),
            topics,
            last,
        )
        for unit in units
    ]
    weeks = _weeks(units, asked)
    return FiguresPage(own, _empty(units, slots), weeks, first, last, term, terms)


def _asked(ids: list[int], first: dt.date, last: dt.date) -> set[tuple[int, dt.date, int]]:
    """Who asked for an hour and had not got it by the last day: unit, week, person.

    Asked is: waited in the line, or sent a request from a checklist. Both in one week is once.
    """
    waited = Waiting.objects.filter(
        school__in=ids, since__date__gte=first, since__date__lte=last
    ).exclude(was_served=True, ended_at__date__lte=last)
    sent = ConsultationRequest.objects.filter(
        school__in=ids, made_at__date__gte=first, made_at__date__lte=last
    ).exclude(done_on__lte=last)
    rows = waited.order_by().values_list("school_id", "since", "who_id")
    rows = rows.union(sent.values_list("school_id", "made_at", "made_by_id"))
    return {(school, week_of(clock.local_date(when))[0], who) for school, when, who in rows}


def _school(
    unit: School,
    slots: list[Slot],
    bookings: list[Booking],
    not_got: int,
    topics: list[tuple[int, str]],
    last: dt.date,
) -> SchoolFigures:
    ids = {one.pk for one in bookings}
    counted = Counter(name for pk, name in topics if pk in ids)
    days = [(one.slot.starts_at - one.made_at).days for one in bookings]
    held = [one for one in bookings if _was_held(one, last)]
    told = [(name, in_fives(count)) for name, count in counted.most_common() if is_told(count)]
    return SchoolFigures(
        school=unit,
        offered=sum(1 for one in slots if one.hour.home_school_id == unit.pk),
        booked=in_fives(len(bookings)),
        used=in_fives(len(held)),
        waiting_days=round(median(days)) if is_told(len(days)) else None,
        not_got=in_fives(not_got),
        topics=told,
    )


def _was_held(booking: Booking, last: dt.date) -> bool:
    """Did the two write by the last counted day that they met?"""
    outcome = getattr(booking, "outcome", None)
    if outcome is None or not outcome.took_place:
        return False
    return clock.local_date(outcome.written_at) <= last


def _empty(units: list[School], slots: list[Slot]) -> list[EmptyHour]:
    """Hours that nobody has come to for the last times in a row. The latest slot comes first."""
    by_id = {one.pk: one for one in units}
    last: dict[ConsultationHour, list[bool]] = {}
    for slot in slots:
        last.setdefault(slot.hour, []).append(slot.is_taken)  # type: ignore[attr-defined]
    found = []
    for hour, taken in last.items():
        run = taken.index(True) if True in taken else len(taken)
        if run >= EMPTY_IN_A_ROW:
            found.append(EmptyHour(by_id[hour.home_school_id], hour, run))
    return found


def _weeks(units: list[School], asked: set[tuple[int, dt.date, int]]) -> list[AskedWeek]:
    """Weeks in which at least five asked and did not get."""
    by_id = {one.pk: one for one in units}
    counted = Counter((school_id, monday) for school_id, monday, _who in asked)
    return [
        AskedWeek(by_id[school_id], monday, in_fives(count))
        for (school_id, monday), count in sorted(counted.items(), key=lambda one: one[0][1])
        if is_told(count)
    ]
