"""Consultation hours: what is offered, who comes, what came of it."""

from consultations.models.bookings import Booking, CalendarFeed, Outcome, Waiting
from consultations.models.hours import BOOKING_ROLES, OFFERING_ROLES, ConsultationHour, Slot
from consultations.models.sums import TermSum

__all__ = [
    "BOOKING_ROLES",
    "OFFERING_ROLES",
    "Booking",
    "CalendarFeed",
    "ConsultationHour",
    "Outcome",
    "Slot",
    "TermSum",
    "Waiting",
]
