from django.urls import path

from absences import answer_views, views

app_name = "absences"
urlpatterns = [
    path("", views.alerts, name="alerts"),
    path("<uuid:alert_id>/", views.alert, name="alert"),
    path("<uuid:alert_id>/peru/", answer_views.withdraw, name="withdraw"),
    path("<uuid:alert_id>/auttoiko/<int:reaction_id>/", answer_views.helped, name="helped"),
    path("<uuid:alert_id>/opiskeluhuolto/", answer_views.disclose, name="disclose"),
    path("<uuid:alert_id>/kirjaus/", answer_views.legal_act, name="legal_act"),
]
