"""How long ways in, and the trail of who read what, are kept."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessTicket, AuditEvent, User
from kemi_ecosystem.lib.retention import Rule

TRAIL_KEPT = dt.timedelta(days=2 * 365)
TICKET_KEPT = dt.timedelta(days=30)


def _trail(on: dt.date) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(at__date__lt=on - TRAIL_KEPT)


def _tickets(on: dt.date) -> QuerySet[AccessTicket]:
    return AccessTicket.objects.filter(expires_at__date__lt=on - TICKET_KEPT)


def _families_without_ways(on: dt.date) -> QuerySet[User]:
    """Accounts of pupils and guardians that belong to nobody any more."""
    held = AccessTicket.objects.filter(user_id=OuterRef("pk"), expires_at__date__gte=on)
    left = User.objects.filter(kind__in=[User.Kind.PUPIL, User.Kind.GUARDIAN])
    return left.filter(~Exists(held), pupil=None, guardian=None)


RULES = [
    Rule(
        User,
        _("käyttäjätunnus"),
        _("kunnes työ, koulunkäynti tai huoltajuus portaalin kouluissa päättyy"),
        _("pääsyn hallinta"),
        expired=_families_without_ways,
    ),
    Rule(
        AccessTicket,
        _("oppilaan koodin tai huoltajan linkin tiiviste"),
        _("30 päivää vanhenemisesta"),
        _("pääsyn hallinta"),
        expired=_tickets,
    ),
    Rule(
        AuditEvent,
        _("loki: kuka luki tai muutti mitä"),
        _("kaksi vuotta"),
        _("osoitusvelvollisuus (tietosuoja-asetus 5 art. 2 kohta)"),
        expired=_trail,
    ),
]
