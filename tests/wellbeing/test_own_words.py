"""A child's own words are never lost."""

from django.urls import reverse

from tests.wellbeing.conftest import AT, MINE, choose, wished
from wellbeing.models import Wish
from wellbeing.services import rounds


def say(client, words, **more):
    return client.post(reverse("wellbeing:own_words"), {"words": words} | more)


def test_words_that_are_too_long_come_back_with_a_kind_sentence(child):
    page = say(child, "a" * 201)

    assert page.status_code == 422
    assert "Kirjoitit 201 merkkiä. Tähän mahtuu 200. Lyhennä vähän." in page.text
    assert "a" * 201 in page.text
    assert not Wish.objects.exists()


def test_a_new_line_is_one_letter_for_the_browser_and_for_the_portal(child):
    lines = "\r\n".join(["a" * 49] * 4)

    say(child, lines + "b")

    assert len(Wish.objects.get().own_words) == 200


def test_a_fourth_wish_in_own_words_is_not_lost(child):
    choose(child, "liikun", "ulkona", "kehu")

    page = say(child, "Haluan koiran kouluun")

    assert page.status_code == 422
    assert "Haluan koiran kouluun" in page.text
    assert "Nyt voi valita kolme" in page.text


def test_written_words_go_along_with_every_press(child):
    child.post(reverse("wellbeing:choose"), {"wish": "liikun", "words": "Ja koiran kouluun"})

    page = say(child, "Ja koiran kouluun!", next="1")

    assert page.url == reverse("wellbeing:send")
    assert Wish.objects.get(slug="omin-sanoin").own_words == "Ja koiran kouluun!"
    assert Wish.objects.filter(slug="liikun").exists()


def test_all_is_well_does_not_throw_written_words_away(child):
    page = child.post(reverse("wellbeing:all_is_well"), {"words": "Haluan koiran"})

    assert page.status_code == 422
    assert "Haluan koiran" in page.text
    assert "Pyyhi se pois, jos kaikki on hyvin." in page.text


def test_words_written_on_another_screen_after_sending_are_shown(child, cast, asked):
    wished(asked, cast.child, "liikun")

    page = say(child, "Unohdin tämän")

    assert page.status_code == 422
    assert "Unohdin tämän" in page.text
    assert "on jo lähetetty" in page.text


def test_a_round_that_ends_while_a_child_writes_says_so_and_gives_the_words_back(
    cast, asked, child
):
    child.get(MINE)
    rounds.close_round(wish_round=asked, at=AT)

    page = child.post(reverse("wellbeing:own_words"), {"words": "Haluan hiljaisen nurkan"})
    sending = child.get(reverse("wellbeing:send"), follow=True)

    assert page.status_code == 422
    assert "Kysely ehti päättyä." in page.text
    assert "Haluan hiljaisen nurkan" in page.text
    assert "Kysely ehti päättyä." in sending.text
