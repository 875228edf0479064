"""What was sent is the child's: opened, taken back and erased by nobody else."""

import threading

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from accounts.models import AuditEvent
from tests import builders
from tests.wellbeing.conftest import (
    AT,
    MINE,
    answer,
    as_,
    as_form,
    choose,
    classmates,
    wished,
    wished_with_key,
)
from wellbeing.errors import WishRefusedError
from wellbeing.models import NamelessList, Reply, Wish, WishList
from wellbeing.services import lists, replies, rounds

KEY = "/toiveet/kolme-kuvaa/"


def erase_url(made) -> str:
    return reverse("wellbeing:erase", args=[made.pk])


@pytest.fixture
def confided(cast, asked):
    """A list for the welfare adult, with its three pictures, and answered."""
    made, pictures = wished_with_key(asked, cast.child, "liikun", "paha-olla", audience="welfare")
    replies.reply(
        wish=made.wishes.get(slug="liikun"), by=cast["welfare"], kind="we_try", begins=builders.ON,
        measure=builders.measure(), words="Tavataan huomenna.", at=AT,
    )  # fmt: skip
    return made, as_form(pictures)


def reprint(cast, asked, **more):
    return rounds.make_tickets(
        wish_round=asked, pupils=[cast.child], by=cast["class_teacher"], on=builders.ON, at=AT
    )


# --- erased by the child, list by list ------------------------------------------------------


@pytest.mark.parametrize("is_closed", [False, True])
@pytest.mark.parametrize("is_answered", [False, True])
def test_each_sent_list_has_a_button_of_its_own_that_says_what_it_takes(
    cast, asked, child, is_closed, is_answered
):
    made = wished(asked, cast.child, "liikun", "ulkona")
    if is_answered:
        answer(made.wishes.get(slug="liikun"), cast)
    if is_closed:
        rounds.close_round(wish_round=asked, at=AT)

    mine = child.get(MINE)
    asks = child.get(erase_url(made))
    still = Wish.objects.count()
    done = child.post(erase_url(made), follow=True)

    assert mine.text.count(f'href="{erase_url(made)}"') == 1
    assert mine.text.count("Poista tämä toivelista") == 1
    assert "Saan liikkua välillä" in asks.text
    assert "Opimme joskus ulkona" in asks.text
    assert ("ja sen vastaukset" in asks.text) is is_answered
    assert still == 2
    assert "Toivelista on poistettu." in done.text
    assert not Wish.objects.exists()
    assert not Reply.objects.exists()


def test_under_an_answer_there_is_no_button_that_takes_the_whole_list(cast, asked, child):
    made = wished(asked, cast.child, "liikun", "ulkona")
    for wish in made.wishes.all():
        answer(wish, cast)

    page = child.get(MINE).text

    assert page.count("Poista tämä toivelista") == 1
    assert "Poista tämä toiveeni" not in page


def test_erased_twice_is_erased_and_anothers_list_is_not_found(cast, asked, child):
    made = wished(asked, cast.child, "liikun")
    other = as_(cast["classmate"])

    assert other.get(erase_url(made)).status_code == 404
    assert other.post(erase_url(made)).status_code == 404
    child.post(erase_url(made))
    again = child.post(erase_url(made), follow=True)

    assert "Toivelista on poistettu." in again.text


def test_a_nameless_list_is_erased_with_its_three_pictures_and_the_turn_stays_used(
    cast, asked, child
):
    classmates(cast, 4)
    made, pictures = wished_with_key(asked, cast.child, "liikun", audience="nobody")
    key = as_form(pictures)

    bare = child.post(erase_url(made))
    asks = child.post(KEY, {**key, "erase": "ask"})
    still = NamelessList.objects.count()
    done = child.post(KEY, {**key, "erase": "yes"}, follow=True)

    assert bare.status_code == 404
    assert "Nimetön toivelistasi" in asks.text
    assert still == 1
    assert "Toivelista on poistettu." in done.text
    assert not NamelessList.objects.exists()
    assert WishList.objects.get().state == "sent"
    assert child.get(reverse("wellbeing:send")).url == MINE


def test_a_wrong_key_erases_nothing_and_is_counted(cast, asked, child):
    classmates(cast, 4)
    wished(asked, cast.child, "liikun", audience="nobody")

    page = child.post(KEY, {"picture0": "x", "erase": "yes"})

    assert page.status_code == 422
    assert NamelessList.objects.count() == 1
    assert WishList.objects.get().wrong_keys == 1


def test_what_was_never_sent_goes_when_the_round_closes(cast, asked, child):
    child.post(reverse("wellbeing:own_words"), {"words": "En ehtinyt lähettää"})
    wished(asked, cast["classmate"].pupil, "liikun")

    rounds.close_round(wish_round=asked, at=AT)

    assert [one.state for one in WishList.objects.all()] == ["sent"]
    assert not Wish.objects.filter(own_words__gt="").exists()


# --- confided: a reprinted ticket opens nothing ---------------------------------------------


def test_a_ticket_printed_again_opens_no_confided_list(cast, asked, confided, child):
    reprint(cast, asked)
    made, key = confided
    rounds.close_round(wish_round=asked, at=AT)

    seen = child.get(MINE).text
    taken = child.post(reverse("wellbeing:take_back"), follow=True).text
    erased = child.post(erase_url(made))

    for page in (seen, taken):
        assert "Saan liikkua välillä" not in page
        assert "Tavataan huomenna." not in page
        assert "Kaisa" not in page
    assert erased.status_code == 404
    assert WishList.objects.get().state == "sent"
    assert "Tavataan huomenna." in child.post(KEY, key).text


def test_a_nameless_and_a_confided_list_look_alike_on_a_ticket(cast, asked, child):
    classmates(cast, 4)
    wished(asked, cast.child, "liikun", audience="nobody")
    nameless = child.get(MINE).text
    WishList.objects.update(audience="welfare")
    welfare = child.get(MINE).text

    def body(page):
        return [line for line in page.split("<main")[1].splitlines() if "csrf" not in line]

    assert body(nameless) == body(welfare)


def test_who_prints_tickets_does_not_win_new_guesses_at_a_confided_list(
    cast, asked, confided, child
):
    _made, key = confided
    for number in range(10):
        child.post(KEY, {"picture0": str(number)})
    reprint(cast, asked)

    assert child.post(KEY, key).status_code == 429


def test_the_welfare_adult_gives_a_new_ticket_with_new_pictures(cast, asked, confided, child):
    made, old = confided
    for number in range(10):
        child.post(KEY, {"picture0": str(number)})
    url = reverse("wellbeing:new_key", args=[made.pk])
    welfare = as_(cast["welfare"])

    page = welfare.get(reverse("wellbeing:round", args=[asked.pk]))
    paper = welfare.post(url)

    assert url in page.text
    assert paper["Content-Type"] == "application/pdf"
    assert AuditEvent.objects.filter(action="wish-key", actor_id=cast["welfare"].pk).exists()
    made.refresh_from_db()
    assert made.wrong_keys == 0
    assert child.post(KEY, old).status_code == 422
    for who in ("class_teacher", "special_teacher", "principal", "pupil"):
        assert as_(cast[who]).post(url).status_code == 404


def test_did_it_help_of_a_confided_wish_is_asked_behind_the_pictures(
    cast, asked, confided, child, monkeypatch
):
    reply = Reply.objects.get()
    Reply.objects.update(ask_on=builders.ON)
    url = reverse("wellbeing:felt", args=[reply.pk])
    _made, key = confided

    mine = child.get(MINE).text
    bare = child.post(url, {"felt": "4"})
    behind = child.post(KEY, key).text
    child.post(url, {"felt": "4", **key})
    reply.refresh_from_db()

    assert "Auttoiko se?" not in mine
    assert bare.status_code == 404
    assert "Auttoiko se?" in behind
    assert reply.felt == 4


def test_a_confided_list_is_erased_with_its_pictures_and_a_new_one_may_begin(
    cast, asked, confided, child
):
    _made, key = confided

    child.post(KEY, {**key, "erase": "yes"})
    choose(child, "ulkona")

    assert WishList.objects.get().state == "draft"
    assert [one.slug for one in Wish.objects.all()] == ["ulkona"]


# --- two at the same time -------------------------------------------------------------------


def test_an_answer_to_a_list_that_was_just_erased_is_refused_in_words(cast, asked, child):
    made = wished(asked, cast.child, "liikun")
    wish = made.wishes.get()
    lists.erase(found=made)

    with pytest.raises(WishRefusedError, match="juuri takaisin"):
        answer(wish, cast)


def test_an_answer_does_not_follow_a_list_to_another_adult(cast, asked):
    made = wished(asked, cast.child, "liikun")
    wish = made.wishes.get()
    lists.take_back(wish_list=made)
    wished(asked, cast.child, audience="welfare")

    with pytest.raises(WishRefusedError):
        answer(wish, cast)


def test_a_press_on_a_list_that_was_erased_on_another_screen_is_told_kindly(cast, asked):
    made = lists.begin(wish_round=asked, pupil=cast.child)
    WishList.objects.all().delete()

    with pytest.raises(WishRefusedError, match="toisella näytöllä"):
        lists.choose(wish_list=made, slug="liikun")


# --- not sent: a reprinted ticket shows nothing ----------------------------------------------


def test_a_new_ticket_finds_an_empty_list_and_says_kindly_why(cast, asked, child):
    choose(child, "liikun")
    child.post(reverse("wellbeing:own_words"), {"words": "Salaisuus"})

    reprint(cast, asked)
    page = child.get(MINE).text

    assert "is-chosen" not in page
    assert "Salaisuus" not in page
    assert "Kesken jäänyt lista pyyhittiin" in page
    choose(child, "ulkona")
    assert "Kesken jäänyt lista pyyhittiin" not in child.get(MINE).text


def test_a_new_ticket_says_nothing_of_a_list_that_was_not_begun(cast, asked, child):
    child.get(MINE)

    reprint(cast, asked)

    assert "Kesken jäänyt lista" not in child.get(MINE).text


def test_a_new_ticket_leaves_what_was_sent(cast, asked):
    made = wished(asked, cast.child, "liikun")

    reprint(cast, asked)

    assert made.wishes.count() == 1


def send_in_a_hurry(made) -> None:
    """The child's press on a connection of its own, which does not wait for another's lock."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        lists.send(wish_list=made, audience="teacher", at=AT)
    except OperationalError:
        pass
    finally:
        connection.close()


def test_a_list_that_is_sent_while_its_ticket_is_printed_loses_no_wish(
    cast, asked, many_connections
):
    if connection.vendor == "sqlite":
        pytest.skip("the laptop engine lets one writer in at a time")
    made = lists.begin(wish_round=asked, pupil=cast.child)
    lists.choose(wish_list=made, slug="liikun")
    pressed = threading.Thread(target=send_in_a_hurry, args=[made])

    def press_before_wiping(execute, sql, *rest):
        if sql.startswith("DELETE") and pressed.ident is None:
            pressed.start()
            pressed.join()
        return execute(sql, *rest)

    with connection.execute_wrapper(press_before_wiping):
        reprint(cast, asked)

    made.refresh_from_db()
    assert pressed.ident is not None
    assert made.wishes.exists() is (made.state == WishList.State.SENT)


def test_guessed_pictures_do_not_tell_what_the_teacher_has_not_read(cast, asked, child):
    classmates(cast, 4)
    _made, pictures = wished_with_key(asked, cast.child, "liikun", audience="nobody")
    key = as_form(pictures)

    before = child.post(KEY, key).text + child.post(KEY, {**key, "erase": "ask"}).text
    NamelessList.objects.update(is_released=True)
    after = child.post(KEY, key).text

    assert "Saan liikkua välillä" not in before
    assert "Vastaus ei ole vielä tullut" in before
    assert "Saan liikkua välillä" in after
