"""The waiting list: a free time is offered to one at a time, and held for office hours."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.errors import SlotTakenError
from consultations.models import Booking, Slot, Waiting
from consultations.rules import hold_until
from consultations.services import telling
from consultations.services.clashes import first_clash
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
    """Wait no more. A time that is held for this person goes to the next."""
    Waiting.objects.filter(pk=entry.pk, ended_at=None).update(ended_at=at)
    _let_holds_go(entry.who, entry.kind, at)


def end_as_served(*, who: User, kind: str, at: dt.datetime) -> None:
    """The person has a time: the waiting is over, and so is what is held meanwhile."""
    Waiting.objects.filter(who=who, kind=kind, ended_at=None).update(ended_at=at, was_served=True)
    _let_holds_go(who, kind, at)


def _let_holds_go(who: User, kind: str, at: dt.datetime) -> None:
    held = Booking.objects.filter(booked_by=who, state=Booking.State.HELD, slot__hour__kind=kind)
    for one in held.select_related("slot__hour"):
        pass_on(booking=one, at=at)


@transaction.atomic
def release(*, slot: Slot, at: dt.datetime) -> Booking | None:
    """A time is free again: offer it to those who wait, then it is anybody's."""
    Slot.objects.filter(pk=slot.pk).update(freed_at=at)
    return offer(slot=slot, at=at)


@transaction.atomic
def offer(*, slot: Slot, at: dt.datetime) -> Booking | None:
    """Hold a free time for the one who has waited longest and has not let it pass.

    None when nobody waits: then it is anybody's. The hold is a booking, so that the database keeps
    others out of it.
    """
    asked = Booking.objects.filter(slot=slot).values("booked_by_id")
    queue = Waiting.objects.filter(kind=slot.hour.kind, ended_at=None).exclude(who_id__in=asked)
    for entry in queue.select_related("who", "school"):
        if not _holds_another(entry.who) and _suits(entry, slot, at):
            return _hold(slot, entry, at)
    return None


def _suits(entry: Waiting, slot: Slot, at: dt.datetime) -> bool:
    new = Slot.objects.new_to(entry.who, since=entry.since, on=clock.local_date(at), at=at)
    times = [(slot.starts_at, slot.ends_at)]
    return new.filter(pk=slot.pk).exists() and first_clash(entry.who_id, times) is None


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
def accept(*, booking: Booking, at: dt.datetime, seen: int | None = None) -> None:
    """Take the offered time. Raises SlotTakenError when it is not to be had any more.

    Pressing twice is pressing once. `seen` is the sequence of the slot that the person looked
    at: another moment is not taken unseen.
    """
    rows = Slot.objects.select_for_update(of=("self",)).select_related("hour")
    slot = rows.get(pk=booking.slot_id)
    if slot.state == Slot.State.OPEN and _is_mine_already(booking):
        return
    if slot.state != Slot.State.OPEN:
        raise _refusal(booking, _("Aika on peruttu."))
    if slot.starts_at <= at:
        raise _refusal(booking, _("Aika ehti jo alkaa."))
    if seen is not None and seen != slot.sequence:
        raise SlotTakenError(_("Aika on sillä välin siirretty. Katso, sopiiko uusi hetki."))
    if first_clash(booking.booked_by_id, [(slot.starts_at, slot.ends_at)], but=[slot.pk]):
        raise SlotTakenError(_("Sinulla on silloin jo toinen aika. Peru se ensin."))
    won = Booking.objects.filter(
        pk=booking.pk,
        state=Booking.State.HELD,
        held_until__gt=at,
        booked_by__is_active=True,
    ).update(state=Booking.State.BOOKED, held_until=None)
    if not won:
        raise _refusal(booking, _("Tarjous ehti vanheta, ja aika on mennyt seuraavalle."))
    end_as_served(who=booking.booked_by, kind=slot.hour.kind, at=at)
    notify(drafts=[telling.booked(booking)], at=at)


def _is_mine_already(booking: Booking) -> bool:
    return Booking.objects.active().filter(pk=booking.pk).exists()


def _refusal(booking: Booking, why: str) -> SlotTakenError:
    """Why not, and whether one still waits."""
    waits = Waiting.objects.filter(
        who_id=booking.booked_by_id, kind=booking.slot.hour.kind, ended_at=None
    )
    return SlotTakenError(" ".join([why, _("Olet yhä jonossa.")] if waits.exists() else [why]))


@transaction.atomic
def pass_on(*, booking: Booking, at: dt.datetime) -> None:
    """Let the offered time go to the next; one's own place in the line stays.

    When everybody has let it pass, those who still wait are told that it is anybody's now.
    """
    let_go = Booking.objects.filter(pk=booking.pk, state=Booking.State.HELD).update(
        state=Booking.State.CANCELLED, cancelled_at=at
    )
    if let_go and release(slot=booking.slot, at=at) is None:
        _tell_all(booking.slot, at)


def _tell_all(slot: Slot, at: dt.datetime) -> None:
    day = clock.local_date(at)
    # Who said no does not hear of it again; who did not see the offer in time does.
    refused = Booking.objects.filter(slot=slot, cancelled_at__lt=F("held_until"))
    line = Waiting.objects.filter(kind=slot.hour.kind, ended_at=None).exclude(
        who_id__in=refused.values("booked_by_id")
    )
    may = [
        one.who_id
        for one in line.select_related("who")
        if Slot.objects.bookable_by(one.who, on=day, at=at).filter(pk=slot.pk).exists()
    ]
    notify(drafts=telling.free_for_all(slot, may), at=at)


def expire_holds(*, at: dt.datetime) -> int:
    """Offer on what nobody accepted in time. Returns how many holds lapsed."""
    lapsed = Booking.objects.filter(state=Booking.State.HELD, held_until__lte=at)
    found = list(lapsed.select_related("slot__hour"))
    for one in found:
        pass_on(booking=one, at=at)
    return len(found)


def offer_all(*, at: dt.datetime) -> int:
    """Offer what is new to those who wait, longest first. Returns how many were offered."""
    day, made = clock.local_date(at), 0
    for entry in Waiting.objects.filter(ended_at=None).select_related("who"):
        new = Slot.objects.new_to(entry.who, since=entry.since, on=day, at=at)
        asked = Booking.objects.filter(booked_by=entry.who).values("slot_id")
        slots = new.filter(hour__kind=entry.kind).exclude(pk__in=asked).select_related("hour")
        for slot in slots.order_by("starts_at")[:3]:
            if offer(slot=slot, at=at) is not None:
                made += 1
                break
    return made
