from django.urls import path

from consultations import calendar_views, offering_views, views

app_name = "consultations"
urlpatterns = [
    path("", views.times, name="times"),
    path("varaa/<int:slot_id>/", views.book, name="book"),
    path("varaus/<int:booking_id>/", views.booking, name="booking"),
    path("varaus/<int:booking_id>/peru/", views.cancel, name="cancel"),
    path("varaus/<int:booking_id>/siirra/", views.reschedule, name="reschedule"),
    path("varaus/<int:booking_id>/sovittu/", views.outcome, name="outcome"),
    path("varaus/<int:booking_id>/auttoiko/", views.helped, name="helped"),
    path("varaus/<int:booking_id>/aika.ics", calendar_views.one_booking, name="booking_file"),
    path("tarjous/<str:token>/", views.offer, name="offer"),
    path("jono/", views.join, name="join"),
    path("jono/<int:waiting_id>/pois/", views.leave, name="leave"),
    path("viikko/", offering_views.week, name="week"),
    path("tunnit/", offering_views.hours, name="hours"),
    path("tunnit/uusi/", offering_views.new_hour, name="new_hour"),
    path("tunnit/<int:hour_id>/", offering_views.hour, name="hour"),
    path("tunnit/<int:hour_id>/paata/", offering_views.end_hour, name="end_hour"),
    path("ajat/<int:slot_id>/", offering_views.slot, name="slot"),
    path("ajat/<int:slot_id>/peru/", offering_views.cancel_slot, name="cancel_slot"),
    path("ajat/<int:slot_id>/uudelleen/", offering_views.give_again, name="give_again"),
    path("poissa/", offering_views.away, name="away"),
    path("kalenteri/", calendar_views.address, name="calendar"),
    path("kalenteri/lopeta/", calendar_views.revoke, name="revoke_calendar"),
    path("kalenteri/<str:token>.ics", calendar_views.feed, name="feed"),
    path("luvut/", offering_views.figures, name="figures"),
]
