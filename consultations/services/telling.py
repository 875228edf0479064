"""What the two of a booking are told. No names and no topic: those stand behind the sign-in."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.models import Booking, Slot
from consultations.words import Words
from notifications.models import Kind
from notifications.services import Draft


def path_of(booking: Booking) -> str:
    return reverse("consultations:booking", args=[booking.pk])


def booked(booking: Booking) -> Draft:
    """To the teacher: somebody comes."""
    return _draft(booking, booking.slot.teacher_id, "booked", _words(booking).booked)


def cancelled_by_colleague(booking: Booking) -> Draft:
    return _draft(booking, booking.slot.teacher_id, "cancelled", _words(booking).cancelled)


def cancelled_by_teacher(booking: Booking, *, was_offer: bool) -> Draft:
    words = _words(booking)
    title = words.offer_cancelled if was_offer else words.cancelled_for_you
    return _draft(booking, booking.booked_by_id, "cancelled", title)


def moved(booking: Booking, *, to: int) -> Draft:
    return _draft(booking, to, f"moved-{_change(booking)}", _words(booking).moved)


def offered(booking: Booking) -> Draft:
    return _draft(
        booking, booking.booked_by_id, "offered", _words(booking).freed, kind=Kind.SLOT_OFFERED
    )


def offer_moved(booking: Booking) -> Draft:
    """A new signed press: the offer is of another moment now."""
    cause, title = f"offer-moved-{_change(booking)}", _words(booking).offer_moved
    return _draft(booking, booking.booked_by_id, cause, title, kind=Kind.SLOT_OFFERED)


def soon(booking: Booking, *, is_tomorrow: bool) -> Iterable[Draft]:
    words = _words(booking)
    title = words.tomorrow if is_tomorrow else words.next_school_day
    for person in (booking.booked_by_id, booking.slot.teacher_id):
        yield _draft(booking, person, f"tomorrow-{_change(booking)}", title)


def did_it_help(booking: Booking) -> Iterable[Draft]:
    yield _draft(booking, booking.booked_by_id, "helped", _("Auttoiko se, mitä sovitte?"))


def free_for_all(slot: Slot, people: Iterable[int]) -> Iterable[Draft]:
    """To those who still wait: the first to press gets it."""
    for person in people:
        yield Draft(
            recipient_id=person,
            kind=Kind.CONSULTATION,
            cause=f"consultation-slot:{slot.pk}:free-{slot.sequence}",
            title=str(slot.hour.words.free_for_all),
            path=reverse("consultations:book", args=[slot.pk]),
        )


def _words(booking: Booking) -> Words:
    return booking.slot.hour.words


def _change(booking: Booking) -> str:
    return f"{booking.slot.sequence}-{booking.sequence}"


def _draft(
    booking: Booking, to: int, cause: str, title: Any, *, kind: str = Kind.CONSULTATION
) -> Draft:
    return Draft(
        recipient_id=to,
        kind=kind,
        cause=f"consultation:{booking.pk}:{cause}",
        title=str(title),
        path=path_of(booking),
    )
