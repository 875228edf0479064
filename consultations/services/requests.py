"""What is asked from checklists: done when its hour is booked, open again when that is let go."""

import contextlib
import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from consultations.models import Booking
from kemi_ecosystem.lib import clock
from support.models import ConsultationRequest


def close(request: ConsultationRequest, *, at: dt.datetime) -> None:
    open_one = ConsultationRequest.objects.filter(pk=request.pk, done_on=None)
    open_one.update(done_on=clock.local_date(at))


def reopen(bookings: Iterable[Booking]) -> None:
    """The newest of a checklist, unless it has been asked anew: one is open at a time."""
    ids = [one.request_id for one in bookings if one.request_id]
    done = ConsultationRequest.objects.filter(pk__in=ids).exclude(done_on=None)
    newest = {one.round_id: one.pk for one in done.order_by("made_at", "pk")}
    asked_anew = ConsultationRequest.objects.filter(round__in=newest, done_on=None)
    for round_id in asked_anew.values_list("round_id", flat=True):
        del newest[round_id]
    for pk in newest.values():
        # Asked anew at this very moment: that request stands, and letting go is no error.
        with contextlib.suppress(IntegrityError), transaction.atomic():
            done.filter(pk=pk).update(done_on=None)
