"""A child's own list in a real browser: on a phone and a tablet, by keyboard, without JavaScript,
with the accessibility tree, and while the connection comes and goes."""

import contextlib

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from tests import builders
from tests.browser.test_everyday import CHROMIUM, FLAGS, RULES
from tests.wellbeing.conftest import AT, answer, asked, wished  # noqa: F401 (a fixture)
from wellbeing.catalogue import LANGUAGES, catalogue
from wellbeing.models import Wish, WishList
from wellbeing.services import rounds

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
MINE = "/toiveet/"
# A busy machine is no fault of the page.
SLOW = 20_000
# A browser that reads aloud, and tells what it was asked to read.
VOICES = """
  window.said = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => [], addEventListener: () => {},
    speak: (one) => window.said.push([one.lang, one.text]),
    cancel: () => window.said.push(["", "stop"]),
  } });
"""


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def code(cast, asked):  # noqa: F811
    return rounds.make_tickets(
        wish_round=asked, pupils=[cast.child], by=cast["class_teacher"], on=builders.ON, at=AT
    )[0].code


@contextlib.contextmanager
def opening(chromium, address, code):
    """Browsers of some kind, signed in with the ticket's square."""
    contexts = []

    def opened(**kind):
        context = chromium.new_context(base_url=address, **(PHONE | kind))
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto(f"/kirjaudu/koodi/#{code}")
        if not kind.get("java_script_enabled", True):
            page.fill("[name=code]", code)
        page.click("text=Avaa koodilla")
        page.wait_for_url(f"**{MINE}")
        return page

    yield opened
    for one in contexts:
        one.close()


@pytest.fixture
def open_with(chromium, live_server, code):
    with opening(chromium, live_server.url, code) as opened:
        yield opened


def wish(page, slug):
    return page.locator(f"#valitse-{slug}")


def choose(page, slug) -> None:
    wish(page, slug).click()
    expect(wish(page, slug)).to_have_attribute("aria-pressed", "true")


def assert_sound(page) -> None:
    """Nothing for axe, nothing beside the screen."""
    # What the sticky foot covers half of at this moment is reached by scrolling.
    page.evaluate("window.scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert [one["id"] for one in found] == [], page.url
    assert wide <= 0, f"{page.url} scrolls {wide} px sideways"


@pytest.mark.parametrize("device", [PHONE, TABLET], ids=["phone", "tablet"])
def test_from_the_ticket_to_the_thanks_and_nothing_is_left(open_with, device):
    page = open_with(**device)
    choose(page, "liikun")
    page.fill("#omat", "Haluan koiran kouluun")
    expect(page.locator("#jatka")).to_be_in_viewport(ratio=1)
    assert_sound(page)
    page.tap("#jatka")
    page.wait_for_url("**/laheta/")
    assert_sound(page)
    page.check("text=Oma opettajani >> nth=0")
    page.get_by_role("button", name="Lähetä", exact=True).tap()
    expect(page.locator("h1")).to_have_text("Kiitos, toiveesi on lähetetty")
    assert_sound(page)

    for _ in range(3):
        page.go_back()
        assert "Haluan koiran" not in page.content()
    assert page.locator("#lista").count() == 0
    page.goto(MINE)
    assert "/kirjaudu/" in page.url
    assert set(Wish.objects.values_list("slug", "own_words")) == {
        ("liikun", ""), ("omin-sanoin", "Haluan koiran kouluun"),
    }  # fmt: skip
    assert WishList.objects.get().state == "sent"


def test_the_whole_way_without_javascript(open_with):
    page = open_with(java_script_enabled=False)
    page.fill("#omat", "Haluan koiran kouluun")
    wish(page, "ulkona").click()
    wish(page, "liikun").click()
    wish(page, "ulkona").click()
    expect(page.locator("#omat")).to_have_value("Haluan koiran kouluun")
    assert page.locator(".listen").count() == 0
    page.fill("#omat", "Haluan kissan kouluun")
    page.click("#jatka")
    page.check("text=Oma opettajani >> nth=0")
    page.get_by_role("button", name="Lähetä", exact=True).click()

    expect(page.locator("h1")).to_have_text("Kiitos, toiveesi on lähetetty")
    assert set(Wish.objects.values_list("slug", "own_words")) == {
        ("liikun", ""), ("omin-sanoin", "Haluan kissan kouluun"),
    }  # fmt: skip


def tab_to(page, selector) -> None:
    for _ in range(90):
        if page.evaluate("(it) => document.activeElement.matches(it)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} is not reached by Tab")


def test_the_whole_way_by_keyboard_alone(open_with):
    page = open_with(**TABLET | {"has_touch": False})
    tab_to(page, "#valitse-liikun")
    page.keyboard.press("Space")
    expect(page.locator("#valitse-liikun")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#valitse-liikun")).to_be_focused()
    tab_to(page, "#valitse-paha-olla")
    expect(wish(page, "paha-olla")).to_be_in_viewport(ratio=1)
    foot, here = page.locator(".wish-foot").bounding_box(), wish(page, "paha-olla").bounding_box()
    assert here["y"] + here["height"] <= foot["y"] + 1, "the foot covers what has the focus"
    tab_to(page, "#omat")
    page.keyboard.type("Haluan koiran")
    tab_to(page, "#jatka")
    page.keyboard.press("Enter")
    page.wait_for_url("**/laheta/")
    tab_to(page, "[name=audience]")
    page.keyboard.press("Space")
    tab_to(page, "form.card--today [type=submit]")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Kiitos, toiveesi on lähetetty")
    assert Wish.objects.count() == 2


def test_a_screen_readers_tree_says_what_is_chosen_and_how_many_are_left(open_with):
    page = open_with()
    choose(page, "liikun")
    page.fill("#omat", "a" * 190)

    tree = page.locator("main").aria_snapshot()

    assert 'heading "Mikä auttaisi sinua koulussa?" [level=1]' in tree
    assert 'button "Saan liikkua välillä Valittu" [pressed]' in tree
    assert 'button "Opimme joskus ulkona"' in tree
    assert 'textbox "Omin sanoin"' in tree
    assert "Mahtuu vielä 10 merkkiä." in tree
    assert 'button "Jatka: kuka saa nähdä"' in tree
    expect(page.locator("[role=status][data-said]")).to_have_text("Voit valita vielä 2.")


def test_what_the_connection_loses_is_said_and_sent_again(open_with):
    page = open_with()
    page.fill("#omat", "Haluan koiran")
    expect(page.locator("#omat-tila")).to_contain_text("Sanasi on tallennettu.")
    page.context.set_offline(True)
    wish(page, "liikun").click()
    wish(page, "ulkona").click()
    expect(page.locator("[data-lost]")).to_be_visible()
    assert not Wish.objects.filter(slug="liikun").exists()

    page.context.set_offline(False)

    for slug in ("liikun", "ulkona"):
        expect(wish(page, slug)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-lost]")).to_be_hidden()
    expect(page.locator("[data-count]")).to_have_text("Kolme on valittu.")
    assert Wish.objects.count() == 3


def test_typing_goes_on_while_a_wish_is_saved_and_a_fourth_is_told_kindly(open_with):
    page = open_with()
    for slug in ("liikun", "ulkona", "kehu"):
        choose(page, slug)
    page.locator("#omat").press_sequentially("Haluan")
    wish(page, "kerho").click()
    expect(page.locator(".wish-foot__why")).to_contain_text("Nyt voi valita kolme.")
    page.locator("#omat").press_sequentially(" koiran")
    wish(page, "kehu").click()
    expect(wish(page, "kehu")).to_have_attribute("aria-pressed", "false")

    expect(page.locator("#omat")).to_have_value("Haluan koiran")


def test_two_pictures_lead_at_once_to_the_calm_page(open_with):
    page = open_with()

    wish(page, "paha-olla").click()

    page.wait_for_url("**/rauha/")
    expect(page.locator("h1")).to_have_text("Et ole yksin")
    assert_sound(page)


def test_a_help_line_reads_the_same_way_in_arabic(open_with, cast):
    """The first digits stand to the left of the last ones, or a child rings a wrong number."""
    page = open_with()
    cast["pupil"].language = "ar"
    cast["pupil"].save()
    page.goto(reverse("wellbeing:calm"))

    lefts = page.locator("[href='tel:116111']").evaluate(
        """(link) => [0, 4].map((at) => {
          const range = document.createRange();
          range.setStart(link.firstChild, at);
          range.setEnd(link.firstChild, at + 3);
          return range.getBoundingClientRect().left;
        })"""
    )

    assert page.locator("[href='tel:116111']").inner_text() == "116 111"
    assert lefts[0] < lefts[1]
    assert_sound(page)


def test_a_session_that_ended_leads_to_the_door(open_with):
    page = open_with()
    page.context.clear_cookies(name="kemi")

    wish(page, "liikun").click()

    page.wait_for_url("**/kirjaudu/**")


def test_each_wish_is_read_aloud_in_each_language(open_with, cast):
    page = open_with()
    page.context.add_init_script(VOICES)
    for language in LANGUAGES:
        cast["pupil"].language = language
        cast["pupil"].save()
        page.goto(MINE)
        button = page.locator("#toive-liikun .listen")
        button.click()
        button.click()

        said = catalogue().choice("liikun").said(language)
        heard = [one for one in page.evaluate("window.said") if one[1] != "stop"]
        assert heard == [[language, said]]
        assert page.evaluate("window.said").pop() == ["", "stop"]
        expect(page.locator("#toive-liikun .listen")).to_have_accessible_description(said)
        assert_sound(page)


def test_an_adults_finnish_answer_is_read_in_finnish_to_a_child_of_another_language(
    open_with,
    cast,
    asked,  # noqa: F811
):
    made = wished(asked, cast.child, "liikun")
    answer(made.wishes.get(), cast)
    cast["pupil"].language = "uk"
    cast["pupil"].save()
    page = open_with()
    page.context.add_init_script(VOICES)
    page.goto(MINE)
    page.locator("article .listen").click()

    heard = [one for one in page.evaluate("window.said") if one[1] != "stop"]
    assert heard == [["uk", catalogue().choice("liikun").uk], ["fi", "Kokeillaan yhdessä!"]]
    assert_sound(page)


@pytest.mark.parametrize("voices", ['[{lang: "fi-FI"}, {lang: "sv-SE"}]', None])
def test_where_no_voice_speaks_the_language_it_is_said_kindly(open_with, cast, voices):
    page = open_with()
    none = "delete Window.prototype.speechSynthesis; delete window.speechSynthesis;"
    script = VOICES.replace("getVoices: () => []", f"getVoices: () => {voices}") if voices else none
    page.context.add_init_script(script)
    for language, is_missing in (("fi", voices is None), ("uk", True)):
        cast["pupil"].language = language
        cast["pupil"].save()
        page.goto(MINE)

        expect(page.locator("[data-no-voice]")).to_be_visible(visible=is_missing)
        expect(page.locator(".listen")).to_have_count(
            0 if is_missing else page.locator("[data-listen]").count()
        )
        assert_sound(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("grade", [None, 2])
def test_the_young_ones_looks_are_sound_too(open_with, cast, scheme, grade):
    cast.group.grade = grade
    cast.group.save()

    page = open_with(color_scheme=scheme)
    choose(page, "liikun")

    assert_sound(page)
    assert page.locator("#valitse-ulkona img").bounding_box()["width"] >= 72


def test_three_pictures_are_chosen_by_keyboard(open_with, cast, asked):  # noqa: F811
    WishList.objects.create(
        round=asked, pupil=cast.child, state="sent", audience="nobody", sent_on=builders.ON
    )
    page = open_with()
    page.goto(reverse("wellbeing:by_key"))
    for number in range(3):
        tab_to(page, f"[name=picture{number}]")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    tab_to(page, "main [type=submit]")
    page.keyboard.press("Enter")

    expect(page.locator("main .note")).to_contain_text("Muistatko järjestyksen?")
    assert_sound(page)
