"""The door."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts import services
from accounts.demo import DEMO_PASSWORD
from accounts.models import AccessTicket, User
from kemi_ecosystem.lib import clock

pytestmark = pytest.mark.django_db
SIGN_IN = "/kirjaudu/"
RIGHT = "oikea-salasana-1"


@pytest.fixture
def liisa() -> User:
    return User.objects.create_user("liisa", password=RIGHT)


def enter(client, username="liisa", password=RIGHT, **fields):
    return client.post(SIGN_IN, {"username": username, "password": password, **fields})


def test_the_right_password_opens_and_goes_where_one_was_going(client, liisa):
    assert enter(client, next="/tili/")["Location"] == "/tili/"


@pytest.mark.parametrize("where", ["https://evil.example", "//evil.example", "javascript:x", "x"])
def test_one_is_never_sent_to_another_site(client, liisa, where):
    assert "evil" not in enter(client, next=where)["Location"]
    assert "javascript" not in enter(client, next=where)["Location"]


def test_a_wrong_password_keeps_the_name_and_says_what_to_do(client, liisa):
    response = enter(client, password="väärä")

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="liisa"' in page
    assert "eivät sovi yhteen" in page


def test_known_and_unknown_names_get_the_same_answer(client, liisa):
    known, unknown = enter(client, password="väärä"), enter(client, "eikukaan", "väärä")

    assert known.content.decode().replace("liisa", "?").count("eivät sovi yhteen") == 1
    assert unknown.content.decode().count("eivät sovi yhteen") == 1


def test_pupils_typos_do_not_lock_their_teacher_out(client, liisa):
    for n in range(30):
        enter(client, f"oppilas{n % 3}", "väärä")

    assert enter(client).status_code == 302


def test_one_name_is_locked_after_many_tries_and_says_so(client, liisa):
    for _ in range(9):
        response = enter(client, password="väärä")

    assert response.status_code == 429
    assert "Odota vartti" in response.content.decode()


def test_demo_accounts_are_shown_only_in_the_demo(client, settings):
    settings.PORTAL_DEMO = False
    assert "kemi-demo" not in client.get(SIGN_IN).content.decode()

    settings.PORTAL_DEMO = True
    assert "kemi-demo" in client.get(SIGN_IN).content.decode()


def test_a_code_is_forgiven_its_dashes_and_small_letters(client):
    child = User.objects.create(username="lapsi", kind=User.Kind.PUPIL)
    code = services.issue_code(user=child, at=clock.now(), valid=dt.timedelta(days=1))

    client.post("/kirjaudu/koodi/", {"code": code.replace("-", " ").lower()})

    assert client.get("/tili/").status_code == 200


@pytest.mark.parametrize("spoil", ["expire", "revoke", "deactivate"])
def test_a_spent_ticket_opens_nothing(client, spoil):
    child = User.objects.create(username="lapsi", kind=User.Kind.PUPIL)
    code = services.issue_code(user=child, at=clock.now(), valid=dt.timedelta(days=1))
    if spoil == "expire":
        AccessTicket.objects.update(
            created_at=clock.now() - dt.timedelta(days=3),
            expires_at=clock.now() - dt.timedelta(days=1),
        )
    elif spoil == "revoke":
        AccessTicket.objects.update(revoked_at=clock.now())
    else:
        User.objects.update(is_active=False)

    response = client.post("/kirjaudu/koodi/", {"code": code})

    assert response.status_code == 422
    assert "pyydä opettajalta uusi" in response.content.decode()


def test_the_secret_itself_is_nowhere_in_the_table():
    child = User.objects.create(username="lapsi")
    code = services.issue_code(user=child, at=clock.now(), valid=dt.timedelta(days=1))

    assert services.normalise_code(code) not in AccessTicket.objects.get().digest


def test_following_a_link_signs_nobody_in_until_the_button_is_pressed(client):
    maija = User.objects.create(username="maija", kind=User.Kind.GUARDIAN)
    token = services.issue_link_token(user=maija, at=clock.now(), valid=dt.timedelta(days=1))
    url = reverse("accounts:sign_in_with_link", args=[token])

    assert client.get(url).status_code == 200
    assert client.get("/tili/").status_code == 302
    client.post(url)
    assert client.get("/tili/").status_code == 200


@pytest.mark.parametrize(("kind", "minutes", "is_in"), [
    ("staff", 55, True), ("staff", 65, False), ("pupil", 15, True), ("pupil", 25, False),
])  # fmt: skip
def test_a_session_that_nobody_touches_ends(client, monkeypatch, kind, minutes, is_in):
    person = User.objects.create(username="x", kind=kind)
    client.force_login(person, backend="accounts.backends.PasswordBackend")
    client.get("/tili/")

    later = clock.now() + dt.timedelta(minutes=minutes)
    monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: later)

    assert (client.get("/tili/").status_code == 200) is is_in


def test_a_session_ends_after_a_school_day_even_in_use(client, monkeypatch, liisa):
    client.force_login(liisa, backend="accounts.backends.PasswordBackend")
    start = clock.now()
    for half_hours in range(1, 24):
        now = start + dt.timedelta(minutes=30 * half_hours)
        monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda now=now: now)
        status = client.get("/tili/").status_code

    assert status == 302


def test_signing_out_clears_what_the_browser_kept(client, liisa):
    client.force_login(liisa, backend="accounts.backends.PasswordBackend")

    response = client.post("/kirjaudu/ulos/")

    assert "storage" in response["Clear-Site-Data"]
    assert client.get("/tili/").status_code == 302


def test_what_a_signed_in_person_sees_is_not_kept_by_caches(client, liisa):
    client.force_login(liisa, backend="accounts.backends.PasswordBackend")

    assert "no-store" in client.get("/tili/")["Cache-Control"]


def test_the_demos_password_opens_nothing_where_there_is_no_demo(client, settings):
    User.objects.create_user("demo", password=DEMO_PASSWORD)
    settings.PORTAL_DEMO = False
    closed = enter(client, "demo", DEMO_PASSWORD).status_code
    settings.PORTAL_DEMO = True

    assert (closed, enter(client, "demo", DEMO_PASSWORD).status_code) == (422, 302)
