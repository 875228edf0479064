from django.urls import path

from absences import contradiction_views, model_views, views, words_views

app_name = "absences_robot"
urlpatterns = [
    path("", views.rounds, name="rounds"),
    path("kulje/", views.walk, name="walk"),
    path("ristiriidat/", contradiction_views.found, name="contradictions"),
    path("viestit/", words_views.all_words, name="words"),
    path(
        "viestit/<slug:asks>/<slug:audience>/<slug:language>/",
        words_views.edit_words,
        name="edit_words",
    ),
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
    path("malli/<int:model_id>/uudelleen/", model_views.again, name="again"),
    path("malli/<int:model_id>/kokeilu/", model_views.trial, name="trial"),
]
