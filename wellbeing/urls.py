from django.urls import path

from wellbeing import child_views, sending_views, sent_views, views

app_name = "wellbeing"
urlpatterns = [
    path("", child_views.mine, name="mine"),
    path("valitse/", child_views.choose, name="choose"),
    path("omin-sanoin/", child_views.own_words, name="own_words"),
    path("kaikki-hyvin/", child_views.all_is_well, name="all_is_well"),
    path("laheta/", sending_views.send, name="send"),
    path("laheta/<slug:audience>/", sending_views.pictures, name="pictures"),
    path("takaisin/", sent_views.take_back, name="take_back"),
    path("poista/<int:list_id>/", sent_views.erase, name="erase"),
    path("rauha/", child_views.calm, name="calm"),
    path("kolme-kuvaa/", sent_views.by_key, name="by_key"),
    path("auttoiko/<int:reply_id>/", sent_views.felt, name="felt"),
    path("luokka/", views.classes, name="classes"),
    path("kierros/<int:round_id>/", views.wish_round, name="round"),
    path("kierros/<int:round_id>/laput/", views.sheet, name="sheet"),
    path("kierros/<int:round_id>/paata/", views.close, name="close"),
    path("kierros/<int:round_id>/yhdessa/", views.council, name="council"),
    path("lista/<int:list_id>/uudet-kuvat/", views.new_key, name="new_key"),
    path("toive/<int:wish_id>/", views.answer, name="answer"),
    path("nimeton/<uuid:nameless_id>/", views.answer_nameless, name="answer_nameless"),
    path("koulu/", views.school, name="school"),
    path("koulu/<slug:slug>/yhdessa/", views.school_council, name="school_council"),
    path("yhteydenotto/<int:call_id>/", views.call, name="call"),
]
