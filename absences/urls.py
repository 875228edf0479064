from django.urls import URLPattern

app_name = "absences"
urlpatterns: list[URLPattern] = []
