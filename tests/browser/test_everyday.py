"""A few everyday things in a real browser: by keyboard, on a phone, without JavaScript."""

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import sync_playwright

from absences.models import Reaction

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PASSWORD = "kokeilu-salasana-1"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(Path(CHROMIUM)), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium, live_server):
    """A phone in the dark, without JavaScript."""
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, color_scheme="dark",
        java_script_enabled=False,
    )  # fmt: skip
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(chromium, live_server):
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def teacher(cast):
    user = cast["class_teacher"]
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(page, user) -> None:
    page.goto("/kirjaudu/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")


def test_a_teacher_answers_an_alert_on_a_phone_without_javascript(phone, teacher, alert):
    sign_in(phone, teacher)
    phone.click("text=Elsa K.")
    phone.check("text=Soitin kotiin")
    phone.check("text=oppilas ja huoltaja")
    phone.click("text=Tallenna vastaus")

    assert "Herätys on kuitattu" in phone.content()
    assert Reaction.objects.get().kind == "call"


def test_an_alert_is_answered_by_keyboard_alone(desk, teacher, alert):
    sign_in(desk, teacher)
    desk.goto(f"/poissaolot/{alert.pk}/")
    desk.focus("input[name=kind] >> nth=0")
    desk.keyboard.press("Space")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Space")
    for _ in range(12):
        desk.keyboard.press("Tab")
        if desk.evaluate("document.activeElement.type") == "submit":
            break
    with desk.expect_navigation():
        desk.keyboard.press("Enter")

    assert Reaction.objects.count() == 1


@pytest.mark.parametrize(
    ("width", "schemes"),
    [(320, ["light"]), (390, ["light", "dark"]), (1280, ["light", "dark"])],
    ids=["320", "390", "1280"],
)
def test_no_page_scrolls_sideways_and_axe_finds_nothing(
    chromium, live_server, teacher, alert, width, schemes
):
    call_command("load_content", verbosity=0)
    for scheme in schemes:
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        page = context.new_page()
        sign_in(page, teacher)
        for path in (
            "/", "/tukipuu/", "/laatukortit/", "/laatukortit/eriyttaminen/", "/laatulupaukset/",
            "/muistilistat/varhaiskasvatus/", "/haku/?q=poissaolojen", "/hankkeet/",
            "/poissaolot/", f"/poissaolot/{alert.pk}/", "/unilukkari/", "/ilmoitukset/", "/tili/",
        ):  # fmt: skip
            page.goto(path)
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
            assert wide <= 0, f"{path} scrolls {wide} px sideways at {width}"
            assert [one["id"] for one in found] == [], f"{path} at {width}, {scheme}"
        context.close()


def test_the_tree_is_climbed_by_keyboard(desk, db):
    call_command("load_content", verbosity=0)
    desk.goto("/tukipuu/")
    desk.focus(".leaf-link >> nth=3")
    name = desk.evaluate("document.activeElement.getAttribute('aria-label')")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")

    assert name in desk.inner_text("h1")


def test_on_a_phone_a_table_is_cards_and_needs_no_scrolling_sideways(phone, teacher, alert):
    sign_in(phone, teacher)
    phone.goto("/unilukkari/")
    table = phone.get_by_role("table", name="Viimeisimmät kierrokset")
    wide = table.evaluate("node => node.parentElement.scrollWidth - node.parentElement.clientWidth")
    cell = table.get_by_role("row").nth(1).get_by_role("cell").first
    label = cell.evaluate("node => getComputedStyle(node, '::before').content")

    assert wide <= 0
    assert "Miten" in label
    assert table.get_by_role("columnheader", name="Miten").count() == 1
    assert table.get_by_role("rowheader").count() == 1
