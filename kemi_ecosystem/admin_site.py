"""The admin, closed as everything else: a signed-in outsider finds nothing there."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy


class PortalAdminSite(AdminSite):
    site_title = gettext_lazy("Kemin hyvinvoinnin ekosysteemi")
    site_header = gettext_lazy("Hallinta: Kemin hyvinvoinnin ekosysteemi")
    index_title = gettext_lazy("Mitä hallitaan?")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        guarded = super().admin_view(view, cacheable)

        def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            # Sending them to the sign-in page, where they already are, would go round for ever.
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return closed


class PortalAdminConfig(AdminConfig):
    default_site = "kemi_ecosystem.admin_site.PortalAdminSite"
