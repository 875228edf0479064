"""What is asked from checklists: done when its hour is booked, open again when that is let go."""

import datetime as dt
from collections.abc import Iterable

from consultations.models import Booking
from kemi_ecosystem.lib import clock
from support.models import ConsultationRequest


def close(request: ConsultationRequest, *, at: dt.datetime) -> None:
    open_one = ConsultationRequest.objects.filter(pk=request.pk, done_on=None)
    open_one.update(done_on=clock.local_date(at))


def reopen(bookings: Iterable[Booking]) -> None:
    ids = [one.request_id for one in bookings if one.request_id]
    ConsultationRequest.objects.filter(pk__in=ids).update(done_on=None)
