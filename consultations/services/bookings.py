"""Booking a time, moving to another, letting it go."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from consultations.errors import SlotTakenError
from consultations.models import Booking, Slot
from consultations.services import telling, waiting
from kemi_ecosystem.lib import clock
from notifications.services import notify
from schools.models import School
from support.models import ConsultationRequest, Measure, Need


@dataclass(frozen=True, slots=True)
class Matter:
    """What the colleague wants to think over. Nothing of it is needed."""

    topics: Iterable[Need] = ()
    tried: Iterable[Measure] = ()
    question: str = ""
    about: str = field(default="")


def taken() -> SlotTakenError:
    return SlotTakenError(_("Joku ehti varata ajan juuri ennen sinua. Valitse toinen aika."))


@transaction.atomic
def book(*, slot: Slot, by: User, school: School, matter: Matter, at: dt.datetime) -> Booking:
    """Book a free time. Raises SlotTakenError when another was faster or it is not offered."""
    _must_be_offered(slot, at)
    try:
        with transaction.atomic():
            made = Booking.objects.create(
                slot=slot,
                booked_by=by,
                school=school,
                question=matter.question,
                about=matter.about,
                made_at=at,
            )
    except IntegrityError as clash:
        raise taken() from clash
    made.topics.set(matter.topics)
    made.tried.set(matter.tried)
    _bring_request(made, at)
    waiting.end_as_served(who=by, kind=slot.hour.kind, at=at)
    notify(drafts=[telling.booked(made)], at=at)
    return made


def _bring_request(booking: Booking, at: dt.datetime) -> None:
    """What the colleague has asked for from a checklist comes along, and is asked no more."""
    asked = ConsultationRequest.objects.filter(made_by=booking.booked_by, done_on=None)
    request = asked.order_by("-made_at").first()
    if request is None:
        return
    if not booking.tried.exists():
        booking.tried.set(request.tried.all())
    if not booking.question and request.question:
        booking.question = request.question
        booking.save(update_fields=["question"])
    asked.update(done_on=clock.local_date(at))


def _must_be_offered(slot: Slot, at: dt.datetime) -> None:
    """The slot's row is locked, so that a cancellation and a booking wait for each other."""
    row = Slot.objects.select_for_update().get(pk=slot.pk)
    if row.state != Slot.State.OPEN or row.starts_at <= at:
        raise SlotTakenError(_("Tätä aikaa ei enää tarjota. Valitse toinen aika."))


@transaction.atomic
def reschedule(*, booking: Booking, to: Slot, at: dt.datetime) -> None:
    """Move one's booking to another free time; the old one is offered on."""
    _must_be_offered(to, at)
    old = booking.slot
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
    waiting.offer(slot=old, at=at)


@transaction.atomic
def cancel(*, booking: Booking, by: User, at: dt.datetime) -> None:
    """Let a booked time go. The other one is told; whoever waits is offered it."""
    gone = Booking.objects.filter(pk=booking.pk, state=Booking.State.BOOKED).update(
        state=Booking.State.CANCELLED,
        cancelled_at=at,
        sequence=booking.sequence + 1,
        about="",
        question="",
    )
    if not gone:
        return
    own = by.pk == booking.booked_by_id
    tell = telling.cancelled_by_colleague if own else telling.cancelled_by_teacher
    notify(drafts=[tell(booking)], at=at)
    waiting.offer(slot=booking.slot, at=at)
