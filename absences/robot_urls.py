from django.urls import URLPattern

app_name = "absences_robot"
urlpatterns: list[URLPattern] = []
