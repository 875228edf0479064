"""Sending: a key is seen before the list leaves, and a tap that is sent twice loses nothing."""

import pytest
from django.urls import reverse

from tests import builders
from tests.wellbeing.conftest import (
    AT,
    MINE,
    as_,
    as_form,
    choose,
    classmates,
    hidden,
    shown,
    wished,
    wished_with_key,
)
from wellbeing.errors import KeyTakenError
from wellbeing.models import NamelessList, WishList
from wellbeing.services import lists, rounds

SEND = "/toiveet/laheta/"


def pictures_page(client, audience="nobody"):
    """The page on which a child learns the three pictures."""
    return client.post(SEND, {"audience": audience}, follow=True)


@pytest.fixture
def ready(cast, asked, child):
    """A child of a class of six who has chosen one wish."""
    classmates(cast, 4)
    choose(child, "liikun")
    return child


@pytest.mark.parametrize("audience", ["nobody", "welfare"])
def test_the_three_pictures_are_seen_before_anything_is_sent(ready, audience):
    page = pictures_page(ready, audience)

    assert page.redirect_chain == [(f"{SEND}{audience}/", 302)]
    assert len(shown(page)) == 3
    assert WishList.objects.get().state == "draft"
    assert not NamelessList.objects.exists()


@pytest.mark.parametrize("audience", ["nobody", "welfare"])
def test_the_pictures_that_were_seen_open_the_list(ready, cast, audience):
    page = pictures_page(ready, audience)
    thanks = ready.post(SEND, {"audience": audience, "sheet": hidden(page)})

    opened = as_(cast["pupil"]).post(reverse("wellbeing:by_key"), as_form(shown(page)))

    assert shown(thanks) == shown(page)
    assert opened.status_code == 200
    # A nameless one shows its wishes only once the teacher has them.
    assert ("Saan liikkua välillä" in opened.text) == (audience == "welfare")


def test_a_list_for_the_teacher_has_no_pictures(ready):
    page = ready.post(SEND, {"audience": "teacher"})

    assert "Saat vastauksen viikon sisällä" in page.text
    assert "key-shown" not in page.text


@pytest.mark.parametrize("audience", ["teacher", "nobody", "welfare"])
def test_a_second_tap_after_the_first_has_signed_out_is_thanked_too(ready, audience):
    page = ready.get(SEND) if audience == "teacher" else pictures_page(ready, audience)
    form = {"audience": audience, "sheet": hidden(page)}

    ready.post(SEND, form)
    second = ready.post(SEND, form)

    assert second.status_code == 200
    assert "Kiitos, toiveesi on lähetetty" in second.text
    assert "no-store" in second["Cache-Control"]
    # Nobody knows who holds the tablet now.
    assert "key-shown" not in second.text
    assert WishList.objects.sent().count() == 1


@pytest.mark.parametrize("audience", ["nobody", "welfare"])
def test_a_second_tap_that_is_still_signed_in_shows_the_same_pictures(ready, cast, audience):
    """Both taps arrive before the first answer has left."""
    page = pictures_page(ready, audience)
    form = {"audience": audience, "sheet": hidden(page)}
    other = as_(cast["pupil"])

    ready.post(SEND, form)
    second = other.post(SEND, form)

    assert shown(second) == shown(page)
    assert other.get(MINE).status_code == 302


def test_another_tabs_pictures_are_not_taken_for_the_key(ready, cast):
    first, second = pictures_page(ready), pictures_page(ready)
    ready.post(SEND, {"audience": "nobody", "sheet": hidden(first)})

    signed_out = ready.post(SEND, {"audience": "nobody", "sheet": hidden(second)})
    signed_in = as_(cast["pupil"]).post(SEND, {"audience": "nobody", "sheet": hidden(second)})

    assert "Sen avaavat ne kolme kuvaa, jotka näit silloin." in signed_out.text
    assert signed_in.url == MINE


def test_a_page_that_stood_too_long_says_that_the_list_is_safe(ready):
    page = ready.get(SEND)
    ready.logout()

    late = ready.post(SEND, {"audience": "teacher", "sheet": hidden(page)}, follow=True)

    assert "Toiveesi on tallessa" in late.text
    assert WishList.objects.get().state == "draft"


@pytest.mark.parametrize("sheet", ["", "x", "\x00", "a:b:c", "x" * 5000])
def test_pictures_that_we_have_not_shown_are_no_key(ready, sheet):
    """Otherwise a child could ask which keys are taken."""
    page = ready.post(SEND, {"audience": "nobody", "sheet": sheet})

    assert page.url == f"{SEND}nobody/"
    assert WishList.objects.get().state == "draft"


def test_another_childs_page_is_no_key(ready, cast):
    other = as_(cast["classmate"])
    choose(other, "ulkona")
    page = pictures_page(other)

    refused = ready.post(SEND, {"audience": "nobody", "sheet": hidden(page)})

    assert refused.url == f"{SEND}nobody/"


def test_pictures_that_another_has_sent_with_meanwhile_are_changed(ready, cast, asked, monkeypatch):
    _other, taken = wished_with_key(asked, cast["classmate"].pupil, "ulkona", audience="nobody")
    with monkeypatch.context() as rigged:
        rigged.setattr("wellbeing.services.keys.new_pictures", lambda: taken)
        page = pictures_page(ready)

    again = ready.post(SEND, {"audience": "nobody", "sheet": hidden(page)}, follow=True)

    assert "Kuvat vaihtuivat." in again.text
    assert WishList.objects.get(pupil=cast.child).state == "draft"
    made = WishList.objects.get(pupil=cast.child)
    with pytest.raises(KeyTakenError):
        lists.send(wish_list=made, audience="nobody", at=AT, pictures=taken)
    assert made.wishes.count() == 1


def test_own_words_are_refused_before_any_pictures_are_shown(ready):
    ready.post(reverse("wellbeing:own_words"), {"words": "Minä"})

    page = pictures_page(ready)
    by_hand = ready.get(f"{SEND}nobody/", follow=True)

    for one in (page, by_hand):
        assert "Omista sanoista voi tunnistaa" in one.text
        assert "key-shown" not in one.text


def test_no_table_ties_a_nameless_list_to_the_child_who_saw_the_pictures(ready, asked):
    page = pictures_page(ready)
    session = dict(ready.session)
    ready.post(SEND, {"audience": "nobody", "sheet": hidden(page)})

    assert not any(code in str(session) for code in shown(page))
    assert WishList.objects.get().key_digest == ""
    assert {field.name for field in NamelessList._meta.fields} == {
        "id", "round", "key_digest", "slugs", "is_released", "answer",
    }  # fmt: skip


def test_after_sending_a_step_back_shows_no_pictures(ready):
    page = pictures_page(ready)
    ready.post(SEND, {"audience": "nobody", "sheet": hidden(page)})

    back = ready.get(f"{SEND}nobody/")

    assert back.url.startswith("/kirjaudu/")
    assert "no-store" in page["Cache-Control"]


def test_a_day_that_two_tell_the_same_is_thanked_without_a_second_list(cast, asked, ready):
    page = ready.get(SEND)
    wished(asked, cast.child, audience="teacher")

    second = ready.post(SEND, {"audience": "special", "sheet": hidden(page)})

    assert "Kiitos, toiveesi on lähetetty" in second.text
    assert WishList.objects.get(pupil=cast.child).audience == "teacher"
    assert WishList.objects.get(pupil=cast.child).sent_on == builders.ON


@pytest.mark.parametrize("is_checked_first", [True, False])
def test_a_round_that_is_closed_while_a_child_sends_is_over(
    ready, asked, monkeypatch, is_checked_first
):
    """The teacher's press falls into the middle of the child's."""
    check = lists.check

    def closing(*args, **wanted):
        if is_checked_first:
            check(*args, **wanted)
        rounds.close_round(wish_round=asked, at=AT)
        if not is_checked_first:
            check(*args, **wanted)

    monkeypatch.setattr(lists, "check", closing)

    page = ready.post(SEND, {"audience": "teacher"})

    assert page.status_code == 422
    assert "Kysely ehti päättyä" in page.text
    assert not WishList.objects.exists()


def test_a_list_that_was_erased_on_another_screen_can_be_begun_anew(ready, monkeypatch):
    check = lists.check

    def erasing(*args, **wanted):
        check(*args, **wanted)
        WishList.objects.all().delete()

    monkeypatch.setattr(lists, "check", erasing)

    page = ready.post(SEND, {"audience": "teacher"})

    assert page.status_code == 422
    assert "poistettu toisella näytöllä" in page.text
