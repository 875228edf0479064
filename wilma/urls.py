from django.urls import URLPattern

app_name = "wilma"
urlpatterns: list[URLPattern] = []
