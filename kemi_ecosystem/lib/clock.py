"""The only place that asks what time it is. The edges (views, commands, tasks) pass it on."""

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    """This moment, time-zone aware."""
    return timezone.now()  # noqa: TID251


def today() -> dt.date:
    """The date on a wall calendar in Kemi."""
    return timezone.localdate()  # noqa: TID251


def local_date(at: dt.datetime) -> dt.date:
    """The date that `at` is on in Kemi."""
    return timezone.localtime(at).date()
