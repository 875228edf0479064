import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from absences import selectors, services
from absences.errors import AlertWithdrawnError, RoundRefusedError
from absences.forms import LegalActForm, ReactionForm, WithdrawForm
from absences.freshness import stale_sources
from absences.models import Alert, RobotRound
from absences.step_words import Audience, reader_columns, told_to, told_to_reader
from accounts import services as accounts
from accounts.http import PortalRequest
from accounts.models import User
from kemi_ecosystem.lib import clock
from schools.access import calendar, hats, requires
from schools.roles import SCHOOL_LEADERS, Capability, Role

PAGE_SIZE = 25
CHECK_AGAIN_IN = 14
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
    context["prints_letters"] = mine.can(Capability.FOLLOW_ABSENCES)
    context["has_class"] = Role.CLASS_TEACHER in mine.roles
    context["sees_coverage"] = context["has_class"] or bool(mine.roles & SCHOOL_LEADERS)
    return render(request, "absences/list.html", context)


def _may_open(request: PortalRequest) -> bool:
    if request.user.kind == User.Kind.GUARDIAN:
        return True
    mine = hats(request)
    return mine.can(Capability.FOLLOW_ABSENCES) or Role.WELFARE in mine.roles


@require_http_methods(["GET", "POST"])
def alert(request: PortalRequest, alert_id: UUID) -> HttpResponse:
    """Why he knocked, and what was done about it."""
    today = clock.today()
    columns = reader_columns(request.user)
    followed = Alert.objects.followed_by(request.user, on=today, roles=hats(request).roles)
    found = followed.for_page().annotate(**columns).filter(pk=alert_id).first()
    can_answer = found is not None
    if found is None:
        visible = Alert.objects.visible_to(request.user, on=today).for_page()
        found = get_object_or_404(visible.annotate(**columns), pk=alert_id)
    if request.method == "POST" and not can_answer:
        raise Http404
    form = _reaction_form(request, today) if can_answer else None
    if request.method == "POST" and found.state == Alert.State.WITHDRAWN:
        return _withdrawn_meanwhile(request, found)
    if form is not None and form.is_valid():
        return _answered(request, found, form)
    accounts.record(
        actor=request.user,
        action="read",
        subject_type="alert",
        subject_key=str(found.pk),
        at=clock.now(),
    )
    is_guardian = request.user.kind == User.Kind.GUARDIAN
    page = selectors.alert_page(
        found, with_evidence=can_answer or is_guardian, calendar=calendar(request)
    )
    template = "absences/guardian_alert.html" if is_guardian else "absences/alert.html"
    status = 422 if form is not None and form.errors else 200
    context = {"page": page, "alert": found, "form": form}
    context["told"] = _told(request, found, can_answer=can_answer)
    if is_guardian:
        stale = stale_sources(on=today, calendar=calendar(request), school_ids=[found.school_id])
        context["is_stale"] = bool(stale)
    if can_answer:
        context |= _more_to_do(request, found, today)
    return render(request, template, context, status=status)


def _answered(request: PortalRequest, alert: Alert, form: ReactionForm) -> HttpResponse:
    try:
        services.react(alert=alert, by=request.user, at=clock.now(), **form.cleaned_data)
    except AlertWithdrawnError:
        return _withdrawn_meanwhile(request, alert)
    messages.success(request, _("Kiitos. Herätys on kuitattu."))
    return redirect("absences:alerts")


def _withdrawn_meanwhile(request: PortalRequest, alert: Alert) -> HttpResponse:
    messages.info(request, _("Herätys on jo peruttu. Vastausta ei enää tarvita."))
    return redirect("absences:alert", alert_id=alert.pk)


def _told(request: PortalRequest, alert: Alert, *, can_answer: bool) -> str:
    """What this reader is told at the step; one who may answer, until it is answered.

    Of a false alarm nobody is told anything but that.
    """
    if alert.state == Alert.State.WITHDRAWN:
        return ""
    if can_answer and alert.state != Alert.State.OPEN:
        return ""
    if request.user.kind == User.Kind.GUARDIAN:
        return told_to(alert, audience=Audience.GUARDIAN, language=request.user.language)
    return told_to_reader(alert)


def _more_to_do(request: PortalRequest, alert: Alert, today: dt.date) -> dict[str, Any]:
    """What else the one who may answer can do; the law's acts are the head's to record."""
    is_head = bool(hats(request).roles & SCHOOL_LEADERS)
    return {
        "withdraw_form": WithdrawForm() if alert.state != Alert.State.WITHDRAWN else None,
        "can_disclose": services.can_disclose(alert),
        "legal_form": LegalActForm(today=today) if is_head else None,
        "today": today,
    }


def _reaction_form(request: PortalRequest, today: dt.date) -> ReactionForm:
    if request.method == "POST":
        return ReactionForm(request.POST, today=today)
    # A school day: nobody is there to look on a Saturday.
    next_check = calendar(request).add_school_days(today + dt.timedelta(days=CHECK_AGAIN_IN - 1), 1)
    return ReactionForm(today=today, initial={"next_check": next_check})


@require_GET
@requires(Capability.SEE_ROUNDS)
def rounds(request: PortalRequest) -> HttpResponse:
    """When Unilukkari last walked, what he saw, and by which model."""
    page = selectors.robot_page(at=clock.now(), calendar=calendar(request))
    can_walk = hats(request).can(Capability.IMPORT_DATA)
    can_shape = hats(request).can(Capability.SHAPE_MODEL)
    context = {"page": page, "can_walk": can_walk, "can_shape": can_shape}
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
