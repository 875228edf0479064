"""The demo city's exports, written as a school would write them: a roster and the lesson notes."""

import csv
import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kemi_ecosystem.demo.city import FIRST_NAMES, LAST_NAMES, pupils_in_schools
from schools.calendar import SchoolCalendar

ROSTER_HEADER = (
    "oppilas_id", "sukunimi", "kutsumanimi", "luokka", "luokka_aste", "koulukoodi", "koulu",
    "huoltaja1_sahkoposti", "kotikieli", "turvakielto",
)  # fmt: skip
NOTES_HEADER = (
    "merkinta_id", "oppilas_id", "pvm", "tunti", "kesto_min", "merkinta_koodi", "merkinta_nimi",
    "selvitetty", "kurssi",
)  # fmt: skip
UNRESOLVED = ("01", "Poissaolo (Selvitä)")
LATE = ("02", "Myöhästyminen")
UNAUTHORISED = ("21", "Luvaton poissaolo")
ACTIVITY = ("03", "Muu koulun toiminta / ei tunnilla")
PRAISE = ("30", "Aktiivinen tuntityöskentely")
HEALTH = ("111", "Luvallinen poissaolo - Terveydellinen")
LEAVE = ("112", "Luvallinen poissaolo - Ennalta anottu vapaa")
OTHER = ("113", "Muu selvitetty poissaolo")
SUBJECTS = ("AI", "MA", "EN", "YMP", "HI", "LI", "KU")
NONDISCLOSURE_SHARE = 0.01
# The class that the demo's teacher has gets something to show: its first pupils.
SHOWN_CLASS = "7C"
SHOWN_HARD = frozenset({-1, -2, -3})


@dataclass(frozen=True, slots=True)
class DemoPupil:
    key: str
    first_name: str
    last_name: str
    group: str
    grade: int | None
    school_key: str
    school_name: str
    language: str
    nondisclosure: bool


def make_pupils(count: int, rnd: random.Random) -> list[DemoPupil]:
    """Pupils dealt evenly to the groups, their keys ascending."""
    places = pupils_in_schools()
    pupils = []
    for number in range(count):
        school, group, grade = places[number % len(places)]
        pupils.append(
            DemoPupil(
                key=str(40000 + number),
                first_name=rnd.choice(FIRST_NAMES),
                last_name=rnd.choice(LAST_NAMES),
                group=group,
                grade=grade,
                school_key=school.key,
                school_name=school.name,
                language=rnd.choice(school.languages),
                nondisclosure=rnd.random() < NONDISCLOSURE_SHARE,
            )
        )
    return pupils


def write_roster(path: Path, pupils: Sequence[DemoPupil]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(ROSTER_HEADER)
        for one in pupils:
            grade = "" if one.grade is None else one.grade
            mail = f"huoltaja{one.key}@example.org"
            order = "kyllä" if one.nondisclosure else "ei"
            writer.writerow(
                (one.key, one.last_name, one.first_name, one.group, grade, one.school_key,
                 one.school_name, mail, one.language, order)
            )  # fmt: skip


Note = tuple[dt.date, int, int, tuple[str, str], bool]


def write_notes(
    path: Path, pupils: Sequence[DemoPupil], calendar: SchoolCalendar, *, until: dt.date, seed: int
) -> int:
    """A school year of notes up to a day. Returns how many rows."""
    first = calendar.lessons_begin or until
    days = [first + dt.timedelta(days=n) for n in range((until - first).days + 1)]
    school_days = [day for day in days if calendar.is_school_day(day)]
    rows = 0
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(NOTES_HEADER)
        shown = [one.key for one in pupils if one.group == SHOWN_CLASS][:3]
        for place, pupil in enumerate(one for one in pupils if one.grade):
            if pupil.key in shown:
                place = -1 - shown.index(pupil.key)  # noqa: PLW2901
            # Each pupil's year hangs on the seed and the pupil alone, not on the day it is asked.
            rnd = random.Random(f"{seed}-{pupil.key}")  # noqa: S311
            for day, lesson, minutes, (code, name), resolved in _year_of(rnd, place, school_days):
                rows += 1
                course = f"{SUBJECTS[(lesson + day.weekday()) % len(SUBJECTS)]}{pupil.group}"
                writer.writerow(
                    (f"{pupil.key}{rows:07d}", pupil.key, f"{day.day}.{day.month}.{day.year}",
                     lesson, minutes, code, name, "kyllä" if resolved else "ei", course)
                )  # fmt: skip
    return rows


def _year_of(rnd: random.Random, place: int, days: Sequence[dt.date]) -> Iterator[Note]:
    """One pupil's notes: some ill for days, some late, a few for whom mornings are hard."""
    frequency = _frequency(place)
    ill_until = None
    for day in days:
        if ill_until and day <= ill_until:
            yield from _whole_day(day, HEALTH)
        elif rnd.random() < frequency:
            kind = rnd.choices(("ill", "leave", "lessons", "morning"), (4, 1, 3, 3))[0]
            if kind == "ill":
                ill_until = day + dt.timedelta(days=rnd.randint(0, 3))
                yield from _whole_day(day, HEALTH)
            elif kind == "leave":
                yield from _whole_day(day, LEAVE)
            else:
                yield from _some_lessons(rnd, day, is_recent=(days[-1] - day).days < 20)  # noqa: PLR2004
        else:
            yield from _small_things(rnd, day)


def _frequency(place: int) -> float:
    """How often a day goes wrong: for most hardly ever, for a few every other week or oftener."""
    if place % 31 == 7 or place in SHOWN_HARD:  # noqa: PLR2004
        return 0.12
    return 0.05 if place % 11 == 3 else 0.012  # noqa: PLR2004


def _whole_day(day: dt.date, kind: tuple[str, str]) -> Iterator[Note]:
    for lesson in range(1, 6):
        yield day, lesson, 45, kind, True


def _some_lessons(rnd: random.Random, day: dt.date, *, is_recent: bool) -> Iterator[Note]:
    """A lesson or three missed. Old ones have mostly been cleared, recent ones not yet."""
    is_open = rnd.random() < (0.5 if is_recent else 0.02)
    kind = UNRESOLVED if is_open else rnd.choice((UNAUTHORISED, OTHER, HEALTH))
    first = rnd.randint(1, 3)
    for lesson in range(first, first + rnd.randint(1, 3)):
        yield day, lesson, 45, kind, not is_open


def _small_things(rnd: random.Random, day: dt.date) -> Iterator[Note]:
    chance = rnd.random()
    if chance < 0.02:  # noqa: PLR2004
        yield day, 1, rnd.choice((5, 10, 15)), LATE, True
    elif chance < 0.05:  # noqa: PLR2004
        yield day, rnd.randint(1, 6), 45, PRAISE, True
    elif chance < 0.055:  # noqa: PLR2004
        yield day, rnd.randint(1, 6), 45, ACTIVITY, True
