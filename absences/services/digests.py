"""Friday's word to class teachers: the week of the own class is ready to be looked at."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from kemi_ecosystem.lib import clock
from notifications.models import Kind
from notifications.services import Draft, is_standing_still, notify
from schools.models import Membership, active_on, this_year
from schools.roles import Role
from schools.selectors import calendar_for

SUNDAY = 6


def tell_of_the_week(*, at: dt.datetime) -> int:
    """On the last school day of the week, once. Returns how many were told."""
    on = clock.local_date(at)
    calendar = calendar_for(on)
    rest = [on + dt.timedelta(days=n) for n in range(1, SUNDAY - on.weekday() + 1)]
    is_last = calendar.is_school_day(on) and not any(map(calendar.is_school_day, rest))
    if not is_last or is_standing_still():
        return 0
    teachers = Membership.objects.filter(
        active_on(on),
        this_year(on, "group__"),
        role=Role.CLASS_TEACHER,
        user__is_active=True,
    )
    week = on.isocalendar()
    drafts = [
        Draft(
            recipient_id=pk,
            kind=Kind.CLASS_WEEK,
            cause=f"class-week:{week.year}-{week.week}",
            title=_("Luokkasi viikko on koottu"),
            path=reverse("absences:class_week"),
        )
        for pk in set(teachers.values_list("user_id", flat=True))
    ]
    return notify(drafts=drafts, at=at)
