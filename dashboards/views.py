from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.models import QuerySet
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from absences import my_turn
from absences import selectors as absences
from absences.models import Alert
from accounts.http import PortalRequest
from accounts.models import User
from consultations.models import BOOKING_ROLES
from dashboards import selectors
from kemi_ecosystem.lib import clock, markdown, retention
from schools.access import calendar, hats, requires
from schools.models import Pupil, School
from schools.roles import Capability, Role
from support.selectors import ecosystem
from wellbeing import selectors as wishes
from wellbeing.models import OWN_CLASS, CallForAdult
from wilma.models import ImportRun


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The ecosystem as a picture and as a list; for the staff, first what waits today."""
    if isinstance(request.user, User) and request.user.kind == User.Kind.PUPIL:
        return redirect("wellbeing:mine")
    if isinstance(request.user, User) and request.user.kind == User.Kind.GUARDIAN:
        return _guardian_home(request, request.user)
    is_staff = isinstance(request.user, User) and request.user.kind == User.Kind.STAFF
    context = {
        "ecosystem": ecosystem(closed=_closed_pages(request) if is_staff else ()),
        "is_staff_member": is_staff,
        "today": clock.today(),
        "waiting": my_turn.waiting_for(request.user, on=clock.today()) if is_staff else [],
        "checks": my_turn.checks_due(request.user, on=clock.today()) if is_staff else [],
        "overdue": _overdue(request) if is_staff else 0,
        "calls": _calls(request) if is_staff else [],
        "is_empty": is_staff and _waits_for_first_import(request),
        "imports": _imports(request) if is_staff else 0,
    }
    return render(request, "dashboards/home.html", context)


def _calls(request: HttpRequest) -> QuerySet[CallForAdult]:
    """Children who have asked this adult to get in touch. Who they are stands behind the link."""
    return CallForAdult.objects.waiting_for(request.user, on=clock.today())


def _waits_for_first_import(request: HttpRequest) -> bool:
    """For the one who brings data in: whether there is nobody in the portal yet."""
    return hats(request).can(Capability.IMPORT_DATA) and not Pupil.objects.exists()


def _imports(request: HttpRequest) -> int:
    """For the one who brings data in: how many files wait for a word."""
    if not hats(request).can(Capability.IMPORT_DATA):
        return 0
    return ImportRun.objects.waiting_for_a_word().count()


def _overdue(request: HttpRequest) -> int:
    """For a head: how many alerts of the own schools wait over their time."""
    mine = hats(request)
    if not mine.can(Capability.SEE_SCHOOL):
        return 0
    late = Alert.objects.open().of_those_here(clock.today())
    late = late.filter(school__in=mine.school_ids, due_on__lt=clock.today())
    return late.count()


def _closed_pages(request: HttpRequest) -> set[str]:
    """The pages of the whole that this colleague's roles do not open."""
    mine = hats(request)
    opens = {
        "absences": mine.can(Capability.FOLLOW_ABSENCES) or Role.WELFARE in mine.roles,
        "consultation": bool(mine.roles & BOOKING_ROLES),
        "wishes": bool(mine.roles & OWN_CLASS),
    }
    return {page for page, is_open in opens.items() if not is_open}


def _guardian_home(request: HttpRequest, user: User) -> HttpResponse:
    today = clock.today()
    context = {
        "alerts": Alert.objects.visible_to(user, on=today).for_list(),
        "wishes": wishes.for_guardian(user, on=today, language=user.language),
    }
    return render(request, "dashboards/guardian_home.html", context)


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
    page = selectors.school_page(found, at=clock.now(), on=today, calendar=calendar(request))
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
    return _content_page(
        request,
        "tietosuoja",
        retention=list(retention.rules()),
        guardians_until=settings.WISHES_GUARDIANS_UNTIL_GRADE,
        is_privacy=True,
    )


def _content_page(request: HttpRequest, name: str, **more: Any) -> HttpResponse:
    title, summary, text = markdown.page(settings.CONTENT_DIR / "pages" / f"{name}.md")
    context = {"title": title, "summary": summary, "text": text} | more
    return render(request, "dashboards/page.html", context)


@require_GET
@requires(Capability.SEE_ROUNDS)
def styles(request: PortalRequest) -> HttpResponse:
    """A gallery of the components, for those who build pages."""
    return render(request, "dashboards/styles.html", {})


@login_not_required
@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """Alive and ready? For a monitor outside; says nothing of anybody.

    With `?robot` it answers 503 also when Unilukkari has missed a school morning: a monitor that
    wakes somebody does not lean on Celery.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        status = absences.robot_status(at=clock.now())
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "down"}, status=503)
    robot = "missing" if status.is_missing else "ok"
    code = 503 if status.is_missing and "robot" in request.GET else 200
    return JsonResponse(
        {"status": "ok", "database": "ok", "robot": robot, "stale_sources": len(status.stale)},
        status=code,
    )
