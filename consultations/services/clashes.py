"""Nobody is promised to two at once: own times that are offered, and times that one has booked."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from accounts.models import User
from consultations.models import Booking, Slot


def first_clash(
    person_id: int, times: Iterable[tuple[dt.datetime, dt.datetime]], *, but: Iterable[int] = ()
) -> dt.datetime | None:
    """When the first of these times begins that meets another of the same person; None if none.

    `but` are slots that do not count. The person's row is locked, so that two changes at the same
    moment see each other.
    """
    wanted = sorted(times)
    User.objects.select_for_update(no_key=True).only("pk").get(pk=person_id)
    booked = Booking.objects.active().filter(booked_by_id=person_id)
    mine = Slot.objects.filter(Q(teacher_id=person_id) | Q(pk__in=booked.values("slot_id")))
    near = mine.filter(
        state=Slot.State.OPEN,
        starts_at__lt=max(ends for _begins, ends in wanted),
        ends_at__gt=wanted[0][0],
    ).exclude(pk__in=list(but))
    busy = list(near.values_list("starts_at", "ends_at"))
    for begins, ends in wanted:
        if any(other < ends and until > begins for other, until in busy):
            return begins
    return None
