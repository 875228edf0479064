from django.urls import path

from absences import answer_views, case_views, disclosure_views, letter_views, views, week_views

app_name = "absences"
urlpatterns = [
    path("", views.alerts, name="alerts"),
    path("luovutukset/", disclosure_views.disclosures, name="disclosures"),
    path("viikko/", week_views.class_week, name="class_week"),
    path("kirjeet/", letter_views.letters, name="letters"),
    path("kirjeet/<uuid:alert_id>.pdf", letter_views.letter, name="letter"),
    path("kirjeet/<uuid:alert_id>/tulostettu/", letter_views.printed, name="letter_printed"),
    path("oppilas/<int:pupil_id>/", case_views.case, name="case"),
    path("oppilas/<int:pupil_id>/miksi/", case_views.why, name="why"),
    path("<uuid:alert_id>/", answer_views.alert, name="alert"),
    path("<uuid:alert_id>/peru/", answer_views.withdraw, name="withdraw"),
    path("<uuid:alert_id>/auttoiko/<int:reaction_id>/", answer_views.helped, name="helped"),
    path("<uuid:alert_id>/opiskeluhuolto/", answer_views.disclose, name="disclose"),
    path("<uuid:alert_id>/kirjaus/", answer_views.legal_act, name="legal_act"),
]
