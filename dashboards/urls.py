from django.urls import path

from dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.home, name="home"),
    path("koulu/", views.my_school, name="my_school"),
    path("koulu/<slug:slug>/", views.school, name="school"),
    path("unilukkari/kuka/", views.robot, name="robot"),
    path("saavutettavuus/", views.accessibility, name="accessibility"),
    path("tietosuoja/", views.privacy, name="privacy"),
    path("tyylit/", views.styles, name="styles"),
    path("health/", views.health, name="health"),
]
