"""The secret address of a personal calendar. It is shown once; only its digest is kept."""

import datetime as dt
import re
import secrets

from django.db import transaction

from accounts.models import User
from accounts.services import keyed_digest
from consultations.models import CalendarFeed

BYTES = 24
# 192 bits in 32 signs: nobody guesses one in the time of the world.
SHAPE = re.compile(r"[A-Za-z0-9_-]{32}")


@transaction.atomic
def make_address(*, user: User, at: dt.datetime) -> str:
    """A new address in place of the old one, which stops at once."""
    token = secrets.token_urlsafe(BYTES)
    CalendarFeed.objects.update_or_create(
        user=user, defaults={"digest": keyed_digest(token), "made_at": at, "last_read_on": None}
    )
    return token


@transaction.atomic
def revoke(*, user: User) -> None:
    CalendarFeed.objects.filter(user=user).delete()


def read(*, token: str, on: dt.date) -> User | None:
    """Whose calendar this address shows; None when it is unknown or revoked.

    What is no address is not even looked for. The day is kept, so that its owner notices a
    stranger's reading.
    """
    if not SHAPE.fullmatch(token):
        return None
    found = CalendarFeed.objects.filter(digest=keyed_digest(token), user__is_active=True)
    feed = found.select_related("user").first()
    if feed is None:
        return None
    if feed.last_read_on != on:
        found.update(last_read_on=on)
    return feed.user
