"""The hour at which he walks, and what came of it to somebody."""

import datetime as dt

from accounts.models import User
from tests import builders


def morning(day: dt.date, hour: int = 6, minute: int = 15) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), builders.KEMI)


def kinds(person: User) -> list[str]:
    """The kinds of all notices to a person."""
    return sorted(person.notifications.values_list("kind", flat=True))
