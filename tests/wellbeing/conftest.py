import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from schools.models import Pupil
from tests import builders
from wellbeing.errors import KeyTakenError
from wellbeing.models import WishList, WishRound
from wellbeing.services import keys, lists, replies, rounds

AT = builders.AT.replace(hour=9)
MINE = "/toiveet/"


def as_(person):
    client = Client()
    if person is not None:
        client.force_login(person, backend="accounts.backends.PasswordBackend")
    return client


@pytest.fixture
def asked(cast) -> WishRound:
    return rounds.open_round(
        group=cast.group, by=cast["class_teacher"], closes_on=builders.ON + dt.timedelta(days=7),
        at=AT,
    )  # fmt: skip


@pytest.fixture
def child(cast, asked):
    return as_(cast["pupil"])


def choose(client, *slugs):
    for slug in slugs:
        client.post(reverse("wellbeing:choose"), {"wish": slug})


def let_go(client, slug):
    client.post(reverse("wellbeing:choose"), {"let_go": slug})


def wished(asked, pupil, *slugs, audience="teacher") -> WishList:
    return wished_with_key(asked, pupil, *slugs, audience=audience)[0]


def wished_with_key(asked, pupil, *slugs, audience) -> tuple[WishList, list[str]]:
    """A list that was sent, and the three pictures that open it."""
    made = lists.begin(wish_round=asked, pupil=pupil)
    for slug in slugs:
        lists.choose(wish_list=made, slug=slug)
    while True:
        pictures = keys.new_pictures()
        try:
            lists.send(wish_list=made, audience=audience, at=AT, pictures=pictures)
        except KeyTakenError:
            continue
        made.refresh_from_db()
        return made, pictures


def as_form(pictures) -> dict[str, str]:
    return {f"picture{number}": code for number, code in enumerate(pictures)}


def hidden(page, name="sheet") -> str:
    """What a form carries unseen."""
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


def shown(page) -> list[str]:
    """The three pictures on a page."""
    part = page.text.split('class="key-shown"')[1].split("</ol>")[0]
    return re.findall(r"openmoji/([0-9A-F-]+)", part)


def classmates(cast, count):
    """So many children of the class beside the cast; the same ones when asked again."""
    known = {one.key: one for one in Pupil.objects.filter(key__startswith="n")}
    keys = [f"n{number}" for number in range(count)]
    return [known.get(key) or builders.pupil(cast.group, key) for key in keys]


def answer(wish, cast, **fields):
    wanted = {
        "kind": "we_try", "measure": builders.measure(), "begins": builders.ON,
        "words": "Kokeillaan yhdessä!",
    } | fields  # fmt: skip
    return replies.reply(wish=wish, by=cast["class_teacher"], at=AT, **wanted)
