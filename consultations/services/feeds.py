"""The secret address of a personal calendar. It is shown once; only its digest is kept."""

import datetime as dt
import secrets

from django.db import transaction

from accounts.models import User
from accounts.services import keyed_digest
from consultations.models import CalendarFeed

BYTES = 24


@transaction.atomic
def make_address(*, user: User, at: dt.datetime) -> str:
    """A new address in place of the old one, which stops at once."""
    token = secrets.token_urlsafe(BYTES)
    CalendarFeed.objects.update_or_create(
        user=user, defaults={"digest": keyed_digest(token), "made_at": at}
    )
    return token


@transaction.atomic
def revoke(*, user: User) -> None:
    CalendarFeed.objects.filter(user=user).delete()


def owner_of(token: str) -> User | None:
    """Whose calendar this address shows; None when it is unknown or revoked."""
    feed = CalendarFeed.objects.filter(digest=keyed_digest(token), user__is_active=True)
    found = feed.select_related("user").first()
    return found.user if found else None
