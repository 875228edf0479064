"""Finnish words made findable: folded, stemmed, cut in threes; Voikko helps when it is there."""

import re
from functools import lru_cache
from typing import Any

import snowballstemmer

from kemi_ecosystem.lib.text import fold

WORD = re.compile(r"[0-9a-zåäöéü]+", re.IGNORECASE)
SHORTEST = 3
LONGEST = 60
# How much of a word's letters in threes must be found again (measured: see docs/search.md).
CONTAINMENT = 0.67


@lru_cache(maxsize=1)
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("finnish")


@lru_cache(maxsize=1)
def voikko() -> Any:
    """Voikko's analyser, or None where the library or its dictionary is not installed."""
    try:
        import libvoikko  # noqa: PLC0415 (optional: it looks for a system library)

        return libvoikko.Voikko("fi")
    except (ImportError, OSError, Exception):  # noqa: BLE001 (VoikkoException has no stable home)
        return None


def words_of(text: str) -> list[str]:
    return [one for one in WORD.findall(text.lower()) if len(one) >= SHORTEST]


WHOLE, PART, SYNONYM = 1.0, 0.45, 0.6


def forms_of(word: str) -> frozenset[str]:
    """The folded forms under which a word is found: itself, its stem, its base forms and parts."""
    return frozenset(strengths_of(word))


@lru_cache(maxsize=20_000)
def strengths_of(word: str) -> dict[str, float]:
    """The forms of a word and how much each stands for it: a part is less than the whole."""
    forms = {fold(word), fold(_stemmer().stemWord(word))}
    split: set[str] = set()
    analyser = voikko()
    if analyser is not None:
        for one in analyser.analyze(word):
            base = one.get("BASEFORM", "").lower()
            forms.add(fold(base.replace("=", "").replace("-", "")))
            parts = re.findall(r"\(([^()+]+)\)", one.get("WORDBASES", ""))
            split.update(fold(part) for part in parts)
    strengths = dict.fromkeys(split, PART) | dict.fromkeys(forms, WHOLE)
    return {one[:LONGEST]: how for one, how in strengths.items() if len(one) >= SHORTEST}


def grams_of(folded: str) -> frozenset[str]:
    """A word's letters in threes, its beginning marked."""
    padded = f" {folded}"
    return frozenset(padded[n : n + 3] for n in range(max(1, len(padded) - 2)))


def likeness(query: str, grams: frozenset[str], term: str, shared: int) -> float:
    """How well a term answers a query form: 1 the same, less for a beginning or for letters."""
    if term == query:
        return 1.0
    if term.startswith(query):
        return 0.9
    contained = shared / len(grams)
    return 0.7 * contained if contained >= CONTAINMENT else 0.0
