from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from accounts.http import PortalRequest
from kemi_ecosystem.lib import clock
from notifications import services
from notifications.models import Notification

PAGE_SIZE = 30


@require_GET
def inbox(request: PortalRequest) -> HttpResponse:
    mine = Notification.objects.visible_to(request.user)
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("sivu"))
    return render(request, "notifications/inbox.html", {"page": page})


@require_GET
def open_notification(request: PortalRequest, notification_id: UUID) -> HttpResponse:
    """Where the links of mails lead: notes that it was read and goes on to the thing itself."""
    mine = Notification.objects.visible_to(request.user)
    notification = get_object_or_404(mine, pk=notification_id)
    services.mark_read(notification=notification, at=clock.now())
    return redirect(notification.path)
