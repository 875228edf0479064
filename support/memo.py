"""A round's memo: one sheet for a meeting. Personal, so it is made in the request and not kept."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kemi_ecosystem.lib import pdf
from support.models import ChecklistRound
from support.selectors.rounds import Earlier, ItemRow, RoundPage

# So many lines of so many letters has the sheet room for: in one column with ordinary letters,
# and in its two columns with small ones.
LARGE, LARGE_LINE = 30, 72
SMALL, SMALL_LINE = 98, 39
# The days and the weeks of a row, in letters; a heading, in lines.
TIME, HEADING = 28, 2
SECONDS = 20


@dataclass(frozen=True, slots=True)
class Part:
    title: Any
    rows: list[ItemRow]
    # Whether it has been tried: then its days stand beside it.
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """What fits. Nothing is cut in the middle: what has no room is left to the portal's page."""

    parts: list[Part]
    is_small: bool
    has_words: bool
    left_out: int
    question: str

    @property
    def fits(self) -> bool:
        most, line = (SMALL, SMALL_LINE) if self.is_small else (LARGE, LARGE_LINE)
        # The question runs over both columns.
        question = HEADING + math.ceil(len(self.question) / LARGE_LINE) if self.question else 0
        parts = sum(self._lines(part, line) for part in self.parts)
        return parts + question * (2 if self.is_small else 1) <= most

    def _lines(self, part: Part, line: int) -> int:
        time = TIME if part.is_told else 0
        texts = sum(math.ceil((len(row.item.text) + time) / line) for row in part.rows)
        words = sum(math.ceil(len(row.answer.did) / line) for row in part.rows)
        return HEADING + texts + (words if self.has_words and part.is_told else 0)


def sheet_of(
    page: RoundPage, earlier: Earlier, question: str = "", *, is_large: bool = False
) -> Sheet:
    """The fullest sheet that there is room for; with larger letters all of it, on several."""
    return next(one for one in _sheets(page, earlier, question) if one.fits or is_large)


def _sheets(page: RoundPage, earlier: Earlier, question: str) -> Iterator[Sheet]:
    """From the fullest to an empty one."""
    told = [
        Part(_("Käytössä"), page.in_use),
        Part(_("Kokeiltu"), page.tried),
        Part(_("Aiemmilla kierroksilla kokeiltu"), earlier.rows),
    ]
    rest = [
        Part(_("Vielä kokeilematta"), page.untried, is_told=False),
        Part(_("Ei sovi meille"), page.unfit, is_told=False),
    ]
    told, rest = ([part for part in parts if part.rows] for parts in (told, rest))
    untold = sum(len(part.rows) for part in rest)
    yield Sheet(told + rest, is_small=False, has_words=True, left_out=0, question=question)
    yield Sheet(told + rest, is_small=True, has_words=True, left_out=0, question=question)
    yield Sheet(told, is_small=True, has_words=True, left_out=untold, question=question)
    total = sum(len(part.rows) for part in told)
    for most in range(total, -1, -1):
        left = untold + total - most
        kept = _first(told, most)
        yield Sheet(kept, is_small=True, has_words=False, left_out=left, question=question)


def _first(parts: list[Part], most: int) -> list[Part]:
    """The first rows of the parts, so many in all."""
    kept = []
    for part in parts:
        rows = part.rows[:most]
        most -= len(rows)
        if rows:
            kept.append(Part(part.title, rows))
    return kept


def make(
    of: ChecklistRound, page: RoundPage, earlier: Earlier, *, is_large: bool = False, **more: Any
) -> bytes:
    """The memo as PDF, in the reader's language. Raises PaperError."""
    context = {
        "round": of,
        "page": page,
        "sheet": sheet_of(page, earlier, getattr(of, "asked_for", "") or "", is_large=is_large),
        "is_large": is_large,
        "LANGUAGE_CODE": get_language(),
        **more,
    }
    return pdf.make(render_to_string("support/paper/memo.html", context), seconds=SECONDS)
