from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from absences import letters as selectors
from absences.explain import explain
from absences.freshness import stale_sources
from absences.models import Alert
from absences.notes_today import NotesToday
from absences.services.letters import mark_printed
from absences.step_words import Audience, told_to
from accounts import services as accounts
from accounts.http import PortalRequest
from accounts.middleware import spoken
from kemi_ecosystem.lib import clock, pdf
from schools.access import calendar, hats
from schools.roles import Capability


@require_GET
def letters(request: PortalRequest) -> HttpResponse:
    """Which alerts are told by letter: no mail reaches the guardians, or they chose paper."""
    if not hats(request).can(Capability.FOLLOW_ABSENCES):
        raise Http404
    rows = selectors.to_print(request.user, on=clock.today())
    return render(request, "absences/letters.html", {"rows": rows})


@require_GET
def letter(request: PortalRequest, alert_id: UUID) -> HttpResponse:
    """The letter itself, in the family's language. To look at it changes nothing."""
    mine = selectors.to_print(request.user, on=clock.today())
    alert = get_object_or_404(mine, pk=alert_id)
    try:
        data = pdf.make(_html(request, alert))
    except pdf.PaperError:
        messages.warning(request, _("Kirjettä ei voitu tehdä. Kerro pääkäyttäjälle."))
        return redirect("absences:letters")
    _record(request, alert, "read")
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="kirje.pdf"'
    return response


@require_POST
def printed(request: PortalRequest, alert_id: UUID) -> HttpResponse:
    """The letter is on its way home."""
    mine = selectors.to_print(request.user, on=clock.today())
    alert = get_object_or_404(mine, pk=alert_id)
    mark_printed(alert=alert, by=request.user, at=clock.now())
    _record(request, alert, "print")
    messages.success(request, _("Kirje on merkitty tulostetuksi."))
    return redirect("absences:letters")


def _record(request: PortalRequest, alert: Alert, action: str) -> None:
    accounts.record(
        actor=request.user, action=action, subject_type="alert", subject_key=str(alert.pk),
        at=clock.now(),
    )  # fmt: skip


def _html(request: PortalRequest, alert: Alert) -> str:
    """What the family's own page says, on paper: corrections and old notes, too."""
    today = clock.today()
    stale = stale_sources(on=today, calendar=calendar(request), school_ids=[alert.school_id])
    language = spoken(selectors.language_of(alert))
    with translation.override(language):
        context = {
            "alert": alert,
            "told": told_to(alert, audience=Audience.GUARDIAN, language=language),
            "explanation": explain(alert.evidence),
            "corrected": NotesToday(alert).corrected(),
            "is_stale": bool(stale),
            "language": language.partition("-")[0],
            "is_right_to_left": translation.get_language_bidi(),
            "today": today,
        }
        return render_to_string("absences/paper/letter.html", context)
