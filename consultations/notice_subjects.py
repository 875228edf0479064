"""Whom a notice of a booking is about: the other one of the two."""

import datetime as dt
from typing import Any

from django.db.models import Case, QuerySet, When

from accounts.models import User
from consultations.models import Booking
from notifications import subjects
from schools.names import full_name


def register() -> None:
    subjects.register("consultations:booking", _bookings)


def _bookings(user: User, ids: set[Any], _on: dt.date) -> QuerySet[Booking]:
    other = Case(
        When(booked_by_id=user.pk, then=full_name("slot__teacher")), default=full_name("booked_by")
    )
    return Booking.objects.visible_to(user).filter(pk__in=ids).annotate(subject=other)
