from django.urls import path

from support import views

app_name = "support"
urlpatterns = [
    path("haku/", views.search, name="search"),
    path("tukipuu/", views.tree, name="tree"),
    path("tukipuu/<slug:slug>/", views.measure, name="measure"),
    path("laatukortit/", views.cards, name="cards"),
    path("laatukortit/<slug:slug>/", views.card, name="card"),
    path("laatulupaukset/", views.promises, name="promises"),
    path("muistilistat/", views.checklists, name="checklists"),
    path("muistilistat/<slug:slug>/", views.checklist, name="checklist"),
]
