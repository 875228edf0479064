"""The frame, the error pages and the headers."""

import re

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client, RequestFactory

from absences.models import Alert
from accounts.models import User
from kemi_ecosystem import errors
from kemi_ecosystem.engine import home
from schools.roles import Role
from tests import builders


@pytest.mark.parametrize(
    ("page", "status"),
    [(errors.bad_request, 400), (errors.forbidden, 403), (errors.not_found, 404),
     (errors.server_error, 500), (errors.unavailable, 503), (errors.csrf_failure, 403)],
)  # fmt: skip
def test_an_error_page_needs_no_database_and_shows_the_way_on(page, status):
    response = page(RequestFactory().get("/"))

    text = response.content.decode()
    assert response.status_code == status
    assert "Etusivulle" in text
    assert "<h1>" in text


def test_a_nul_in_an_address_is_a_bad_request(client, db):
    assert client.get("/haku/?q=%00").status_code == 400


def test_when_the_database_is_away_people_are_told_so(client, db, monkeypatch):
    def away(*_args):
        raise OperationalError

    monkeypatch.setattr("support.selectors.cards_for", away)

    response = client.get("/laatukortit/")

    assert response.status_code == 503
    assert "Mitään ei ole kadonnut" in response.content.decode()


def test_a_form_without_its_token_gets_a_page_that_helps(db):
    response = Client(enforce_csrf_checks=True).post("/kirjaudu/", {"username": "x"})

    assert response.status_code == 403
    assert "vanhentunut" in response.content.decode()


def test_every_page_forbids_scripts_and_styles_from_elsewhere(client, db):
    policy = client.get("/")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_health_says_nothing_of_anybody(client, db):
    response = client.get("/health/")

    assert response.json()["database"] == "ok"
    assert set(response.json()) == {"status", "database", "robot", "stale_sources"}


def test_markdown_lets_no_script_through():
    from kemi_ecosystem.lib.markdown import render  # noqa: PLC0415

    for text in (
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        "<img src=x onerror=alert(1)>",
        "[x](data:text/html,x)",
    ):
        html = render(text)
        assert "<script" not in html
        assert "javascript:" not in html.replace("javascript:alert(1))", "")
        assert "<img" not in html


def test_a_head_sees_on_the_first_page_what_waits_over_its_time(cast, alert):
    Alert.objects.update(due_on=builders.ON.replace(day=1))
    client = Client()
    client.force_login(cast["principal"], "accounts.backends.PasswordBackend")

    assert "Koulussasi 1 herätys on yli ajan" in client.get("/").text


def test_the_way_in_stands_in_the_menu_and_not_behind_it(cast):
    def first_level(client):
        menu = client.get("/tukipuu/").text.partition('<ul class="nav">')[2]
        return menu.partition("<details")[0]

    signed_in = Client()
    signed_in.force_login(cast["principal"], "accounts.backends.PasswordBackend")

    assert "/kirjaudu/" in first_level(Client())
    assert "/kirjaudu/" not in first_level(signed_in)


def test_where_nothing_waits_there_is_nothing_to_go_and_see(cast):
    client = Client()
    client.force_login(cast["principal"], "accounts.backends.PasswordBackend")

    page = client.get("/koulu/", follow=True).text

    assert "herätystä odottaa vastausta" in page
    assert "Katso ne" not in page


def test_what_is_there_but_not_for_this_reader_is_not_said_to_be_coming(cast):
    client = Client()
    client.force_login(cast["director"], "accounts.backends.PasswordBackend")
    call_command("load_content", verbosity=0)

    page = client.get("/").text

    assert re.search(r"<span>Konsultaatiotunti</span>\s*</li>", page)
    assert re.search(r"<span>Yhteistyö perheiden kanssa</span><span[^>]*>tulossa", page)


@pytest.mark.parametrize("port", ["abc", "70000", "-1", "8 000"])
def test_a_port_that_is_none_is_told_in_a_sentence(monkeypatch, port):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(SystemExit, match="portti on luku"):
        home.port()


@pytest.fixture
def nothing_collected(settings, tmp_path):
    """A city whose `collectstatic` was never run: there is no manifest."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "kemi_ecosystem.lib.staticfiles.ManifestStorage"}
    }


@pytest.mark.parametrize(
    ("page", "status"),
    [(errors.bad_request, 400), (errors.forbidden, 403), (errors.not_found, 404),
     (errors.server_error, 500), (errors.unavailable, 503), (errors.csrf_failure, 403)],
)  # fmt: skip
def test_an_error_page_needs_no_collected_files(nothing_collected, page, status):
    response = page(RequestFactory().get("/"))

    assert response.status_code == status
    assert "/static/css/base.css" in response.content.decode()
    assert "Etusivulle" in response.content.decode()


def test_a_page_without_its_files_is_plain_but_there(client, db, nothing_collected):
    assert "ekosysteemi" in client.get("/").text


def test_a_fault_in_a_view_gets_a_page_that_says_what_to_do(client, db, monkeypatch):
    def broken(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr("support.selectors.cards_for", broken)
    client.raise_request_exception = False

    response = client.get("/laatukortit/")

    assert response.status_code == 500
    assert "Vika on portaalissa, ei sinussa" in response.text


def test_when_the_database_goes_before_the_view_people_are_told_so_too(cast, monkeypatch):
    """The session is read outside every view: no middleware hears of what goes wrong there."""
    client = Client(raise_request_exception=False)
    client.force_login(cast["class_teacher"], "accounts.backends.PasswordBackend")

    def away(*_args, **_kwargs):
        raise OperationalError

    monkeypatch.setattr("django.contrib.sessions.backends.base.SessionBase.get", away)
    response = client.get("/poissaolot/")

    assert response.status_code == 503
    assert "Mitään ei ole kadonnut" in response.text


def test_who_has_no_role_yet_is_told_who_gives_one_and_the_first_person_in_where(cast):
    client, first = Client(), Client()
    client.force_login(cast["no_role"], "accounts.backends.PasswordBackend")
    user = builders.staff("eka")
    user.is_staff = user.is_superuser = True
    user.save()
    first.force_login(user, "accounts.backends.PasswordBackend")

    assert "Roolin antaa pääkäyttäjä" in client.get("/tili/").text
    assert "/hallinta/" not in client.get("/tili/").text
    assert f"/hallinta/accounts/user/{user.pk}/change/" in first.get("/tili/").text


def test_an_empty_portal_tells_the_one_who_brings_data_in_where_to_begin(db):
    school = builders.school()
    pages = {}
    for name, role in (("paula", Role.ADMINISTRATOR), ("kaisa", Role.COORDINATOR)):
        client = Client()
        client.force_login(builders.staff(name, role), "accounts.backends.PasswordBackend")
        pages[role] = client.get("/").text
    builders.pupil(builders.group(school), "40001")
    client.force_login(User.objects.get(username="paula"), "accounts.backends.PasswordBackend")

    assert "Portaali on vielä tyhjä." in pages[Role.ADMINISTRATOR]
    assert 'href="/tuonti/"' in pages[Role.ADMINISTRATOR].split("Sinua odottaa")[1]
    assert "Juuri nyt ei mikään" in pages[Role.COORDINATOR]
    assert "Juuri nyt ei mikään" in client.get("/").text


def test_a_pupil_has_no_inbox_that_stays_empty(cast):
    menus = {}
    for who in ("pupil", "guardian"):
        client = Client()
        client.force_login(cast[who], "accounts.backends.PasswordBackend")
        menus[who] = client.get("/tukipuu/").text

    assert "Ilmoitukset" in menus["guardian"]
    assert "Ilmoitukset" not in menus["pupil"]


def test_a_buttons_address_opened_as_a_page_says_to_press_again(cast):
    client = Client()
    client.force_login(cast["class_teacher"], "accounts.backends.PasswordBackend")

    page = client.get("/konsultaatio/poissa/")

    assert page.status_code == 405
    assert page.headers["Allow"] == "POST"
    assert "Palaa edelliselle sivulle ja paina uudelleen" in page.text
