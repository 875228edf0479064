from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from absences.coverage import coverage_of, noted_groups
from accounts.http import PortalRequest
from kemi_ecosystem.lib import clock
from schools.access import calendar, hats
from schools.models import Membership
from schools.roles import SCHOOL_LEADERS, Capability, Role


@require_GET
def coverage(request: PortalRequest) -> HttpResponse:
    """Which classes have no notes: all of them for the administrator, others see their own."""
    on, mine = clock.today(), hats(request)
    if mine.can(Capability.IMPORT_DATA):
        groups = noted_groups(None, on=on)
    elif mine.roles & SCHOOL_LEADERS:
        groups = noted_groups(mine.school_ids, on=on)
    elif Role.CLASS_TEACHER in mine.roles:
        own = Membership.objects.of(request.user, on=on).filter(role=Role.CLASS_TEACHER)
        groups = noted_groups(None, on=on).filter(pk__in=own.values("group_id"))
    else:
        raise Http404
    page = coverage_of(groups, on=on, calendar=calendar(request))
    return render(request, "wilma/coverage.html", {"page": page})
