from django.urls import path

from wilma import views

app_name = "wilma"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("uusi/", views.upload, name="upload"),
    path("merkinnat/", views.mapping_page, name="mapping"),
    path("profiilit/", views.profiles, name="profiles"),
    path("profiilit/uusi/", views.edit_profile, name="new_profile"),
    path("profiilit/<int:profile_id>/", views.edit_profile, name="profile"),
    path("<int:run_id>/", views.run, name="run"),
    path("<int:run_id>/tuo/", views.confirm, name="confirm"),
    path("<int:run_id>/hylatyt.csv", views.rejected_rows, name="rejected_rows"),
]
