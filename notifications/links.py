"""A family's way in: a personal link, made as its mail leaves. Only its digest is kept."""

import datetime as dt
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.services import issue_link_token
from kemi_ecosystem.lib import clock
from notifications.actions import Action
from notifications.models import Notification

VALID = dt.timedelta(days=30)


def personal_link(notification: Notification) -> Action:
    """The link of this mail: it opens the notice's own page, and lapses in a month."""
    token = issue_link_token(user=notification.recipient, at=clock.now(), valid=VALID)
    path = reverse("accounts:sign_in_with_link", args=[token])
    return Action(
        _("sinulle on viesti koulusta. Avaa se omasta linkistäsi:"),
        f"{settings.PORTAL_URL}{path}?{urlencode({'next': notification.path})}",
    )
