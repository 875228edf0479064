from django.urls import path

from absences import model_views, views

app_name = "absences_robot"
urlpatterns = [
    path("", views.rounds, name="rounds"),
    path("kulje/", views.walk, name="walk"),
    path("malli/", model_views.versions, name="models"),
    path("malli/luonnos/", model_views.draft, name="draft"),
    path("malli/<int:model_id>/", model_views.model, name="model"),
    path("malli/<int:model_id>/tikkaat/", model_views.ladder, name="ladder"),
    path("malli/<int:model_id>/porras/", model_views.step, name="new_step"),
    path("malli/<int:model_id>/porras/<int:step_id>/", model_views.step, name="step"),
    path(
        "malli/<int:model_id>/porras/<int:step_id>/poista/",
        model_views.remove_step,
        name="remove_step",
    ),
    path("malli/<int:model_id>/kayttoon/", model_views.activate, name="activate"),
    path("malli/<int:model_id>/hylkaa/", model_views.discard, name="discard"),
    path("malli/<int:model_id>/kokeilu/", model_views.trial, name="trial"),
]
