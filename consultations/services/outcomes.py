"""After the meeting: what we try, when we look again, and whether it helped."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from consultations.models import Booking, Outcome
from consultations.rules import reminded_until
from consultations.services import telling
from kemi_ecosystem.lib import clock
from notifications.services import notify
from schools.selectors import calendar_for
from support.models import Helped, Measure, MeasureUse
from support.services import begin_use, end_uses


@transaction.atomic
def write_outcome(
    *,
    booking: Booking,
    took_place: bool,
    measures: Iterable[Measure],
    note: str,
    follow_up_on: dt.date | None,
    at: dt.datetime,
) -> Outcome:
    """What the two agreed. The measures are in use in the colleague's unit from now on."""
    chosen = list(measures) if took_place else []
    outcome, _made = Outcome.objects.update_or_create(
        booking=booking,
        defaults={
            "took_place": took_place,
            "note": note if took_place else "",
            "follow_up_on": follow_up_on if took_place else None,
            "written_at": at,
        },
    )
    outcome.measures.set(chosen)
    on = clock.local_date(at)
    gone = MeasureUse.objects.filter(cause=cause_of(booking)).exclude(measure__in=chosen)
    gone.delete()
    begin_use(
        measures=chosen,
        school=booking.school,
        group=None,
        source=MeasureUse.Source.CONSULTATION,
        cause=cause_of(booking),
        on=on,
    )
    Booking.objects.filter(pk=booking.pk).update(about="", request=None)
    return outcome


@transaction.atomic
def answer(*, outcome: Outcome, helped: str, at: dt.datetime) -> None:
    """Whether it helped. What did not is no longer in use."""
    Outcome.objects.filter(pk=outcome.pk).update(helped=helped, answered_at=at)
    if helped == Helped.NO:
        end_uses(causes=[cause_of(outcome.booking)], on=clock.local_date(at))


def cause_of(booking: Booking) -> str:
    return f"consultation:{booking.pk}"


def remind(*, at: dt.datetime) -> int:
    """On the school day before, and when the two wanted to look again. Each once."""
    day = clock.local_date(at)
    tomorrow = day + dt.timedelta(days=1)
    last = reminded_until(day, calendar_for(day).is_school_day)
    soon = Booking.objects.active().filter(
        slot__starts_at__date__gte=tomorrow, slot__starts_at__date__lte=last, slot__state="open"
    )
    drafts = [
        draft
        for one in soon.select_related("slot__hour")
        for draft in telling.soon(one, is_tomorrow=clock.local_date(one.slot.starts_at) == tomorrow)
    ]
    due = Outcome.objects.filter(
        follow_up_on__lte=day, follow_up_on__gt=day - dt.timedelta(days=14), helped=""
    )
    for outcome in due.select_related("booking__slot"):
        drafts += telling.did_it_help(outcome.booking)
    return notify(drafts=drafts, at=at)


def erase_after_meetings(*, at: dt.datetime) -> int:
    """Initials, class and the way back to a checklist are gone when the meeting is over."""
    over = Booking.objects.filter(slot__ends_at__lt=at).exclude(about="", request=None)
    return over.update(about="", request=None)
