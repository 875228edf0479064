"""What a query string or a hidden field says, read without trust."""

import datetime as dt

LARGEST_ID = 2**63 - 1
YEARS_AWAY = 20


def positive_id(text: str | None) -> int | None:
    """The row's number that a text names, or None: what a database cannot hold names nothing."""
    if not text or not text.isascii() or not text.isdigit():
        return None
    if len(text) > len(str(LARGEST_ID)):
        return None
    number = int(text)
    return number if 0 < number <= LARGEST_ID else None


def day_or(text: str | None, otherwise: dt.date) -> dt.date:
    """The day that a text names, or the other one: a page of no such day is a page of today."""
    try:
        day = dt.date.fromisoformat(text or "")
    except ValueError:
        return otherwise
    return day if abs(day.year - otherwise.year) <= YEARS_AWAY else otherwise
