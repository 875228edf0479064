"""When a mail may leave: nobody is woken at night, and a colleague's evening is a colleague's own.

The notice itself is in the portal at once; only its mail waits.
"""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from schools.calendar import SchoolCalendar
from schools.selectors import calendar_for

# Families: by day, on any day. Staff: from the robot's hour to the end of the working day.
FAMILY = (dt.time(8), dt.time(20))
STAFF = (dt.time(6), dt.time(17))
DAY = dt.timedelta(days=1)
FARTHEST = 90


def may_leave(kind: str, at: dt.datetime) -> dt.datetime:
    """The first moment from `at` on when a mail may leave to a person of this kind."""
    now = timezone.localtime(at)
    is_staff = kind == User.Kind.STAFF
    opens, closes = STAFF if is_staff else FAMILY
    calendar = calendar_for(now.date()) if is_staff else None
    for _ in range(FARTHEST):
        if now.time() < closes and _is_open(now.date(), calendar):
            return max(now, _at(now, opens))
        now = _at(now + DAY, dt.time(0))
    return at


def _at(day: dt.datetime, time: dt.time) -> dt.datetime:
    return day.replace(hour=time.hour, minute=time.minute, second=0, microsecond=0)


def _is_open(day: dt.date, calendar: SchoolCalendar | None) -> bool:
    if calendar is None:
        return True
    # Beyond the year that the calendar knows, weekdays are working days.
    return calendar.is_school_day(day) if calendar.covers(day) else day.weekday() < 5  # noqa: PLR2004
