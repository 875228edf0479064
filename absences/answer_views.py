"""One alert: why he knocked, and what an adult can do about it.

Answer it, withdraw it, say whether it helped, tell pupil welfare, record an act of law.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from absences import selectors, services
from absences.errors import AlertWithdrawnError
from absences.forms import LegalActForm, ReactionForm, WithdrawForm
from absences.freshness import stale_sources
from absences.models import Alert, Reaction
from absences.models.alerts import AlertQuerySet
from absences.step_words import Audience, reader_columns, told_to, told_to_reader
from accounts import services as accounts
from accounts.http import PortalRequest
from accounts.models import User
from kemi_ecosystem.lib import clock
from schools.access import calendar, hats
from schools.roles import SCHOOL_LEADERS
from support.forms import HelpedForm

# School days: nobody is there to look on a Saturday.
CHECK_AGAIN_IN = 10


@require_http_methods(["GET", "POST"])
def alert(request: PortalRequest, alert_id: UUID) -> HttpResponse:
    """Why he knocked, and what was done about it."""
    found = _followed(request).filter(pk=alert_id).first()
    if found is None:
        if request.method == "POST":
            raise Http404
        visible = Alert.objects.visible_to(request.user, on=clock.today()).for_page()
        mine = visible.annotate(**reader_columns(request.user))
        return _page(request, get_object_or_404(mine, pk=alert_id))
    if request.method != "POST":
        return _page(request, found, form=_empty_form(request))
    if found.state == Alert.State.WITHDRAWN:
        return _withdrawn_meanwhile(request, found)
    form = ReactionForm(request.POST, today=clock.today())
    if form.is_valid():
        return _answered(request, found, form)
    return _page(request, found, form=form)


def _page(
    request: PortalRequest,
    found: Alert,
    *,
    form: ReactionForm | None = None,
    legal_form: LegalActForm | None = None,
) -> HttpResponse:
    """The page of one who may answer, with `form`; of one who may see it, without."""
    accounts.record(
        actor=request.user,
        action="read",
        subject_type="alert",
        subject_key=str(found.pk),
        at=clock.now(),
    )
    is_guardian = request.user.kind == User.Kind.GUARDIAN
    page = selectors.alert_page(
        found, with_evidence=form is not None or is_guardian, calendar=calendar(request)
    )
    template = "absences/guardian_alert.html" if is_guardian else "absences/alert.html"
    has_errors = any(one is not None and one.errors for one in (form, legal_form))
    context = {"page": page, "alert": found, "form": form}
    context["told"] = _told(request, found, can_answer=form is not None)
    if is_guardian:
        context["is_stale"] = bool(
            stale_sources(
                on=clock.today(), calendar=calendar(request), school_ids=[found.school_id]
            )
        )
    if form is not None:
        context |= _more_to_do(request, found, legal_form)
    return render(request, template, context, status=422 if has_errors else 200)


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


def _more_to_do(
    request: PortalRequest, alert: Alert, legal_form: LegalActForm | None
) -> dict[str, Any]:
    """What else the one who may answer can do; the law's acts are the head's to record."""
    is_head = bool(hats(request).roles & SCHOOL_LEADERS)
    today = clock.today()
    return {
        "withdraw_form": WithdrawForm() if alert.state != Alert.State.WITHDRAWN else None,
        "can_disclose": services.can_disclose(alert),
        "legal_form": (legal_form or LegalActForm(today=today)) if is_head else None,
        "today": today,
    }


def _empty_form(request: PortalRequest) -> ReactionForm:
    today = clock.today()
    next_check = calendar(request).add_school_days(today, CHECK_AGAIN_IN)
    initial = {"next_check": next_check} if next_check > today else {}
    return ReactionForm(today=today, initial=initial)


@require_POST
def withdraw(request: PortalRequest, alert_id: UUID) -> HttpResponse:
    alert = _answerable(request, alert_id)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Valitse, miksi herätys perutaan."))
        return redirect("absences:alert", alert_id=alert.pk)
    services.withdraw(
        alert=alert, by=request.user, at=clock.now(), on=clock.today(), **form.cleaned_data
    )
    messages.success(
        request, _("Herätys on peruttu, ja siitä on kerrottu niille, jotka sen saivat.")
    )
    return redirect("absences:alert", alert_id=alert.pk)


@require_POST
def helped(request: PortalRequest, alert_id: UUID, reaction_id: int) -> HttpResponse:
    alert = _answerable(request, alert_id)
    reaction = get_object_or_404(Reaction, alert=alert, pk=reaction_id)
    form = HelpedForm(request.POST)
    if not form.is_valid():
        raise Http404
    services.say_whether_it_helped(
        reaction=reaction, by=request.user, at=clock.now(), **form.cleaned_data
    )
    messages.success(request, _("Kiitos. Tästä opitaan, mikä auttaa."))
    return redirect("absences:alert", alert_id=alert.pk)


@require_POST
def disclose(request: PortalRequest, alert_id: UUID) -> HttpResponse:
    alert = _answerable(request, alert_id)
    if not services.can_disclose(alert):
        raise Http404
    count = services.disclose(alert=alert, by=request.user, at=clock.now(), on=clock.today())
    if count:
        messages.success(request, _("Opiskeluhuollolle on kerrottu. Siitä jäi merkintä."))
    else:
        messages.info(request, _("Opiskeluhuolto tietää jo."))
    return redirect("absences:alert", alert_id=alert.pk)


@require_POST
def legal_act(request: PortalRequest, alert_id: UUID) -> HttpResponse:
    """The head records that something was done. What was said stays where the law puts it."""
    alert = _answerable(request, alert_id)
    if not hats(request).roles & SCHOOL_LEADERS:
        raise Http404
    form = LegalActForm(request.POST, today=clock.today())
    if not form.is_valid():
        return _page(request, alert, form=_empty_form(request), legal_form=form)
    services.record_legal_act(
        pupil=alert.pupil, by=request.user, at=clock.now(), **form.cleaned_data
    )
    messages.success(request, _("Kirjattu: vain että näin tehtiin, ei sisältöä."))
    return redirect("absences:alert", alert_id=alert.pk)


def _answerable(request: PortalRequest, alert_id: UUID) -> Alert:
    return get_object_or_404(_followed(request), pk=alert_id)


def _followed(request: PortalRequest) -> AlertQuerySet:
    """The alerts that this person may answer, with all that the page shows of one."""
    mine = hats(request).roles
    followed = Alert.objects.followed_by(request.user, on=clock.today(), roles=mine)
    return followed.for_page().annotate(**reader_columns(request.user))
