"""When a mail is tried again. Pure."""

import datetime as dt

BACK_OFF = (
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=15),
    dt.timedelta(hours=1),
    dt.timedelta(hours=6),
    dt.timedelta(hours=24),
)


def next_attempt(*, attempts: int, at: dt.datetime) -> dt.datetime | None:
    """When to try again after `attempts` failures; None when it is time to give up."""
    if attempts > len(BACK_OFF):
        return None
    return at + BACK_OFF[attempts - 1]
