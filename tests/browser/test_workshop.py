"""A team at one checklist: three teachers, three browsers, one round."""

from contextlib import ExitStack

import pytest

from support.models import ChecklistAnswer
from support.services import rounds
from support.services.rounds import Subject
from tests import builders
from tests.browser.test_everyday import CHROMIUM, PASSWORD, sign_in
from tests.browser.test_everyday import chromium as chromium  # noqa: PLC0414 (a fixture)

TEAM = ("class_teacher", "subject_teacher", "special_teacher")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def shared(cast):
    """The open round of 7C, and three who can sign in."""
    for who in TEAM:
        cast[who].set_password(PASSWORD)
        cast[who].save()
    return rounds.begin_round(
        checklist=builders.checklist(6),
        subject=Subject(cast.school, group=cast.group),
        copy_last=False,
        by=cast["class_teacher"],
        on=builders.ON,
    )


@pytest.fixture
def address(shared, city_server):
    return city_server


@pytest.fixture(params=[True, False], ids=["with_javascript", "without_javascript"])
def team(request, chromium, address, cast, shared):
    """Three browsers with the same round open, none of which has seen the others' ticks."""
    made = [
        chromium.new_context(
            base_url=address,
            viewport={"width": 390, "height": 844},
            java_script_enabled=request.param,
        )
        for _who in TEAM
    ]
    pages = [one.new_page() for one in made]
    for page, who in zip(pages, TEAM, strict=True):
        sign_in(page, cast[who])
        page.goto(f"/kierrokset/{shared.pk}/")
    yield pages
    for one in made:
        one.close()


def press_at_once(pages, places, words) -> None:
    """Each presses "käytössä" on an item; the presses leave together, when all have been made."""
    held = []

    def hold(route):
        held.append(route)
        if len(held) == len(pages):
            for each in held:
                each.continue_()

    with ExitStack() as until_all_have_landed:
        for page, place, said in zip(pages, places, words, strict=True):
            page.route("**/talleta/", hold)
            item = page.locator("li[id^=kohta-]").nth(place)
            item.locator("summary").click()
            item.locator("input[name$='-did']").fill(said)
            until_all_have_landed.enter_context(page.expect_navigation())
            item.locator("button", has_text="käytössä").click(no_wait_after=True)
    for page in pages:
        page.unroute_all()


def test_three_browsers_fill_one_checklist_at_once(team, shared):
    press_at_once(team, (0, 1, 2), ("Rauhoitti", "Selkeytti", "Kannusti"))
    press_at_once(team, (3, 4, 5), ("Auttoi alkuun", "Toi taukoja", "Kokosi tiimin"))

    saved = shared.answers.filter(state=ChecklistAnswer.State.IN_USE)
    assert sorted(saved.values_list("item__order", "number")) == [(n, 1) for n in range(6)]
    assert {one.changed_by.username for one in saved} == {"liisa", "sami", "erja"}
    for page in team:
        page.reload()
        assert "6/6 kohtaa käyty" in page.inner_text("main")
        assert page.locator("progress").get_attribute("value") == "6"


def test_of_three_on_one_item_none_loses_a_word(team, shared):
    words = ("Rauhoitti", "Selkeytti", "Kannusti")

    press_at_once(team, (0, 0, 0), words)

    won = shared.answers.get().did
    assert won in words
    for page, own in zip(team, words, strict=True):
        item = page.locator("li[id^=kohta-]").first
        assert item.locator("input[name$='-did']").input_value() == own
        if own != won:
            assert "Joku muu tallensi tämän kohdan" in item.inner_text()
            assert won in item.inner_text()


def test_words_in_one_item_are_saved_by_the_press_of_another(team, shared):
    page = team[0]
    items = page.locator("li[id^=kohta-]")
    items.nth(0).locator("summary").click()
    items.nth(0).locator("input[name$='-did']").fill("Ensin kirjoitettu")
    items.nth(1).locator("button", has_text="kokeiltu").click()

    page.wait_for_url("**/#kohta-*")

    assert "Ensin kirjoitettu" in items.nth(0).inner_text()
    assert set(shared.answers.values_list("state", "did")) == {
        ("not_yet", "Ensin kirjoitettu"), ("tried", ""),
    }  # fmt: skip


@pytest.mark.parametrize("team", [True], ids=["with_javascript"], indirect=True)
def test_who_leaves_with_unsaved_words_is_asked_first(team, shared):
    page = team[0]
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("li[id^=kohta-] summary").first.click()
    page.locator("input[name$='-did']").first.fill("Ei vielä tallessa")

    page.locator(".crumbs a").last.click(no_wait_after=True)
    page.locator("button", has_text="Päätä kierros").click()
    page.wait_for_url("**/kokeiltu/")

    assert asked == ["beforeunload"]
    assert shared.answers.get().did == "Ei vielä tallessa"
