from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from absences import selectors, services
from absences.errors import RoundRefusedError
from absences.models import Alert, RobotRound
from accounts.http import PortalRequest
from accounts.models import User
from kemi_ecosystem.lib import clock
from schools.access import calendar, hats, requires
from schools.roles import SCHOOL_LEADERS, Capability, Role

PAGE_SIZE = 25
TABS = {"muut": "others", "vastatut": "answered"}


class CountedPaginator(Paginator[Alert]):
    """A paginator that is told how many there are."""

    count = 0


@require_GET
def alerts(request: PortalRequest) -> HttpResponse:
    """The alerts that wait: one's own turn first."""
    today = clock.today()
    if not _may_open(request):
        raise Http404
    visible = Alert.objects.visible_to(request.user, on=today)
    if request.user.kind == User.Kind.GUARDIAN:
        return render(request, "absences/guardian_list.html", {"alerts": visible.for_list()})
    show = request.GET.get("nayta", "")
    counts = visible.tab_counts(user=request.user, on=today)
    rows = visible.for_tab(show, user=request.user, on=today)
    pages = CountedPaginator(rows, PAGE_SIZE)
    # Counted with the tabs already: not asked twice.
    pages.count = counts[TABS.get(show, "mine")]
    page = pages.get_page(request.GET.get("sivu"))
    context = {"page": page, "tab": show, "counts": counts, "today": today}
    mine = hats(request)
    context["sees_disclosures"] = mine.can(Capability.SEE_SCHOOL)
    # Pupil welfare is told of whom; at which step is the school's own.
    context["follows"] = mine.can(Capability.FOLLOW_ABSENCES)
    context["has_class"] = Role.CLASS_TEACHER in mine.roles
    context["sees_coverage"] = context["has_class"] or bool(mine.roles & SCHOOL_LEADERS)
    return render(request, "absences/list.html", context)


def _may_open(request: PortalRequest) -> bool:
    if request.user.kind == User.Kind.GUARDIAN:
        return True
    mine = hats(request)
    return mine.can(Capability.FOLLOW_ABSENCES) or Role.WELFARE in mine.roles


@require_GET
@requires(Capability.SEE_ROUNDS)
def rounds(request: PortalRequest) -> HttpResponse:
    """When Unilukkari last walked, what he saw, and by which model."""
    page = selectors.robot_page(at=clock.now(), calendar=calendar(request))
    mine = hats(request)
    can_walk = mine.can(Capability.IMPORT_DATA)
    context = {"page": page, "can_walk": can_walk, "can_shape": mine.can(Capability.SHAPE_MODEL)}
    context["sees_contradictions"] = can_walk or bool(mine.roles & SCHOOL_LEADERS)
    return render(request, "absences/robot.html", context)


@require_POST
@requires(Capability.IMPORT_DATA)
def walk(request: PortalRequest) -> HttpResponse:
    """A round by hand, for the administrator who has just brought new notes in."""
    try:
        report = services.walk_round(
            on=clock.today(), cause=RobotRound.Cause.BY_HAND, at=clock.now()
        )
    except RoundRefusedError as reason:
        messages.warning(request, str(reason))
    else:
        words = _("Unilukkari kävi kierroksella. Uusia herätyksiä: %(count)d.")
        messages.success(request, words % {"count": report.round.alerts_new})
    return redirect("absences_robot:rounds")
