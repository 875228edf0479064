from django.urls import path

from wilma import coverage_views, profile_views, views

app_name = "wilma"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("uusi/", views.upload, name="upload"),
    path("merkinnat/", views.mapping_page, name="mapping"),
    path("merkinnat/korjaa/", views.correct_mapping, name="correct_mapping"),
    path("malli.csv", views.template, name="template"),
    path("kattavuus/", coverage_views.coverage, name="coverage"),
    path("<int:run_id>/peru/", views.undo, name="undo"),
    path("profiilit/", profile_views.profiles, name="profiles"),
    path("profiilit/uusi/", profile_views.edit_profile, name="new_profile"),
    path("profiilit/<int:profile_id>/", profile_views.edit_profile, name="profile"),
    path("<int:run_id>/", views.run, name="run"),
    path("<int:run_id>/tuo/", views.confirm, name="confirm"),
    path("<int:run_id>/hylatyt.csv", views.rejected_rows, name="rejected_rows"),
]
