"""Three promises on the table, and questions for the occasion."""

import pytest
from django.test import Client
from django.urls import reverse

from support.models import QualityPromise, QualityValue


@pytest.fixture
def promises(db):
    value = QualityValue.objects.create(slug="v", name="Luovuus", summary="", order=0)
    return [
        QualityPromise.objects.create(
            slug=f"l{n}", value=value, order=n, slogan=f"Lupaus {n}.", meaning="Koe", shows=["a"]
        )
        for n in range(8)
    ]


def hand(**query) -> tuple[str, set[str]]:
    page = Client().get(reverse("support:conversation"), query).text
    return page, {f"Lupaus {n}." for n in range(8) if f"Lupaus {n}." in page}


def test_three_are_drawn_and_the_address_draws_the_same_again(promises):
    first, again = hand(nosto="5"), hand(nosto="5")

    assert len(first[1]) == 3
    assert first[1] == again[1]
    assert len({frozenset(hand(nosto=str(n))[1]) for n in range(6)}) > 1


@pytest.mark.parametrize(
    ("occasion", "asked"),
    [("suunnittelu", "kuka aloittaa"), ("kodin-kanssa", "Mitä toivotte"),
     ("kehityskeskustelu", "parhaimmillasi"), ("tyohaastattelu", "ensimmäisellä viikolla")],
)  # fmt: skip
def test_each_occasion_asks_its_own(promises, occasion, asked):
    assert asked in hand(tilanne=occasion, nosto="1")[0]


@pytest.mark.parametrize("nosto", ["", "-1", "x", "²", "9" * 400])
def test_a_strange_address_still_draws_three(promises, nosto):
    assert len(hand(nosto=nosto, tilanne="outo")[1]) == 3


def test_what_was_agreed_is_written_on_the_page_and_sent_nowhere(promises):
    page = hand(nosto="1")[0]
    note = page.split("<textarea", 1)[1].split(">", 1)[0]

    assert 'for="sovittu"' in page
    assert "sitä ei lähetetä eikä tallenneta" in page
    assert "name=" not in note
    before = page.split("<textarea", 1)[0]
    assert before.count("<form") == before.count("</form>")
    assert Client().post(reverse("support:conversation"), {"sovittu": "Koe"}).status_code == 405
