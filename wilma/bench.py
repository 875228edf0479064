"""A big city's file of lesson notes, to measure the import with."""

import csv
import datetime as dt
import random
from collections.abc import Sequence
from pathlib import Path

HEADER = (
    "merkinta_id", "oppilas_id", "paivamaara", "tunti", "kesto_min", "merkinta_koodi",
    "merkinta_nimi", "selvitetty", "aine",
)  # fmt: skip
KINDS = (
    ("01", "Poissaolo (Selvitä)", "ei"),
    ("111", "Luvallinen poissaolo - Terveydellinen", "kyllä"),
    ("112", "Luvallinen poissaolo - Ennalta anottu vapaa", "kyllä"),
    ("21", "Luvaton poissaolo", "kyllä"),
    ("02", "Myöhästyminen", ""),
    ("31", "Aktiivinen tuntityöskentely", ""),
)
COURSES = ("MA", "AI", "EN", "LI", "HY", "KU", "KO")
LESSONS = 7


def write_city_notes(
    path: Path, pupils: Sequence[str], rows: int, seed: int, *, until: dt.date
) -> None:
    """So many notes of these pupils in the hundred days up to `until`, the same for each seed."""
    rnd = random.Random(seed)  # noqa: S311 (a fictional city, not a secret)
    days = [f"{day.day}.{day.month}.{day.year}" for day in _days(until)]
    with path.open("w", encoding="utf-8", newline="") as target:
        out = csv.writer(target, delimiter=";")
        out.writerow(HEADER)
        for number in range(1, rows + 1):
            code, name, cleared = rnd.choice(KINDS)
            out.writerow(
                (
                    number, rnd.choice(pupils), rnd.choice(days), rnd.randint(1, LESSONS), 45,
                    code, name, cleared, rnd.choice(COURSES),
                )
            )  # fmt: skip


def _days(until: dt.date) -> list[dt.date]:
    return [until - dt.timedelta(days=n) for n in range(100)]
