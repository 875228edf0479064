"""How long notices are kept."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kemi_ecosystem.lib.retention import Rule
from notifications.models import MailDelivery, Notification

KEPT = dt.timedelta(days=365)


def _notices(on: dt.date) -> QuerySet[Notification]:
    return Notification.objects.filter(created_at__date__lt=on - KEPT)


BASIS = _("tieto on viety perille ja se voidaan osoittaa")

RULES = [
    Rule(Notification, _("ilmoitus"), _("vuosi"), BASIS, expired=_notices),
    Rule(MailDelivery, _("ilmoituksen sähköpostin vaiheet, ilman osoitetta"), _("vuosi"), BASIS),
]
