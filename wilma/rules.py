"""What kind of file this is, decided from a few numbers. Pure."""

import datetime as dt
from dataclasses import dataclass

SLACK = dt.timedelta(days=7)
FEW = 50
HALF = 0.5
MANY_REJECTED = 20


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days of a file beside the days of the notes already known, and how many it has again."""

    file_first: dt.date
    file_last: dt.date
    known_rows: int
    known_first: dt.date | None
    known_last: dt.date | None
    again: int


@dataclass(frozen=True, slots=True)
class Period:
    is_full: bool
    why: str


def judge_period(one: Coverage) -> Period:
    """Is the file an export of the whole period, so that what it lacks is gone?

    It is when it reaches from the first known days to the last (a week's slack at either end) and
    has at least half of the known notes again; a handful of notes needs no such half.
    """
    if not one.known_rows or one.known_first is None or one.known_last is None:
        return Period(is_full=True, why="Ensimmäinen tuonti: verrattavaa ei ole.")
    if one.file_first > one.known_first + SLACK:
        return Period(
            is_full=False,
            why="Tiedosto alkaa myöhemmin kuin aiemmat merkinnät: mitään ei poistettu.",
        )
    if one.file_last < one.known_last - SLACK:
        return Period(
            is_full=False,
            why="Tiedosto päättyy aiemmin kuin tiedossa olevat merkinnät: mitään ei poistettu.",
        )
    if one.known_rows >= FEW and one.again < HALF * one.known_rows:
        return Period(
            is_full=False,
            why="Tiedostossa on vain osa aiemmista merkinnöistä: mitään ei poistettu.",
        )
    return Period(
        is_full=True, why="Tiedosto kattaa koko jakson: siitä puuttuvat merkinnät poistuivat."
    )


def refusal(*, rows: int, rejected: int, unknown_pupils: int, first_reasons: list[str]) -> str:
    """Why a file whose rows mostly make no sense is refused whole; "" when it is not."""
    if rows and (unknown_pupils == rows or _most(unknown_pupils, rows)):
        return (
            f"Suurin osa oppilaista ei ole rekisterissä ({unknown_pupils} riviä {rows} rivistä). "
            "Onko tämä toisen koulun tai kaupungin tiedosto, tai pitääkö oppilaat tuoda ensin?"
        )
    if rows and (rejected == rows or _most(rejected, rows)):
        reasons = "; ".join(dict.fromkeys(first_reasons))
        return (
            f"Suurin osa riveistä ei kelpaa ({rejected} riviä {rows} rivistä): {reasons}. "
            "Ovatko sarakkeet oikeassa järjestyksessä?"
        )
    return ""


def _most(part: int, rows: int) -> bool:
    return part >= MANY_REJECTED and part > HALF * rows
