import datetime as dt

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from absences.class_week import class_weeks
from absences.in_force import counting_on
from accounts.http import PortalRequest
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.query import day_or
from schools.access import hats
from schools.roles import Role


@require_GET
def class_week(request: PortalRequest) -> HttpResponse:
    """The week of one's own classes."""
    if Role.CLASS_TEACHER not in hats(request).roles:
        raise Http404
    today = clock.today()
    day = day_or(request.GET.get("viikko"), today)
    monday = min(day, today) - dt.timedelta(days=min(day, today).weekday())
    rule = counting_on(today)
    weeks = class_weeks(request.user, monday=monday, on=today, rule=rule)
    context = {
        "weeks": weeks,
        "hour": rule.counting.label,
        "monday": monday,
        "before": monday - dt.timedelta(days=7),
    }
    return render(request, "absences/class_week.html", context)
