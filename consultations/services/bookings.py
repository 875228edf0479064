"""Booking a time, moving to another, letting it go."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.errors import SlotTakenError
from consultations.models import Booking, Slot
from consultations.services import requests, telling, waiting
from consultations.services.clashes import first_clash
from notifications.services import notify
from schools.models import School
from support.models import ConsultationRequest, Measure, Need


@dataclass(frozen=True, slots=True)
class Matter:
    """What the colleague wants to think over. Nothing of it is needed."""

    topics: Iterable[Need] = ()
    tried: Iterable[Measure] = ()
    question: str = ""
    about: str = ""
    # What was asked from a checklist and is talked over now.
    request: ConsultationRequest | None = None


def taken() -> SlotTakenError:
    return SlotTakenError(_("Joku ehti varata ajan juuri ennen sinua. Valitse toinen aika."))


@transaction.atomic
def book(*, slot: Slot, by: User, school: School, matter: Matter, at: dt.datetime) -> Booking:
    """Book a free time.

    Raises SlotTakenError when another was faster, it is not offered, or one is elsewhere then.
    """
    _must_be_offered(slot, at)
    _must_have_time(by, slot)
    try:
        with transaction.atomic():
            made = Booking.objects.create(
                slot=slot,
                booked_by=by,
                school=school,
                question=matter.question,
                about=matter.about,
                request=matter.request,
                made_at=at,
            )
    except IntegrityError as clash:
        raise taken() from clash
    made.topics.set(matter.topics)
    made.tried.set(matter.tried)
    if matter.request is not None:
        requests.close(matter.request, at=at)
    waiting.end_as_served(who=by, kind=slot.hour.kind, at=at)
    notify(drafts=[telling.booked(made)], at=at)
    return made


def _must_be_offered(slot: Slot, at: dt.datetime) -> None:
    """The slot's row is locked, so that a cancellation and a booking wait for each other."""
    row = Slot.objects.select_for_update().get(pk=slot.pk)
    if row.state != Slot.State.OPEN or row.starts_at <= at:
        raise SlotTakenError(_("Tätä aikaa ei enää tarjota. Valitse toinen aika."))


def _must_have_time(person: User, slot: Slot, *, but: Iterable[int] = ()) -> None:
    if first_clash(person.pk, [(slot.starts_at, slot.ends_at)], but=but) is not None:
        raise SlotTakenError(_("Sinulla on silloin jo toinen aika. Valitse toinen hetki."))


@transaction.atomic
def reschedule(*, booking: Booking, to: Slot, at: dt.datetime) -> None:
    """Move one's booking to another free time; the old one is offered on."""
    old = booking.slot
    if old.starts_at <= at:
        raise SlotTakenError(_("Tapaaminen on jo ollut. Varaa uusi aika."))
    _must_be_offered(to, at)
    _must_have_time(booking.booked_by, to, but=[old.pk])
    try:
        with transaction.atomic():
            moved = Booking.objects.filter(pk=booking.pk, state=Booking.State.BOOKED).update(
                slot=to, sequence=booking.sequence + 1 + old.sequence
            )
    except IntegrityError as clash:
        raise taken() from clash
    if not moved:
        raise SlotTakenError(_("Varaus on jo peruttu."))
    booking.refresh_from_db()
    drafts = [telling.moved(booking, to=to.teacher_id)]
    if old.teacher_id != to.teacher_id:
        drafts.append(telling.moved(booking, to=old.teacher_id))
    notify(drafts=drafts, at=at)
    waiting.release(slot=old, at=at)


@transaction.atomic
def cancel(*, booking: Booking, at: dt.datetime) -> None:
    """The colleague lets a booked time go. The teacher is told; whoever waits is offered it.

    (The teacher's own way is to cancel the time itself: `hours.cancel_slots`.)
    """
    gone = Booking.objects.filter(pk=booking.pk, state=Booking.State.BOOKED).update(
        state=Booking.State.CANCELLED,
        cancelled_at=at,
        sequence=booking.sequence + 1,
        about="",
        question="",
    )
    if not gone:
        return
    requests.reopen([booking])
    notify(drafts=[telling.cancelled_by_colleague(booking)], at=at)
    waiting.release(slot=booking.slot, at=at)
