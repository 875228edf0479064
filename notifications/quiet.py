"""When a mail may leave: nobody is woken at night, and a colleague's evening is a colleague's own.

The notice itself is in the portal at once; only its mail waits. It is asked as the mail leaves, so
that what a broken server held up until night waits for the morning as well.
"""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from schools.calendar import SchoolCalendar
from schools.selectors import calendar_for

# Families: by day, on any day. Staff: from the robot's hour to the end of the working day.
FAMILY = (dt.time(8), dt.time(20))
STAFF = (dt.time(6), dt.time(17))


def resting(at: dt.datetime) -> set[str]:
    """The kinds of people to whom no mail leaves at this moment."""
    now = timezone.localtime(at)
    families = {User.Kind.GUARDIAN, User.Kind.PUPIL}
    rests: set[str] = set() if FAMILY[0] <= now.time() < FAMILY[1] else {*families}
    at_work = STAFF[0] <= now.time() < STAFF[1] and _is_workday(now.date())
    return rests if at_work else rests | {User.Kind.STAFF}


def _is_workday(day: dt.date) -> bool:
    calendar: SchoolCalendar = calendar_for(day)
    # Beyond the year that the calendar knows, weekdays are working days.
    return calendar.is_school_day(day) if calendar.covers(day) else day.weekday() < 5  # noqa: PLR2004
