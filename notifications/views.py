from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import PortalRequest, posted
from kemi_ecosystem.lib import clock
from notifications import services
from notifications.forms import AskLinkForm
from notifications.models import Notification
from notifications.subjects import subjects_of

PAGE_SIZE = 30


@require_GET
def inbox(request: PortalRequest) -> HttpResponse:
    mine = Notification.objects.visible_to(request.user)
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("sivu"))
    notices = list(page.object_list)
    about = subjects_of(notices, user=request.user, on=clock.today())
    rows = [(one, about.get(one.pk, "")) for one in notices]
    return render(request, "notifications/inbox.html", {"page": page, "rows": rows})


@require_GET
def open_notification(request: PortalRequest, notification_id: UUID) -> HttpResponse:
    """Where the links of mails lead: notes that it was read and goes on to the thing itself."""
    mine = Notification.objects.visible_to(request.user)
    notification = get_object_or_404(mine, pk=notification_id)
    services.mark_read(notification=notification, at=clock.now())
    return redirect(notification.path)


@login_not_required
@require_http_methods(["GET", "POST"])
def ask_link(request: HttpRequest) -> HttpResponse:
    """A new personal link by mail. The answer is the same whether or not the address is known."""
    form = AskLinkForm(posted(request))
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent:
        services.send_link(email=form.cleaned_data["email"], at=clock.now())
    context = {"form": form, "is_sent": is_sent}
    status = 422 if form.errors else 200
    return render(request, "notifications/ask_link.html", context, status=status)
