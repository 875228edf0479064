"""The signed address of an offered time. Nothing is stored: it is signed as the mail leaves."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.actions import Action
from notifications.models import Notification

SALT = "consultations.offer"
VALID_SECONDS = 30 * 24 * 60 * 60


def booking_of(token: str) -> int:
    """Which held booking an address is about. Raises signing.BadSignature."""
    return int(signing.loads(token, salt=SALT, max_age=VALID_SECONDS))


def take_it(notification: Notification) -> Action:
    """The press in the mail. The booking's number is the last part of the notice's path."""
    booking_id = int(notification.path.rstrip("/").rsplit("/", 1)[-1])
    token = signing.dumps(booking_id, salt=SALT)
    link = settings.PORTAL_URL + reverse("consultations:offer", args=[token])
    return Action(_("Ota aika yhdellä painalluksella, kirjautumatta:"), link)
