from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("linkki/", views.ask_link, name="ask_link"),
    path("", views.inbox, name="inbox"),
    path("<uuid:notification_id>/", views.open_notification, name="open"),
]
