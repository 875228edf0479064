"""Finnish words made findable: folded, stemmed, cut in threes; Voikko helps when it is there."""

import math
import re
import unicodedata
from functools import lru_cache
from typing import Any

import snowballstemmer

from kemi_ecosystem.lib.text import fold

WORD = re.compile(r"[0-9a-zåäöéü]+", re.IGNORECASE)
SHORTEST = 3
LONGEST = 60
# How much of a word's letters in threes must be found again. Measured on 45 inflected and
# compound queries: with stems .87 of them are found, with Voikko's base forms as well .99.
CONTAINMENT = 0.67
# Raise it when words are cut, stemmed or weighed in another way: every index is then written anew.
INDEX_VERSION = 5
# Words that say nothing of what is looked for.
IDLE = frozenset({
    "että", "joka", "jotka", "jossa", "josta", "kun", "mikä", "mitä", "miten", "kuinka", "missä",
    "olla", "ole", "ovat", "voi", "voin", "hän", "hänen", "minä", "minun", "minulla", "sekä",
    "mutta", "tai", "niin", "myös", "kuin", "jos", "eikä",
})  # fmt: skip


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
    """The words, composed: some keyboards send ä as two characters."""
    composed = unicodedata.normalize("NFC", text.lower())
    return [one for one in WORD.findall(composed) if len(one) >= SHORTEST]


def asked(query: str, *, most: int) -> list[str]:
    """The words of a query that say something; all of them when none does."""
    words = list(dict.fromkeys(words_of(query)))
    return ([one for one in words if one not in IDLE] or words)[:most]


WHOLE, STEM, SYNONYM, PART = 1.0, 0.95, 0.6, 0.45


def forms_of(word: str) -> frozenset[str]:
    """The folded forms under which a word is found: itself, its stem, its base forms and parts."""
    return frozenset(strengths_of(word))


@lru_cache(maxsize=20_000)
def strengths_of(word: str) -> dict[str, float]:
    """The forms of a word and how much each stands for it: a part is less than the whole."""
    forms = {fold(_stemmer().stemWord(word))}
    split: set[str] = set()
    analyser = voikko()
    if analyser is not None:
        for one in analyser.analyze(word):
            base = one.get("BASEFORM", "").lower()
            forms.add(fold(base.replace("=", "").replace("-", "")))
            parts = re.findall(r"\(([^()+]+)\)", one.get("WORDBASES", ""))
            split.update(fold(part) for part in parts)
    strengths = dict.fromkeys(split, PART) | dict.fromkeys(forms, STEM) | {fold(word): WHOLE}
    return {one[:LONGEST]: how for one, how in strengths.items() if len(one) >= SHORTEST}


@lru_cache(maxsize=20_000)
def grams_of(folded: str) -> frozenset[str]:
    """A word's letters in threes, its beginning marked."""
    padded = f" {folded}"
    return frozenset(padded[n : n + 3] for n in range(max(1, len(padded) - 2)))


def enough(grams: frozenset[str]) -> int:
    """How many letters in threes a word must share to be taken for the same."""
    return math.ceil(CONTAINMENT * len(grams))


# The shortest word of the index that a slip of a finger is forgiven for, and the longest ending
# that may follow it.
SLIP_LEAST, ENDING = 5, 6
# What may follow a stem: plural, case, whose, and a particle. Another word is no ending.
ENDINGS = re.compile(
    r"[aeiouy]?[ijt]?[aeou]?"
    r"(n|t|a|ta|tta|na|ksi|ssa|sta|lla|lta|lle|e|en|h[aeiou]n|seen|siin|den|ten|jen|mis\w{1,3})?"
    r"(ni|si|nsa|mme|nne)?"
)


def is_one_slip(one: str, other: str) -> bool:
    """Whether one letter is missing, extra or wrong, or two stand in each other's place."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) == 1 or (len(one) == 2 and one == other[::-1])  # noqa: PLR2004


def begins_with_slip(word: str, term: str) -> bool:
    """Whether a word is a term with one slip in it, and perhaps an ending after it."""
    if len(term) < SLIP_LEAST or not -1 <= len(word) - len(term) <= ENDING:
        return False
    lengths = (len(term) + more for more in (-1, 0, 1))
    return any(
        is_one_slip(word[:length], term) and ENDINGS.fullmatch(word[length:]) for length in lengths
    )


def likeness(form: str, term: str) -> float:
    """How well a term answers a form: 1 the same, less for a beginning, least for letters."""
    if term == form:
        return 1.0
    if term.startswith(form):
        return 0.9
    grams = grams_of(form)
    shared = len(grams & grams_of(term))
    return 0.7 * shared / len(grams) if shared >= enough(grams) else 0.0
