"""Offering hours: the pattern makes its times; single ones are moved, cancelled, given again."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.errors import HourRefusedError, SlotTakenError
from consultations.models import Booking, ConsultationHour, Slot
from consultations.rules import Pattern, days_of, opens_to_others, part_times, runs_past_midnight
from consultations.services import requests, telling, waiting
from consultations.services.clashes import first_clash
from kemi_ecosystem.lib import clock
from notifications.services import Draft, notify
from schools.models import School
from schools.selectors import calendar_for


@transaction.atomic
def offer_hour(
    *, hour: ConsultationHour, schools: Iterable[School], at: dt.datetime
) -> ConsultationHour:
    """Save a weekly hour and make its times, without holidays and breaks.

    Raises HourRefusedError when it overlaps another time of the same teacher or makes none.
    """
    hour.save()
    hour.schools.set({*schools, hour.home_school})
    slots = list(_slots(hour, at))
    if not slots:
        raise HourRefusedError(
            _("Tällä jaksolla ei ole yhtään koulupäivää, jona tunti pidettäisiin.")
        )
    _must_not_overlap(hour.teacher_id, slots)
    Slot.objects.bulk_create(slots)
    waiting.offer_all(at=at)
    return hour


def _slots(hour: ConsultationHour, at: dt.datetime) -> Iterable[Slot]:
    pattern = Pattern(
        hour.weekday, hour.starts, hour.part_minutes, hour.parts, hour.begins, hour.ends
    )
    if runs_past_midnight(hour.starts, minutes=hour.parts * hour.part_minutes):
        raise HourRefusedError(_("Ajat jatkuisivat yli puolenyön. Valitse aikaisempi alku."))
    calendar = calendar_for(hour.begins)
    zone = ZoneInfo(settings.TIME_ZONE)
    for day in days_of(pattern, calendar.is_school_day):
        for time in part_times(pattern):
            # Wall-clock time: a lesson does not move when summer time does.
            begins = dt.datetime.combine(day, time, zone)
            if begins <= at and day == clock.local_date(at):
                continue
            yield Slot(
                hour=hour,
                teacher=hour.teacher,
                planned_at=begins,
                starts_at=begins,
                ends_at=begins + dt.timedelta(minutes=hour.part_minutes),
                open_to_others_on=opens_to_others(day, hour.own_first_days),
                place=hour.place,
                freed_at=at,
            )


def _must_not_overlap(teacher_id: int, slots: list[Slot]) -> None:
    """The whole series is looked at, not its first days; and what the teacher has booked, too."""
    times = [(one.starts_at, one.ends_at) for one in slots]
    clash = first_clash(teacher_id, times, but=[one.pk for one in slots if one.pk])
    if clash is not None:
        raise HourRefusedError(
            _("Sinulla on jo toinen aika päällekkäin %(day)s. Valitse toinen hetki.")
            % {"day": date_format(timezone.localtime(clash), "j.n.Y")}
        )


@transaction.atomic
def change_hour(*, hour: ConsultationHour, schools: Iterable[School], at: dt.datetime) -> None:
    """Keep a weekly hour in another place, or for other units. What is booked stays booked.

    Who has a coming time is told of the new place. A time that was put elsewhere alone stays there.
    """
    known = ConsultationHour.objects.select_for_update().get(pk=hour.pk)
    hour.save(update_fields=["place", "link", "own_first_days"])
    hour.schools.set({*schools, hour.home_school})
    coming = list(hour.slots.select_for_update().filter(starts_at__gt=at, state=Slot.State.OPEN))
    elsewhere = [one for one in coming if one.place == known.place != hour.place]
    for slot in elsewhere:
        slot.place, slot.sequence = hour.place, slot.sequence + 1
    for slot in coming:
        day = clock.local_date(slot.starts_at)
        slot.open_to_others_on = opens_to_others(day, hour.own_first_days)
    Slot.objects.bulk_update(coming, ["place", "sequence", "open_to_others_on"])
    taken = Booking.objects.filter(slot__in=elsewhere, state__in=["booked", "held"])
    notify(drafts=[_moved(one) for one in taken.select_related("slot__hour")], at=at)
    waiting.offer_all(at=at)


@transaction.atomic
def end_hour(*, hour: ConsultationHour, on: dt.date, at: dt.datetime) -> int:
    """Keep the hour up to and with this day only. Later times are cancelled, all are told."""
    ConsultationHour.objects.filter(pk=hour.pk).update(ends=max(on, hour.begins))
    later = hour.slots.filter(starts_at__date__gt=on, starts_at__gt=at)
    return cancel_slots(slots=later, at=at)


@transaction.atomic
def cancel_slots(*, slots: Iterable[Slot], at: dt.datetime) -> int:
    """Cancel times and tell everybody who had one. Returns how many were cancelled."""
    ids = [one.pk for one in slots]
    locked = Slot.objects.select_for_update().filter(pk__in=ids, state=Slot.State.OPEN)
    open_ids = [one.pk for one in locked]
    Slot.objects.filter(pk__in=open_ids).update(
        state=Slot.State.CANCELLED, sequence=F("sequence") + 1
    )
    bookings = list(
        Booking.objects.filter(slot_id__in=open_ids, state__in=["booked", "held"])
        .select_related("slot__hour")
        .order_by("pk")
    )
    Booking.objects.filter(pk__in=[one.pk for one in bookings]).update(
        state=Booking.State.CANCELLED, cancelled_at=at, about="", question=""
    )
    requests.reopen(bookings)
    drafts = [
        telling.cancelled_by_teacher(one, was_offer=one.state == Booking.State.HELD)
        for one in bookings
    ]
    notify(drafts=drafts, at=at)
    return len(open_ids)


@transaction.atomic
def move_slot(*, slot: Slot, starts_at: dt.datetime, place: str, at: dt.datetime) -> None:
    """Keep this one time at another moment or place; who has it, or is offered it, is told.

    Raises HourRefusedError when the teacher has another time then, SlotTakenError when this one
    has been cancelled.
    """
    row = Slot.objects.select_for_update(of=("self",)).select_related("hour").get(pk=slot.pk)
    if row.state != Slot.State.OPEN:
        raise SlotTakenError(_("Aika on jo peruttu."))
    if (row.starts_at, row.place) == (starts_at, place):
        return
    length = row.ends_at - row.starts_at
    day = clock.local_date(starts_at)
    row.starts_at, row.ends_at, row.place = starts_at, starts_at + length, place
    row.open_to_others_on = opens_to_others(day, row.hour.own_first_days)
    if clock.local_date(row.ends_at) != day:
        raise HourRefusedError(_("Aika jatkuisi yli puolenyön. Valitse aikaisempi hetki."))
    _must_not_overlap(row.teacher_id, [row])
    row.sequence += 1
    row.freed_at = at
    row.save()
    # A hold never outlasts the time that it holds.
    held = Booking.objects.filter(slot=row, state=Booking.State.HELD)
    held.filter(held_until__gt=starts_at).update(held_until=starts_at)
    taken = Booking.objects.filter(slot=row, state__in=["booked", "held"])
    notify(drafts=[_moved(one) for one in taken.select_related("slot__hour")], at=at)


def _moved(booking: Booking) -> Draft:
    if booking.state == Booking.State.HELD:
        return telling.offer_moved(booking)
    return telling.moved(booking, to=booking.booked_by_id)


@transaction.atomic
def give_again(*, slot: Slot, at: dt.datetime) -> None:
    """Offer a cancelled time again, as any other: on a school day, upon no other time.

    Raises HourRefusedError when that is not so. Asking twice is asking once.
    """
    row = Slot.objects.select_for_update(of=("self",)).select_related("hour").get(pk=slot.pk)
    if row.state != Slot.State.CANCELLED:
        return
    day = clock.local_date(row.starts_at)
    calendar = calendar_for(clock.local_date(at))
    if row.starts_at <= at:
        raise HourRefusedError(_("Tämä hetki on jo mennyt."))
    if calendar.covers(day) and not calendar.is_school_day(day):
        raise HourRefusedError(_("Silloin ei ole koulupäivä. Aikaa ei voi tarjota uudelleen."))
    _must_not_overlap(row.teacher_id, [row])
    row.state, row.sequence = Slot.State.OPEN, row.sequence + 1
    row.save()
    waiting.release(slot=row, at=at)


def be_away(*, teacher: User, first: dt.date, last: dt.date, at: dt.datetime) -> int:
    """An absence in one step: all times of these days are cancelled and everybody is told."""
    slots = Slot.objects.filter(
        teacher=teacher, starts_at__gt=at, starts_at__date__gte=first, starts_at__date__lte=last
    )
    return cancel_slots(slots=slots, at=at)


def cancel_on_holidays(*, at: dt.datetime) -> int:
    """A holiday that was added later takes the times of its days with it."""
    calendar = calendar_for(clock.local_date(at))
    coming = Slot.objects.filter(state=Slot.State.OPEN, starts_at__gt=at)
    off = [
        one
        for one in coming
        if calendar.covers(clock.local_date(one.starts_at))
        and not calendar.is_school_day(clock.local_date(one.starts_at))
        and one.starts_at == one.planned_at
    ]
    return cancel_slots(slots=off, at=at) if off else 0
