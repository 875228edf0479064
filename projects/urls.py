from django.urls import path

from projects import views

app_name = "projects"
urlpatterns = [
    path("", views.projects, name="list"),
    path("<slug:slug>/", views.project, name="project"),
]
