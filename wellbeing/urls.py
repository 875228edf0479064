from django.urls import path

from wellbeing import child_views, views

app_name = "wellbeing"
urlpatterns = [
    path("", child_views.mine, name="mine"),
    path("valitse/", child_views.choose, name="choose"),
    path("omin-sanoin/", child_views.own_words, name="own_words"),
    path("kaikki-hyvin/", child_views.all_is_well, name="all_is_well"),
    path("laheta/", child_views.send, name="send"),
    path("takaisin/", child_views.take_back, name="take_back"),
    path("poista/<int:list_id>/", child_views.erase, name="erase"),
    path("rauha/", child_views.calm, name="calm"),
    path("kolme-kuvaa/", child_views.by_key, name="by_key"),
    path("auttoiko/<int:reply_id>/", child_views.felt, name="felt"),
    path("luokka/", views.classes, name="classes"),
    path("kierros/<int:round_id>/", views.wish_round, name="round"),
    path("kierros/<int:round_id>/laput/", views.sheet, name="sheet"),
    path("kierros/<int:round_id>/paata/", views.close, name="close"),
    path("kierros/<int:round_id>/yhdessa/", views.council, name="council"),
    path("toive/<int:wish_id>/", views.answer, name="answer"),
    path("nimeton/<uuid:nameless_id>/", views.answer_nameless, name="answer_nameless"),
    path("koulu/", views.school, name="school"),
    path("koulu/<slug:slug>/yhdessa/", views.school_council, name="school_council"),
    path("yhteydenotto/<int:call_id>/", views.call, name="call"),
]
