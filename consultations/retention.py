"""How long what was said in a consultation is kept: to the end of the school year, no longer."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from consultations.models import (
    Booking,
    CalendarFeed,
    ConsultationHour,
    Outcome,
    Slot,
    TermSum,
    Waiting,
)
from kemi_ecosystem.lib.retention import Rule
from schools.calendar import year_bounds

FEED_KEPT = dt.timedelta(days=365)


def _earlier_years(on: dt.date) -> Q:
    return Q(slot__starts_at__date__lt=year_bounds(on)[0])


def _met(on: dt.date) -> QuerySet[Booking]:
    return Booking.objects.filter(slot__ends_at__date__lt=on)


def _bookings(on: dt.date) -> QuerySet[Booking]:
    return Booking.objects.filter(_earlier_years(on))


def _slots(on: dt.date) -> QuerySet[Slot]:
    return Slot.objects.filter(starts_at__date__lt=year_bounds(on)[0])


def _hours(on: dt.date) -> QuerySet[ConsultationHour]:
    return ConsultationHour.objects.filter(ends__lt=year_bounds(on)[0])


def _waiting(on: dt.date) -> QuerySet[Waiting]:
    return Waiting.objects.filter(since__date__lt=year_bounds(on)[0])


def _sums(on: dt.date) -> QuerySet[TermSum]:
    return TermSum.objects.filter(last__lt=year_bounds(on)[0])


def _feeds(on: dt.date) -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(made_at__date__lt=on - FEED_KEPT)


BASIS = _("kollegoiden työn järjestäminen, yleinen etu")
YEAR = _("lukuvuoden loppuun")

RULES = [
    Rule(
        Booking,
        _("keitä konsultaatio koskee: nimikirjaimet ja luokka"),
        _("tapaamisen loppuun"),
        BASIS,
        expired=_met,
        erase={"about": "", "request": None},
    ),
    Rule(
        Booking,
        _("konsultaatiovaraus"),
        YEAR,
        BASIS,
        expired=_bookings,
    ),
    Rule(Outcome, _("mitä konsultaatiossa sovittiin"), YEAR, BASIS),
    Rule(Waiting, _("paikka konsultaatiojonossa"), YEAR, BASIS, expired=_waiting),
    Rule(Slot, _("tarjottu konsultaatioaika"), YEAR, BASIS, expired=_slots),
    Rule(ConsultationHour, _("viikoittainen konsultaatiotunti"), YEAR, BASIS, expired=_hours),
    Rule(TermSum, _("konsultaatiotuntien kuukausiluvut"), YEAR, BASIS, expired=_sums),
    Rule(
        CalendarFeed,
        _("oman kalenterin osoitteen tiiviste"),
        _("vuosi osoitteen tekemisestä"),
        BASIS,
        expired=_feeds,
    ),
]
