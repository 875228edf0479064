from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from absences.case import case_page, followed_pupils, for_case
from accounts import services as accounts
from accounts.http import PortalRequest
from kemi_ecosystem.lib import clock
from schools.access import calendar


@require_GET
def case(request: PortalRequest, pupil_id: int) -> HttpResponse:
    """A pupil's year on one page. Every opening is written into the trail."""
    today = clock.today()
    pupils = for_case(followed_pupils(request.user, on=today), on=today)
    pupil = get_object_or_404(pupils, pk=pupil_id)
    accounts.record(
        actor=request.user,
        action="read",
        subject_type="case",
        subject_key=pupil.key,
        at=clock.now(),
    )
    page = case_page(pupil, on=today, calendar=calendar(request))
    return render(request, "absences/case.html", {"page": page})
