from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guesses import FORGOTTEN_IN, guessed_too_often
from accounts.http import PortalRequest
from consultations import selectors
from consultations.calendar_files import calendar_file, cancellation
from consultations.doors import for_bookers
from consultations.models import Booking, CalendarFeed
from consultations.services import feeds
from kemi_ecosystem.lib import clock

TYPE = "text/calendar; charset=utf-8"


@require_http_methods(["GET", "POST"])
@for_bookers
def address(request: PortalRequest) -> HttpResponse:
    """The personal calendar address: made with a press, shown once, revoked with a press."""
    link = ""
    if request.method == "POST":
        token = feeds.make_address(user=request.user, at=clock.now())
        link = settings.PORTAL_URL + reverse("consultations:feed", args=[token])
    feed = CalendarFeed.objects.filter(user=request.user).first()
    return render(request, "consultations/calendar.html", {"link": link, "feed": feed})


@require_POST
@for_bookers
def revoke(request: PortalRequest) -> HttpResponse:
    feeds.revoke(user=request.user)
    messages.success(request, _("Osoite ei enää toimi."))
    return redirect("consultations:calendar")


@login_not_required
@never_cache
@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A calendar program asks without signing in; the address itself is the secret.

    A program that guesses is told to stop; a right address answers whoever else guesses there.
    """
    at = clock.now()
    user = feeds.read(token=token, on=clock.today())
    if user is None:
        if guessed_too_often(request, of="calendars"):
            return HttpResponse(status=429, headers={"Retry-After": str(FORGOTTEN_IN)})
        raise Http404
    body = calendar_file(
        selectors.calendar_entries(user, at=at), name=_("Konsultaatiotunnit"), at=at
    )
    return HttpResponse(body, content_type=TYPE)


@require_GET
def one_booking(request: PortalRequest, booking_id: int) -> HttpResponse:
    """One time for one's own calendar; cancelled, the file takes it away again."""
    visible = Booking.objects.visible_to(request.user).filter(held_until=None)
    found = get_object_or_404(visible.select_related("slot__hour"), pk=booking_id)
    entry = selectors.entry_for(request.user, found)
    if entry.is_cancelled:
        body = cancellation(entry, name=entry.title, at=clock.now())
    else:
        body = calendar_file([entry], name=entry.title, at=clock.now())
    response = HttpResponse(body, content_type=TYPE)
    response["Content-Disposition"] = 'attachment; filename="konsultaatio.ics"'
    return response
