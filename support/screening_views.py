"""The year's screenings: what is due, what a class found, and what was begun."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import PortalRequest, posted
from kemi_ecosystem.lib import clock
from schools.access import hats
from schools.roles import CITY_LEADERS
from support.models import Screening, ScreeningDone
from support.screening_forms import NoteForm
from support.selectors import screenings as selectors
from support.services import screenings as services
from support.workshop import for_workshop


@require_GET
@for_workshop
def screenings(request: PortalRequest) -> HttpResponse:
    page = selectors.screening_page(request.user, on=clock.today())
    return render(request, "support/screenings/list.html", {"page": page})


@require_GET
def city(request: PortalRequest) -> HttpResponse:
    """The city's picture, by stage and grade: for those who shape all of it."""
    if not hats(request).roles & CITY_LEADERS:
        raise Http404
    stages = selectors.city_stages(on=clock.today())
    return render(request, "support/screenings/city.html", {"stages": stages})


@require_http_methods(["GET", "POST"])
@for_workshop
def note(request: PortalRequest, screening_id: int, group_id: int) -> HttpResponse:
    """A class notes what came of a screening: counts, never names or scores."""
    on = clock.today()
    screening = get_object_or_404(Screening, pk=screening_id)
    groups = {one.pk: one for one in selectors.groups_of(request.user, on=on)}
    group = groups.get(group_id)
    if group is None or group.grade not in screening.grades:
        raise Http404
    done = ScreeningDone.objects.filter(screening=screening, group=group).first()
    form = NoteForm(posted(request), done=done, today=on)
    if form.is_valid():
        services.note_screening(
            screening=screening, group=group, result=form.result(), by=request.user, on=on
        )
        messages.success(request, _("Kirjattu. Kukaan lapsi ei näy luvuissa."))
        return redirect("support:screenings")
    context = {"screening": screening, "group": group, "form": form}
    status = 422 if form.errors else 200
    return render(request, "support/screenings/note.html", context, status=status)
