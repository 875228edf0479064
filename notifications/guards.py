"""A last look before a mail leaves: does what it tells still hold?

An app registers its check when it is ready (`AppConfig.ready`); each is asked of every notice.
"""

import datetime as dt
from collections.abc import Callable

from notifications.models import Notification

Check = Callable[[Notification, dt.datetime], str]
_checks: list[Check] = []


def register(check: Check) -> None:
    """`check` says why a notice no longer holds, without names; "" if it does, or is another's."""
    if check not in _checks:
        _checks.append(check)


def why_not(notification: Notification, at: dt.datetime) -> str:
    """Why this notice must not leave any more; "" when it may."""
    return next((reason for check in _checks if (reason := check(notification, at))), "")
