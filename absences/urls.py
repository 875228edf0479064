from django.urls import path

from absences import views

app_name = "absences"
urlpatterns = [
    path("", views.alerts, name="alerts"),
    path("<uuid:alert_id>/", views.alert, name="alert"),
]
