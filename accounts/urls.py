from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("kirjaudu/", views.sign_in, name="sign_in"),
    path("kirjaudu/koodi/", views.sign_in_with_code, name="sign_in_with_code"),
    path("kirjaudu/linkki/<str:token>/", views.sign_in_with_link, name="sign_in_with_link"),
    path("kirjaudu/ulos/", views.sign_out, name="sign_out"),
    path("tili/", views.account, name="account"),
    path("tili/kieli/", views.choose_language, name="language"),
    path("tili/sahkoposti/", views.choose_mail, name="mail_choice"),
]
