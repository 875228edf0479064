"""What the two of a booking are told. No names and no topic: those stand behind the sign-in."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.models import Booking, Slot
from notifications.models import Kind
from notifications.services import Draft


def path_of(booking: Booking) -> str:
    return reverse("consultations:booking", args=[booking.pk])


def booked(booking: Booking) -> Draft:
    """To the teacher: somebody comes."""
    return _draft(booking, booking.slot.teacher_id, "booked", _("Konsultaatioaika on varattu"))


def cancelled_by_colleague(booking: Booking) -> Draft:
    title = _("Konsultaatioaika on peruttu")
    return _draft(booking, booking.slot.teacher_id, "cancelled", title)


def cancelled_by_teacher(booking: Booking) -> Draft:
    title = _("Konsultaatioaikasi on peruttu. Valitse uusi aika.")
    return _draft(booking, booking.booked_by_id, "cancelled", title)


def moved(booking: Booking, *, to: int) -> Draft:
    cause = f"moved-{booking.slot.sequence}-{booking.sequence}"
    return _draft(booking, to, cause, _("Konsultaatioaika on siirretty"))


def offered(booking: Booking) -> Draft:
    title = _("Sinulle vapautui konsultaatioaika")
    return Draft(
        recipient_id=booking.booked_by_id,
        kind=Kind.SLOT_OFFERED,
        cause=f"consultation:{booking.pk}:offered",
        title=title,
        path=path_of(booking),
    )


def tomorrow(booking: Booking) -> Iterable[Draft]:
    cause = f"tomorrow-{booking.slot.sequence}-{booking.sequence}"
    for person in (booking.booked_by_id, booking.slot.teacher_id):
        yield _draft(booking, person, cause, _("Konsultaatioaika on huomenna"))


def did_it_help(booking: Booking) -> Iterable[Draft]:
    yield _draft(booking, booking.booked_by_id, "helped", _("Auttoiko se, mitä sovitte?"))


def slot_is_empty(slot: Slot) -> str:
    """The cause under which a free time is told once to those who wait."""
    return f"consultation-slot:{slot.pk}"


def _draft(booking: Booking, to: int, cause: str, title: Any) -> Draft:
    return Draft(
        recipient_id=to,
        kind=Kind.CONSULTATION,
        cause=f"consultation:{booking.pk}:{cause}",
        title=str(title),
        path=path_of(booking),
    )
