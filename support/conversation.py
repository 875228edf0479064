"""Talking with the promises: three cards on the table, and what to ask of them."""

import random
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from support.models import QualityPromise

DRAWN = 3


@dataclass(frozen=True, slots=True)
class Occasion:
    """One of the four occasions that the source of the promises names."""

    slug: str
    name: Any
    questions: tuple[Any, ...]


OCCASIONS = (
    Occasion(
        "suunnittelu",
        _("Suunnittelu ja arviointi"),
        (
            _("Mistä lapset huomasivat tämän lupauksen viime viikolla?"),
            _("Mikä estää meitä pitämästä sitä joka päivä?"),
            _("Mitä kokeilemme seuraavaksi, ja kuka aloittaa?"),
        ),
    ),
    Occasion(
        "kodin-kanssa",
        _("Keskustelu kodin kanssa"),
        (
            _("Mistä teidän lapsenne huomaa tämän meillä?"),
            _("Mitä toivotte, että teemme toisin?"),
            _("Mistä sovimme, ja milloin palaamme siihen?"),
        ),
    ),
    Occasion(
        "kehityskeskustelu",
        _("Kehityskeskustelu"),
        (
            _("Missä lupauksessa olet parhaimmillasi?"),
            _("Minkä lupauksen pitämiseen tarvitset apua?"),
            _("Mitä sovimme seuraavaan kertaan?"),
        ),
    ),
    Occasion(
        "tyohaastattelu",
        _("Työhaastattelu"),
        (
            _("Kerro tilanteesta, jossa pidit tällaisen lupauksen."),
            _("Mitä tekisit ensimmäisellä viikolla, jotta lapsi huomaisi sen?"),
            _("Mitä tarvitsisit meiltä?"),
        ),
    ),
)


def occasion_called(slug: str) -> Occasion:
    """The occasion of this name; the first when there is none."""
    return next((one for one in OCCASIONS if one.slug == slug), OCCASIONS[0])


def draw(seed: int) -> list[QualityPromise]:
    """Three promises. The same number draws the same ones: the address can be shared and kept."""
    every = list(QualityPromise.objects.select_related("value"))
    hand = random.Random(seed)  # noqa: S311 (a draw of cards, not a secret)
    return hand.sample(every, min(DRAWN, len(every)))
