"""The pages of the one who books and of the one who offers."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet
from django.urls import reverse

from accounts.models import User
from consultations.calendar_files import Entry
from consultations.models import BOOKING_ROLES, Booking, ConsultationHour, Slot, Waiting
from consultations.rules import week_of
from kemi_ecosystem.lib import clock
from schools.models import Membership, School
from support.models import ConsultationRequest, Need

SHOWN, MOST_SHOWN = 6, 120
SHOWN_TO_MOVE = 24
MOST_TOPICS = 3
WEEK = 7
KEPT_CANCELLED = dt.timedelta(days=60)


@dataclass(frozen=True, slots=True)
class BookingPage:
    """What a colleague sees: the next free times, own bookings, own place in the line."""

    free: Page[Slot]
    offers: list[Booking]
    mine: list[Booking]
    waiting: list[Waiting]
    kinds: list[tuple[str, str]]
    asks: bool


def booking_page(
    user: User, *, on: dt.date, at: dt.datetime, wanted: str | None = None
) -> BookingPage:
    slots = Slot.objects.bookable_by(user, on=on, at=at)
    kept = Booking.objects.filter(
        booked_by=user, state__in=["booked", "held"], slot__ends_at__gt=at
    ).select_related("slot__hour", "slot__teacher")
    own = list(kept.order_by("slot__starts_at"))
    offers = [one for one in own if one.state == Booking.State.HELD]
    mine = [one for one in own if one.state == Booking.State.BOOKED]
    rows = slots.select_related("hour__home_school", "teacher").order_by("starts_at", "pk")
    # Read in one statement: a term of a few teachers, not a table to be counted first.
    all_free = list(rows[:MOST_SHOWN])
    free: Page[Slot] = Paginator(all_free, SHOWN).get_page(wanted)
    waiting = list(Waiting.objects.filter(who=user, ended_at=None))
    served = Slot.objects.serving(user, on=on).order_by().values_list("hour__kind", flat=True)
    labels = dict(ConsultationHour.Kind.choices)
    asked = {one.kind for one in waiting}
    kinds = [
        (kind, str(labels[kind])) for kind in sorted(set(served.distinct())) if kind not in asked
    ]
    is_special = any(one.hour.words.is_about_support for one in all_free)
    asks = is_special and open_request(user) is not None
    return BookingPage(free, offers, mine, waiting, kinds, asks)


def own_schools(user: User, *, on: dt.date) -> QuerySet[School]:
    """The units in which this person works with children today."""
    mine = Membership.objects.of(user, on=on).filter(role__in=sorted(BOOKING_ROLES))
    return School.objects.filter(pk__in=mine.values("school_id"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A request from a checklist, with the measures that had been tried."""

    request: ConsultationRequest
    tried: list[int]


def open_request(user: User, *, wanted: int | None = None) -> Asked | None:
    """What this person has asked from a checklist: the newest, or the one that a form came with."""
    mine = ConsultationRequest.objects.filter(made_by=user, done_on=None)
    if wanted is not None:
        mine = mine.filter(pk=wanted)
    rows = mine.select_related("round__checklist").annotate(measure_id=F("tried"))
    found = list(rows.order_by("-made_at", "-pk"))
    if not found:
        return None
    newest = found[0]
    tried = [one.measure_id for one in found if one.pk == newest.pk and one.measure_id]
    return Asked(newest, tried)


def _topics_of(tried: list[int]) -> list[int]:
    """What most of the tried measures are for: a beginning, which the person may change."""
    for_each = Need.objects.filter(measures__in=tried).annotate(count=Count("measures"))
    most = for_each.filter(count__gt=len(tried) // 2).order_by("-count", "order")
    return [one.pk for one in most[:MOST_TOPICS]]


def matter_before(user: User, *, asked: Asked | None, earlier: int | None) -> dict[str, Any]:
    """What a booking form begins with: an own earlier meeting, or what was asked."""
    if earlier is not None:
        mine = Booking.objects.active().filter(booked_by=user).select_related("outcome")
        found = mine.filter(pk=earlier).first()
        if found is not None:
            agreed = found.outcome.measures.all() if hasattr(found, "outcome") else []
            return {
                "topics": list(found.topics.all()),
                "tried": list({*found.tried.all(), *agreed}),
                "school": found.school_id,
            }
    if asked is None:
        return {}
    return {
        "question": asked.request.question,
        "tried": asked.tried,
        "topics": _topics_of(asked.tried),
        "school": asked.request.school_id,
    }


def other_times(booking: Booking, *, on: dt.date, at: dt.datetime, is_over: bool) -> list[Slot]:
    """Where a meeting could move; after it, when the two could meet again."""
    free = Slot.objects.bookable_by(booking.booked_by, on=on, at=at).filter(
        hour__kind=booking.slot.hour.kind
    )
    if is_over:
        free = free.filter(teacher_id=booking.slot.teacher_id)
        again = getattr(getattr(booking, "outcome", None), "follow_up_on", None)
        if again is not None:
            free = free.filter(starts_at__date__gte=again - dt.timedelta(days=WEEK))
    rows = free.select_related("teacher", "hour").order_by("starts_at")
    return list(rows[: SHOWN if is_over else SHOWN_TO_MOVE])


@dataclass(frozen=True, slots=True)
class Day:
    date: dt.date
    slots: list[Slot]


@dataclass(frozen=True, slots=True)
class Week:
    days: list[Day]
    first: dt.date
    last: dt.date
    before: dt.date
    after: dt.date


def week_page(teacher: User, *, day: dt.date) -> Week:
    """One week of the one who offers. Each slot carries `booking`: who comes, or None."""
    first, last = week_of(day)
    slots = list(
        Slot.objects.filter(teacher=teacher, starts_at__date__gte=first, starts_at__date__lte=last)
        .select_related("hour")
        .order_by("starts_at")
    )
    bookings = Booking.objects.filter(slot__in=slots, state__in=["booked", "held"])
    by_slot = {
        one.slot_id: one
        for one in bookings.select_related("booked_by", "school", "outcome").prefetch_related(
            "topics"
        )
    }
    days: dict[dt.date, list[Slot]] = {}
    for slot in slots:
        slot.booking = by_slot.get(slot.pk)  # type: ignore[attr-defined]  # for the page alone
        days.setdefault(clock.local_date(slot.starts_at), []).append(slot)
    seven = dt.timedelta(days=7)
    return Week([Day(*item) for item in days.items()], first, last, first - seven, first + seven)


def calendar_entries(user: User, *, at: dt.datetime) -> list[Entry]:
    """What a personal calendar shows: own bookings, and the times that one offers."""
    oldest = at - KEPT_CANCELLED
    # What was only offered never was in the calendar, and is not cancelled there either.
    bookings = Booking.objects.filter(
        booked_by=user, slot__starts_at__gt=oldest, held_until=None
    ).select_related("slot__hour")
    entries = [booking_entry(one) for one in bookings]
    slots = Slot.objects.filter(teacher=user, starts_at__gt=oldest).select_related("hour")
    entries += [_slot_entry(one) for one in slots]
    return sorted(entries, key=lambda one: one.begins)


def entry_for(user: User, booking: Booking) -> Entry:
    """The same event as in the person's own feed, so that the two never stand side by side."""
    return booking_entry(booking) if booking.booked_by_id == user.pk else _slot_entry(booking.slot)


def booking_entry(booking: Booking) -> Entry:
    slot = booking.slot
    return Entry(
        uid=f"varaus-{booking.pk}@{_host()}",
        title=str(slot.hour.words.in_calendar),
        begins=slot.starts_at,
        ends=slot.ends_at,
        place=slot.place,
        link=settings.PORTAL_URL + reverse("consultations:booking", args=[booking.pk]),
        sequence=booking.sequence + slot.sequence,
        is_cancelled=booking.state == Booking.State.CANCELLED or slot.state == "cancelled",
    )


def _slot_entry(slot: Slot) -> Entry:
    return Entry(
        uid=f"aika-{slot.pk}@{_host()}",
        title=str(slot.hour.words.offered_in_calendar),
        begins=slot.starts_at,
        ends=slot.ends_at,
        place=slot.place,
        link=settings.PORTAL_URL + reverse("consultations:week"),
        sequence=slot.sequence,
        is_cancelled=slot.state == Slot.State.CANCELLED,
    )


def _host() -> str:
    return settings.PORTAL_URL.split("//", 1)[-1].split(":", 1)[0]
