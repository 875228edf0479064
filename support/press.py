"""The catalogue on paper: which papers there are, what stands on each, and how they are made."""

import base64
import datetime as dt
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from kemi_ecosystem.lib import pdf
from kemi_ecosystem.lib.shelf import Shelf, tidy
from support.forms import LEVEL_HELP
from support.models import Checklist, Level, Measure, QualityCard, QualityPromise
from support.selectors.catalogue import branch_names, pack_notice, tree_page

ON_A_SHEET = 4
MARKS = ("top", "bottom", "left", "right", "across", "down")
BOXES = range(4)
# Letters on a card of A6: below SHORT they may be large, above LONG they must be small.
SHORT, LONG = 420, 950
# Below this, reasons counted in, a card's own sheet of A4 has room for letters to read on a wall.
ROOMY = 1200
# More than this does not fit: then the questions are left to the card's A4.
MOST = 1400
# How long a paper may take. A deck is made by a worker, which can wait longer than a reader.
SECONDS, DECK_SECONDS = 20, 120
TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{3,6})")
logger = logging.getLogger(__name__)


# A template and what it shows.
Drawn = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A paper, or a row of papers of the same kind: then `slug` says which."""

    name: str
    title: Any
    draw: Callable[[str], Drawn | None]
    # Made by a worker while the reader waits on a page of its own.
    is_deck: bool = False
    # Larger letters when asked; a poster's and an A6 card's are as large as there is room for.
    can_be_large: bool = True


def wants_large(query: Mapping[str, str]) -> bool:
    """Whether the reader asked for larger letters."""
    return query.get("teksti") == "suuri"


@dataclass(frozen=True, slots=True)
class PaperCard:
    title: str
    summary: str
    pictogram: str
    parts: tuple[tuple[str, list[str]], ...]
    foot: str
    why: str = ""
    tomorrow: str = ""

    @property
    def letters(self) -> int:
        """How much stands on a card of a deck, headings and the ends of lines counted in."""
        points = [point for _heading, many in self.parts for point in many]
        return sum(len(one) + 20 for one in [self.summary, self.tomorrow, *points])

    def for_deck(self) -> "PaperCard":
        """The card as it fits on A6: nothing is cut in the middle of a sentence."""
        if self.letters <= MOST:
            return self
        foot = gettext("%(foot)s · koko kortti: A4") % {"foot": self.foot}
        return replace(self, parts=self.parts[:1], foot=foot)

    @property
    def is_roomy(self) -> bool:
        return self.letters + len(self.why) < ROOMY

    @property
    def is_long(self) -> bool:
        return self.letters > LONG

    @property
    def is_short(self) -> bool:
        return self.letters < SHORT


def _tree(size: str) -> Callable[[str], Drawn | None]:
    def draw(_slug: str) -> Drawn:
        page = tree_page({}, branches=branch_names())
        limbs, number = [], 1
        for limb in page.limbs:
            leaves = [
                {"number": n, "x": leaf.x, "y": leaf.y, "level": leaf.level, "name": leaf.name,
                 "transform": leaf.transform}
                for n, leaf in enumerate(limb.leaves, start=number)
            ]  # fmt: skip
            names = ("name", "outline", "twigs", "label_x", "label_y", "anchor")
            drawn = {name: getattr(limb, name) for name in names}
            limbs.append(drawn | {"leaves": leaves})
            number += len(leaves)
        svg = render_to_string("support/paper/tree.svg", {"limbs": limbs, "ink": _inks()})
        drawing = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
        paper = {"limbs": limbs, "drawing": drawing, "total": page.total, "notice": pack_notice()}
        return "support/paper/tree.html", {"paper": paper, "size": size}

    return draw


def _inks() -> dict[str, str]:
    """The light theme's colours, for a drawing that cannot read a style sheet."""
    css = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    light = css.split("@media", 1)[0]
    return {name.replace("-", "_"): colour for name, colour in TOKEN.findall(light)}


def _quality_cards(slug: str = "") -> list[PaperCard]:
    cards = QualityCard.objects.filter(slug=slug) if slug else QualityCard.objects.all()
    return [
        PaperCard(
            one.title,
            one.summary,
            one.pictogram,
            (
                (gettext("Näin se näkyy arjessa"), one.shows),
                (gettext("Arvioi itse"), one.questions),
            ),
            gettext("Laatukortti · %(minutes)s min") % {"minutes": one.minutes},
            one.why,
            one.tomorrow,
        )
        for one in cards
    ]


def _promises(_slug: str = "") -> list[PaperCard]:
    return [
        PaperCard(
            one.slogan,
            one.meaning,
            "",
            ((gettext("Mistä sen huomaa"), one.shows),),
            gettext("Laatulupaus · %(value)s · KARVI %(numbers)s")
            % {
                "value": one.value.name,
                "numbers": ", ".join(str(each.number) for each in one.indicators.all()),
            },
        )
        for one in QualityPromise.objects.select_related("value").prefetch_related("indicators")
    ]


def _deck(cards: Callable[[str], list[PaperCard]], title: Any) -> Callable[[str], Drawn | None]:
    def draw(slug: str) -> Drawn:
        made = [one.for_deck() for one in cards(slug)]
        sheets = [made[n : n + ON_A_SHEET] for n in range(0, len(made), ON_A_SHEET)]
        paper = {"title": title, "sheets": sheets, "marks": MARKS}
        return "support/paper/deck.html", {"paper": paper}

    return draw


def _pages(cards: Callable[[str], list[PaperCard]], title: Any) -> Callable[[str], Drawn | None]:
    def draw(slug: str) -> Drawn | None:
        made = cards(slug)
        if slug and not made:
            return None
        paper = {"title": made[0].title if slug else title, "cards": made}
        return "support/paper/cards.html", {"paper": paper}

    return draw


def _measure(slug: str) -> Drawn | None:
    found = Measure.objects.select_related("branch").filter(slug=slug).first()
    if found is None:
        return None
    help_text = LEVEL_HELP[Level(found.level)]
    context = {"measure": found, "level_help": help_text, "notice": pack_notice()}
    return "support/paper/measure.html", context


def _checklist(slug: str) -> Drawn | None:
    found = Checklist.objects.for_page().filter(slug=slug).first()
    if found is None:
        return None
    context = {"checklist": found, "notice": pack_notice(), "boxes": BOXES}
    return "support/paper/checklist.html", context


CARDS, PROMISES = _("Laatukortit"), _("Varhaiskasvatuksen laatulupaukset")
# What is one for the whole catalogue, and what there is one of for each row.
WHOLE = {
    one.name: one
    for one in (
        Kind("tukipuu-a3", _("Tukipuu seinälle, A3"), _tree("a3"), can_be_large=False),
        Kind("tukipuu-a4", _("Tukipuu seinälle, A4"), _tree("a4"), can_be_large=False),
        Kind(
            "laatukortit-a6",
            _("Laatukorttien pakka, A6"),
            _deck(_quality_cards, CARDS),
            is_deck=True,
            can_be_large=False,
        ),
        Kind("laatukortit-a4", _("Laatukortit, A4"), _pages(_quality_cards, CARDS), is_deck=True),
        Kind(
            "laatulupaukset-a6",
            _("Laatulupausten pakka, A6"),
            _deck(_promises, PROMISES),
            is_deck=True,
            can_be_large=False,
        ),
        Kind(
            "laatulupaukset-a4", _("Laatulupaukset, A4"), _pages(_promises, PROMISES), is_deck=True
        ),
    )
}
EACH = {
    one.name: one
    for one in (
        Kind("tukitoimi", _("Tukitoimi yhdellä sivulla"), _measure),
        Kind("laatukortti", _("Laatukortti yhdellä sivulla"), _pages(_quality_cards, CARDS)),
        Kind("muistilista", _("Tyhjä muistilista"), _checklist),
    )
}


def draw(name: str, slug: str = "", *, is_large: bool = False) -> tuple[Kind, str] | None:
    """The kind and the page that becomes the paper, or None where there is no such paper.

    Papers are in the language of their content, whoever asks: a worker makes the same one.
    """
    kind = (EACH if slug else WHOLE).get(name)
    if kind is None:
        return None
    with override(settings.LANGUAGE_CODE):
        drawn = kind.draw(slug)
        if drawn is None:
            return None
        template, context = drawn
        context["is_large"] = is_large and kind.can_be_large
        return kind, render_to_string(template, context)


def make(kind: Kind, html: str) -> bytes | None:
    """The paper, made now and kept; None when it failed, which its place remembers for a while."""
    place = Shelf(pdf.key(html))
    try:
        return place.make(html, seconds=DECK_SECONDS if kind.is_deck else SECONDS)
    except pdf.PaperError as error:
        logger.warning("No paper %s: %s", kind.name, error)
        return None


def make_waited_for(name: str, slug: str = "", *, is_large: bool = False, at: dt.datetime) -> None:
    """A worker's part: make a paper that a reader waits for. A failure is told on their page."""
    tidy(at=at.timestamp())
    drawn = draw(name, slug, is_large=is_large)
    if drawn is None:
        return
    kind, html = drawn
    if Shelf(pdf.key(html)).read() is None:
        make(kind, html)
