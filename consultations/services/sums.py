"""The month's figures of the hours: reckoned once when the month is over, people in fives."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from django.db.models import Exists, OuterRef
from django.db.models.functions import ExtractMonth, ExtractYear

from consultations.models import Booking, ConsultationHour, Slot, TermSum, Waiting
from consultations.rules import Term, last_whole_month, terms_of, week_of
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.hiding import in_fives, is_told
from schools.models import School
from support.models import ConsultationRequest

# An hour stands empty when fewer than five (told as none) came to its last ten times.
LOOKED_BACK = 10


def publish_sums(*, on: dt.date) -> int:
    """Tell each unit's figures of the terms that have begun, up to the last whole month.

    Once a month: what is told stays. Safe to repeat. Returns how many were new.
    """
    made = 0
    for term in terms_of(on):
        last = last_whole_month(term, on)
        if last is not None:
            made += _publish(term, last, on)
    return made


def _publish(term: Term, last: dt.date, on: dt.date) -> int:
    told = TermSum.objects.filter(first=term.first, last=last)
    units = list(School.objects.open_on(on).exclude(pk__in=told.values("school_id")))
    if not units:
        return 0
    happened = _happened([one.pk for one in units], term.first, min(last, term.last))
    rows = [_sum_of(one, happened, told_on=last) for one in units]
    TermSum.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@dataclass(frozen=True, slots=True)
class Happened:
    """Everything that is counted of some units between two days."""

    first: dt.date
    last: dt.date
    slots: list[Slot]
    bookings: list[Booking]
    # Of which booking, and its name.
    topics: list[tuple[int, str]]
    # Unit, week and person.
    asked: set[tuple[int, dt.date, int]]


def _happened(units: list[int], first: dt.date, last: dt.date) -> Happened:
    slots = (
        Slot.objects.select_related("hour")
        .filter(
            hour__home_school__in=units,
            state=Slot.State.OPEN,
            starts_at__date__gte=first,
            starts_at__date__lte=last,
        )
        .annotate(is_taken=Exists(Booking.objects.active().filter(slot=OuterRef("pk"))))
        .order_by("-starts_at")
    )
    bookings = Booking.objects.active().filter(
        school__in=units, slot__starts_at__date__gte=first, slot__starts_at__date__lte=last
    )
    topics = Booking.topics.through.objects.filter(booking__in=bookings)
    return Happened(
        first,
        last,
        list(slots),
        list(bookings.select_related("slot", "outcome")),
        list(topics.values_list("booking_id", "need__name")),
        _asked(units, first, last),
    )


def _asked(units: list[int], first: dt.date, last: dt.date) -> set[tuple[int, dt.date, int]]:
    """Who asked for an hour and had not got it in the same month: unit, week, person.

    Asked is: waited in the line, or sent a request from a checklist. Both in one week is once.
    An hour that is got later does not make a past month's want smaller.
    """
    waited = Waiting.objects.filter(
        school__in=units, since__date__gte=first, since__date__lte=last
    ).exclude(
        was_served=True,
        ended_at__year=ExtractYear("since"),
        ended_at__month=ExtractMonth("since"),
    )
    sent = ConsultationRequest.objects.filter(
        school__in=units, made_at__date__gte=first, made_at__date__lte=last
    ).exclude(done_on__year=ExtractYear("made_at"), done_on__month=ExtractMonth("made_at"))
    rows = waited.order_by().values_list("school_id", "since", "who_id")
    rows = rows.union(sent.order_by().values_list("school_id", "made_at", "made_by_id"))
    return {(school, week_of(clock.local_date(when))[0], who) for school, when, who in rows}


def _sum_of(unit: School, all_units: Happened, *, told_on: dt.date) -> TermSum:
    bookings = [one for one in all_units.bookings if one.school_id == unit.pk]
    slots = [one for one in all_units.slots if one.hour.home_school_id == unit.pk]
    ids = {one.pk for one in bookings}
    topics = Counter(name for pk, name in all_units.topics if pk in ids)
    days = [(one.slot.starts_at - one.made_at).days for one in bookings]
    weeks = Counter(monday for school, monday, _who in all_units.asked if school == unit.pk)
    return TermSum(
        school=unit,
        first=all_units.first,
        last=told_on,
        offered=len(slots),
        booked=in_fives(len(bookings)),
        used=in_fives(sum(_was_held(one, told_on) for one in bookings)),
        waiting_days=round(median(days)) if is_told(len(days)) else None,
        not_got=in_fives(weeks.total()),
        topics=[(name, in_fives(count)) for name, count in topics.most_common() if is_told(count)],
        weeks=[
            (monday.isoformat(), in_fives(count))
            for monday, count in sorted(weeks.items())
            if is_told(count)
        ],
        empty_hours=[(one.weekday, f"{one.starts:%-H.%M}") for one in _empty(slots)],
    )


def _was_held(booking: Booking, last: dt.date) -> bool:
    """Did the two write by this day that they met?"""
    outcome = getattr(booking, "outcome", None)
    if outcome is None or not outcome.took_place:
        return False
    return clock.local_date(outcome.written_at) <= last


def _empty(slots: Iterable[Slot]) -> list[ConsultationHour]:
    """Hours to which hardly anybody has come. The latest slot comes first."""
    taken: dict[ConsultationHour, list[bool]] = {}
    for slot in slots:
        taken.setdefault(slot.hour, []).append(slot.is_taken)  # type: ignore[attr-defined]
    return [
        hour
        for hour, times in taken.items()
        if len(times) >= LOOKED_BACK and not is_told(sum(times[:LOOKED_BACK]))
    ]
