from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from absences.models import Disclosure
from accounts.http import PortalRequest
from kemi_ecosystem.lib import clock
from schools.access import requires
from schools.models import Pupil, School
from schools.roles import Capability

PAGE_SIZE = 50


@require_GET
@requires(Capability.SEE_SCHOOL)
def disclosures(request: PortalRequest) -> HttpResponse:
    """What has been told to pupil welfare, to whom and on what ground: for the school's head."""
    today = clock.today()
    schools = School.objects.where(request.user, Capability.SEE_SCHOOL, on=today)
    visible = Pupil.objects.visible_to(request.user, on=today)
    rows = (
        Disclosure.objects.filter(alert__school__in=schools, alert__pupil__in=visible)
        .select_related("alert__pupil", "alert__step", "to", "by")
        .order_by("-disclosed_at", "-pk")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("sivu"))
    return render(request, "absences/disclosures.html", {"page": page})
