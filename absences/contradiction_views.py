from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from absences.models import Contradiction
from absences.services import contradictions
from accounts.http import PortalRequest
from kemi_ecosystem.lib import clock
from schools.access import hats
from schools.roles import SCHOOL_LEADERS, Capability


@require_http_methods(["GET", "POST"])
def found(request: PortalRequest) -> HttpResponse:
    """What cannot all be true, with the way to where each is mended; a press looks again."""
    mine = hats(request)
    can_mend = mine.can(Capability.IMPORT_DATA)
    if not (can_mend or mine.roles & SCHOOL_LEADERS):
        raise Http404
    if request.method == "POST":
        contradictions.tell(on=clock.today(), at=clock.now())
        messages.success(request, _("Tiedot on tarkistettu uudelleen."))
        return redirect("absences_robot:contradictions")
    rows = Contradiction.objects.visible_to(request.user, on=clock.today())
    # A head cannot open the administrator's pages: they are told whom to ask.
    context = {"rows": rows, "can_mend": can_mend}
    return render(request, "absences/contradictions.html", context)
