"""Every address of the portal. Paths are Finnish, names are English."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("dashboards.urls")),
    path("", include("accounts.urls")),
    path("", include("support.urls")),
    path("hankkeet/", include("projects.urls")),
    path("ilmoitukset/", include("notifications.urls")),
    path("poissaolot/", include("absences.urls")),
    path("unilukkari/", include("absences.robot_urls")),
    path("konsultaatio/", include("consultations.urls")),
    path("toiveet/", include("wellbeing.urls")),
    path("tuonti/", include("wilma.urls")),
    # One door: the admin has no sign-in page of its own.
    path(
        "hallinta/login/", RedirectView.as_view(pattern_name="accounts:sign_in", query_string=True)
    ),
    path("hallinta/", admin.site.urls),
]

handler400 = "kemi_ecosystem.errors.bad_request"
handler403 = "kemi_ecosystem.errors.forbidden"
handler404 = "kemi_ecosystem.errors.not_found"
handler500 = "kemi_ecosystem.errors.server_error"
