"""Whose consultation hours are booked: told to whoever looks for contradictions."""

import datetime as dt
from collections.abc import Iterator

from consultations.models import Booking
from schools.busy import Busy


def booked(first: dt.date, last: dt.date) -> Iterator[Busy]:
    """Both who offer and who have booked, one each."""
    rows = Booking.objects.active().filter(
        slot__starts_at__date__gte=first, slot__starts_at__date__lte=last, slot__state="open"
    )
    for teacher, colleague, begins, ends in rows.values_list(
        "slot__teacher_id", "booked_by_id", "slot__starts_at", "slot__ends_at"
    ):
        yield Busy(teacher, begins, ends)
        yield Busy(colleague, begins, ends)
