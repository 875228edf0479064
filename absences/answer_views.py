"""What else an adult can do about an alert: withdraw it, say whether it helped, tell on."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from absences import services
from absences.forms import HelpedForm, LegalActForm, WithdrawForm
from absences.models import Alert, Reaction
from accounts.http import PortalRequest
from kemi_ecosystem.lib import clock
from schools.access import hats
from schools.roles import SCHOOL_LEADERS


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
        messages.warning(request, _("Valitse, mitä tehtiin, ja päivä, joka on jo mennyt."))
        return redirect("absences:alert", alert_id=alert.pk)
    services.record_legal_act(
        pupil=alert.pupil, by=request.user, at=clock.now(), **form.cleaned_data
    )
    messages.success(request, _("Kirjattu: vain että näin tehtiin, ei sisältöä."))
    return redirect("absences:alert", alert_id=alert.pk)


def _answerable(request: PortalRequest, alert_id: UUID) -> Alert:
    mine = Alert.objects.followed_by(request.user, on=clock.today())
    return get_object_or_404(mine.select_related("pupil", "school"), pk=alert_id)
