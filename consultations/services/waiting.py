"""The waiting list: a free time is offered to one at a time, and held for office hours."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.errors import SlotTakenError
from consultations.models import Booking, Slot, Waiting
from consultations.rules import hold_until
from consultations.services import telling
from kemi_ecosystem.lib import clock
from notifications.services import notify
from schools.models import School
from schools.selectors import calendar_for


@transaction.atomic
def join(*, who: User, school: School, kind: str, at: dt.datetime) -> Waiting:
    """Wait for a time. Asking twice is asking once."""
    found, _made = Waiting.objects.get_or_create(
        who=who, kind=kind, ended_at=None, defaults={"school": school, "since": at}
    )
    return found


@transaction.atomic
def leave(*, entry: Waiting, at: dt.datetime) -> None:
    Waiting.objects.filter(pk=entry.pk, ended_at=None).update(ended_at=at)


def end_as_served(*, who: User, kind: str, at: dt.datetime) -> None:
    Waiting.objects.filter(who=who, kind=kind, ended_at=None).update(ended_at=at, was_served=True)


@transaction.atomic
def offer(*, slot: Slot, at: dt.datetime) -> Booking | None:
    """Hold a free time for the one who has waited longest and has not let it pass.

    None when nobody waits: then it is anybody's. The hold is a booking, so that the database keeps
    others out of it.
    """
    day = clock.local_date(at)
    asked = Booking.objects.filter(slot=slot).values("booked_by_id")
    queue = Waiting.objects.filter(kind=slot.hour.kind, ended_at=None).exclude(who_id__in=asked)
    for entry in queue.select_related("who", "school"):
        may = Slot.objects.bookable_by(entry.who, on=day, at=at).filter(pk=slot.pk)
        if may.exists() and not _holds_another(entry.who):
            return _hold(slot, entry, at)
    return None


def _holds_another(who: User) -> bool:
    return Booking.objects.filter(booked_by=who, state=Booking.State.HELD).exists()


def _hold(slot: Slot, entry: Waiting, at: dt.datetime) -> Booking | None:
    local = timezone.localtime(at)
    until = hold_until(local, calendar_for(local.date()).is_school_day)
    try:
        with transaction.atomic():
            held = Booking.objects.create(
                slot=slot,
                booked_by=entry.who,
                school=entry.school,
                state=Booking.State.HELD,
                made_at=at,
                held_until=min(until, slot.starts_at),
            )
    except IntegrityError:
        return None
    notify(drafts=[telling.offered(held)], at=at)
    return held


@transaction.atomic
def accept(*, booking: Booking, at: dt.datetime) -> None:
    """Take the offered time. Raises SlotTakenError when the hold has lapsed."""
    won = Booking.objects.filter(
        pk=booking.pk, state=Booking.State.HELD, held_until__gt=at, slot__state="open"
    ).update(state=Booking.State.BOOKED, held_until=None)
    if not won:
        raise SlotTakenError(
            _("Tarjous ehti vanheta, ja aika on tarjottu seuraavalle. Olet yhä jonossa.")
        )
    end_as_served(who=booking.booked_by, kind=booking.slot.hour.kind, at=at)
    notify(drafts=[telling.booked(booking)], at=at)


@transaction.atomic
def pass_on(*, booking: Booking, at: dt.datetime) -> None:
    """Let the offered time go to the next; one's own place in the line stays."""
    let_go = Booking.objects.filter(pk=booking.pk, state=Booking.State.HELD).update(
        state=Booking.State.CANCELLED, cancelled_at=at, held_until=None
    )
    if let_go:
        offer(slot=booking.slot, at=at)


def expire_holds(*, at: dt.datetime) -> int:
    """Offer on what nobody accepted in time. Returns how many holds lapsed."""
    lapsed = Booking.objects.filter(state=Booking.State.HELD, held_until__lte=at)
    found = list(lapsed.select_related("slot__hour"))
    for one in found:
        pass_on(booking=one, at=at)
    return len(found)


def offer_all(*, at: dt.datetime) -> int:
    """Offer free times, soonest first, while somebody waits. Returns how many were offered."""
    made = 0
    for kind in Waiting.objects.filter(ended_at=None).values_list("kind", flat=True).distinct():
        free = Slot.objects.free(at=at).filter(hour__kind=kind).select_related("hour")
        for slot in free.order_by("starts_at")[:50]:
            made += offer(slot=slot, at=at) is not None
    return made
