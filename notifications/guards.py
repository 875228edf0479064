"""A last look before a mail leaves: does what it tells still hold?

An app registers a check for its kinds when it is ready (`AppConfig.ready`).
"""

import datetime as dt
from collections.abc import Callable, Iterable

from notifications.models import Notification

Check = Callable[[Notification, dt.datetime], str]
_checks: dict[str, Check] = {}


def register(kinds: Iterable[str], check: Check) -> None:
    """`check` says why a notice of these kinds no longer holds, without names; "" if it does."""
    for kind in kinds:
        _checks[kind] = check


def why_not(notification: Notification, at: dt.datetime) -> str:
    """Why this notice must not leave any more; "" when it may."""
    check = _checks.get(notification.kind)
    return check(notification, at) if check else ""
