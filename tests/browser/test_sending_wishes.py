"""Sending in a real browser: nothing is lost on the way, and nothing is left behind."""

# ruff: noqa: F811 (fixtures of the other file)

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.test_wishes import (  # noqa: F401 (fixtures)
    MINE,
    SLOW,
    TABLET,
    asked,
    assert_sound,
    chromium,
    code,
    open_with,
    opening,
    pytestmark,
    tab_to,
    wish,
)
from wellbeing.models import WishList


def send_button(page):
    return page.locator("#lahetys [type=submit]")


def to_sending(page, audience) -> None:
    """As far as the last press."""
    if wish(page, "liikun").get_attribute("aria-pressed") != "true":
        wish(page, "liikun").click()
    page.locator("#valitse-liikun[aria-pressed=true]").wait_for()
    page.click("#jatka")
    page.wait_for_url("**/laheta/")
    page.check(f"[value={audience}]")
    if audience != "teacher":
        send_button(page).click()
        page.wait_for_url(f"**/laheta/{audience}/")
        expect(page.locator(".key-shown li")).to_have_count(3)


@pytest.mark.parametrize("audience", ["teacher", "welfare"])
def test_a_sending_without_a_connection_waits_says_so_and_goes_by_itself(open_with, audience):
    page = open_with()
    to_sending(page, audience)
    page.context.set_offline(True)
    send_button(page).click()
    expect(page.locator("[data-lost]")).to_contain_text("Mitään ei katoa")
    expect(page.get_by_role("button", name="Yritä nyt")).to_be_visible()
    assert_sound(page)
    assert WishList.objects.get().state == "draft"

    page.context.set_offline(False)

    expect(page.locator("#kiitos")).to_be_visible(timeout=SLOW)
    expect(page.locator("#kiitos")).to_be_focused()
    # Signed out: no name of the child is on the screen any more.
    assert "Elsa" not in page.content()
    assert WishList.objects.get().state == "sent"


@pytest.mark.parametrize("audience", ["teacher", "welfare"])
def test_a_reply_that_is_lost_on_the_way_is_asked_for_again(open_with, audience):
    """The list has left and the child is signed out, but the tablet does not know it."""
    page = open_with()
    to_sending(page, audience)
    lost = []

    def lose_first(route):
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch())
        return route.abort()

    page.route("**/laheta/", lose_first)
    send_button(page).click()
    page.get_by_role("button", name="Yritä nyt").click()

    expect(page.locator("#kiitos")).to_be_visible(timeout=SLOW)
    assert len(lost) == 1
    assert WishList.objects.sent().count() == 1


@pytest.fixture
def open_in_city(chromium, code, city_server):
    """Two presses of one finger are two requests at the same moment."""
    with opening(chromium, city_server, code) as opened:
        yield opened


@pytest.mark.parametrize("java_script_enabled", [True, False], ids=["script", "plain"])
def test_a_double_tap_on_send_ends_in_thanks(open_in_city, java_script_enabled):
    page = open_in_city(java_script_enabled=java_script_enabled)
    if java_script_enabled:
        to_sending(page, "teacher")
    else:
        wish(page, "liikun").click()
        page.click("#jatka")
        page.check("[value=teacher]")

    send_button(page).dblclick()

    expect(page.locator("h1")).to_have_text("Kiitos, toiveesi on lähetetty", timeout=SLOW)
    assert WishList.objects.sent().count() == 1


def test_back_after_sending_shows_the_door_and_no_pictures(open_with):
    page = open_with()
    to_sending(page, "welfare")
    send_button(page).click()
    expect(page.locator("#kiitos")).to_be_visible()

    for _ in range(3):
        page.go_back()
        assert page.locator(".key-shown").count() == 0
        assert "Saan liikkua" not in page.locator("body").inner_text()


def test_a_confided_list_is_opened_and_erased_by_keyboard(open_with, code):
    page = open_with(**TABLET | {"has_touch": False})
    to_sending(page, "welfare")
    numbers = [text.split()[-1] for text in page.locator(".key-shown li").all_inner_texts()]
    tree = page.locator("main").aria_snapshot()
    tab_to(page, "#lahetys [type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#kiitos")).to_be_focused()

    page.goto(f"/kirjaudu/koodi/#{code}")
    page.click("text=Avaa koodilla")
    page.wait_for_url(f"**{MINE}")
    page.goto(reverse("wellbeing:by_key"))
    for place, number in enumerate(numbers):
        tab_to(page, f"[name=picture{place}]")
        page.keyboard.press("Space")
        for _ in range(int(number) - 1):
            page.keyboard.press("ArrowRight")
    tab_to(page, "main form .btn")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Saan liikkua välillä")
    assert_sound(page)
    tab_to(page, "[name=erase]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Poistetaanko toivelista?")
    assert_sound(page)
    tab_to(page, "[name=erase]")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("Toivelista on poistettu.")
    assert f"listitem: kuva {numbers[0]}" in tree
    assert not WishList.objects.sent().exists()
