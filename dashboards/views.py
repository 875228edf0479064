from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from absences import selectors as absences
from accounts.http import PortalRequest
from accounts.models import User
from dashboards import selectors
from kemi_ecosystem.lib import clock, markdown
from schools.access import requires
from schools.models import School
from schools.roles import Capability
from support.selectors import ecosystem


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The ecosystem as a picture and as a list; for the staff, first what waits today."""
    is_staff = isinstance(request.user, User) and request.user.kind == User.Kind.STAFF
    context = {
        "ecosystem": ecosystem(),
        "is_staff_member": is_staff,
        "today": clock.today(),
        "waiting": absences.waiting_for(request.user, on=clock.today()) if is_staff else [],
    }
    return render(request, "dashboards/home.html", context)


@require_GET
@requires(Capability.SEE_SCHOOL)
def my_school(request: PortalRequest) -> HttpResponse:
    """To one's own school; to a choice when there are several."""
    mine = list(School.objects.where(request.user, Capability.SEE_SCHOOL, on=clock.today()))
    if len(mine) == 1:
        return redirect("dashboards:school", slug=mine[0].slug)
    return render(request, "dashboards/schools.html", {"schools": mine})


@require_GET
@requires(Capability.SEE_SCHOOL)
def school(request: PortalRequest, slug: str) -> HttpResponse:
    today = clock.today()
    mine = School.objects.where(request.user, Capability.SEE_SCHOOL, on=today)
    found = get_object_or_404(mine, slug=slug)
    page = selectors.school_page(found, at=clock.now(), on=today)
    return render(request, "dashboards/school.html", {"page": page})


@login_not_required
@require_GET
def robot(request: HttpRequest) -> HttpResponse:
    return _content_page(request, "unilukkari")


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return _content_page(request, "saavutettavuus")


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    return _content_page(request, "tietosuoja")


def _content_page(request: HttpRequest, name: str) -> HttpResponse:
    title, summary, text = markdown.page(settings.CONTENT_DIR / "pages" / f"{name}.md")
    context = {"title": title, "summary": summary, "text": text}
    return render(request, "dashboards/page.html", context)


@require_GET
@requires(Capability.SEE_ROUNDS)
def styles(request: PortalRequest) -> HttpResponse:
    """A gallery of the components, for those who build pages."""
    return render(request, "dashboards/styles.html", {})


@login_not_required
@require_GET
def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Alive and ready? For a monitor outside; says nothing of anybody."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        status = absences.robot_status(at=clock.now())
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "down"}, status=503)
    robot = "missing" if status.is_missing else "ok"
    return JsonResponse(
        {"status": "ok", "database": "ok", "robot": robot, "stale_sources": len(status.stale)}
    )
