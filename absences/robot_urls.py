from django.urls import path

from absences import views

app_name = "absences_robot"
urlpatterns = [
    path("", views.rounds, name="rounds"),
    path("kulje/", views.walk, name="walk"),
]
