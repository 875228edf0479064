"""What kind of file this is, decided from a few numbers. Pure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from absences.rules import StagedFile

SLACK = dt.timedelta(days=7)
FEW = 50
HALF = 0.5
# With fewer of the known notes again, a file may have been cut: nothing is withdrawn.
ALMOST_ALL = 0.9
MANY_REJECTED = 20
# Leave is applied for long beforehand; a date over a year ahead is a slip of the pen.
AHEAD = dt.timedelta(days=400)
STALE = dt.timedelta(days=300)
THIRD = 3
TRIPLE = 3


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days of a file beside the live notes of one school, and how many it has again."""

    school_id: int
    file_first: dt.date
    file_last: dt.date
    known_rows: int
    known_first: dt.date
    known_last: dt.date
    again: int


@dataclass(frozen=True, slots=True)
class Period:
    """Is the file an export of a whole period, of which schools, and why so.

    Of those schools the notes that the file lacks are gone; of all others nothing is.
    """

    is_full: bool
    why: str
    school_ids: tuple[int, ...] = ()


def judge_period(schools: Sequence[Coverage]) -> Period:
    """Judge school by school: a pupil who moved must not make a whole other school disappear.

    A school's notes are covered when the file reaches from its first known days to the last (a
    week's slack at either end) and has nine tenths of them again. Where there are only a
    handful of notes in all, one of them suffices.
    """
    if not schools:
        return Period(is_full=True, why="Ensimmäinen tuonti: verrattavaa ei ole.")
    few = sum(one.known_rows for one in schools) < FEW
    covered = tuple(one.school_id for one in schools if not _gap(one, few=few))
    if len(covered) == len(schools):
        why = "Tiedosto kattaa koko jakson: siitä puuttuvat merkinnät poistuivat."
    elif covered:
        why = (
            f"Tiedosto kattaa koko jakson {len(covered)} koululta {len(schools)} koulusta: niiltä "
            "puuttuvat merkinnät poistuivat. Muiden koulujen merkinnöistä ei poistettu mitään."
        )
    else:
        why = _gap(max(schools, key=lambda one: one.known_rows), few=few)
    return Period(is_full=bool(covered), why=why, school_ids=covered)


def _gap(one: Coverage, *, few: bool) -> str:
    """Why the file is not the whole period of this school; "" when it is."""
    if one.file_first > one.known_first + SLACK:
        return "Tiedosto alkaa myöhemmin kuin aiemmat merkinnät: mitään ei poistettu."
    if one.file_last < one.known_last - SLACK:
        return "Tiedosto päättyy aiemmin kuin tiedossa olevat merkinnät: mitään ei poistettu."
    if one.again < ALMOST_ALL * one.known_rows and not (few and one.again):
        return (
            "Tiedostosta puuttuu yli kymmenesosa aiemmista merkinnöistä: mitään ei poistettu. "
            "Jos se on oikein, tuo tiedosto koko jaksona."
        )
    return ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a file has, and how many of them make no sense and why."""

    rows: int
    rejected: int
    unknown_pupils: int
    too_old: int
    first_reasons: Sequence[str] = ()


def refusal(tally: Tally) -> str:
    """Why a file whose rows mostly make no sense is refused whole; "" when it is not."""
    if _most(tally.unknown_pupils, tally.rows):
        return (
            f"Suurin osa oppilaista ei ole rekisterissä ({tally.unknown_pupils} riviä "
            f"{tally.rows} rivistä). Onko tämä toisen koulun tai kaupungin tiedosto, tai pitääkö "
            "oppilaat tuoda ensin?"
        )
    if _most(tally.too_old, tally.rows):
        return (
            f"Suurin osa merkinnöistä on vanhoja ({tally.too_old} riviä {tally.rows} rivistä on "
            "ajalta ennen edellistä lukuvuotta). Onko tämä viime vuoden tiedosto?"
        )
    if _most(tally.rejected, tally.rows):
        reasons = "; ".join(dict.fromkeys(tally.first_reasons))
        return (
            f"Suurin osa riveistä ei kelpaa ({tally.rejected} riviä {tally.rows} rivistä): "
            f"{reasons}. Ovatko sarakkeet oikeassa järjestyksessä?"
        )
    return ""


@dataclass(frozen=True, slots=True)
class Beside(StagedFile):
    """A staged file beside what is usual, too.

    `usual`: what is known of as many days just before, when the file brings new days only.
    """

    usual_rows: int = 0
    usual_minutes: int = 0
    missing_schools: Sequence[str] = ()


def days_before(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """The same weekdays just before: a file's days moved back by as many weeks as they touch."""
    back = dt.timedelta(weeks=(last - first).days // 7 + 1)
    return first - back, last - back


def oddities(file: Beside) -> list[str]:
    """What makes one ask before a file goes in, at the named figures and beyond them.

    A handful of corrections is never odd, unless it tells of days that have not come yet.
    """
    found = [] if file.rows < FEW else _odd_figures(file)
    if file.ahead:
        found.append(
            "Merkintöjä tulevilta päiviltä, joilta niitä ei voi vielä tietää: "
            f"{file.ahead}. Ovatko päivät oikein?"
        )
    return found


def _odd_figures(file: Beside) -> list[str]:
    found = []
    if file.rows <= HALF * file.known_rows:
        found.append(
            f"Tiedostossa on {file.rows} merkintää, mutta samoilta päiviltä tunnetaan jo "
            f"{file.known_rows}. Puuttuuko puolet?"
        )
    if file.missing_schools:
        names = ", ".join(file.missing_schools)
        found.append(f"Edellisessä tiedostossa oli mukana myös: {names}. Puuttuuko koulu?")
    if file.retyped >= MANY_REJECTED and file.retyped * THIRD >= file.again:
        found.append(
            f"{file.retyped} merkinnän laji vaihtuisi toiseksi ({file.again} tunnetusta). "
            "Onko laji oikeassa sarakkeessa?"
        )
    # The known notes again, three times as long, are as odd among others that are not in the file.
    longer = file.again >= FEW and file.again_minutes >= TRIPLE * file.again_known_minutes
    if longer or (file.known_rows >= FEW and file.minutes >= TRIPLE * file.known_minutes):
        found.append(
            "Tunteja on vähintään kolme kertaa niin paljon kuin samoilta päiviltä tiedetään. "
            "Onko kesto oikeassa yksikössä?"
        )
    return found + _unlike_usual(file)


def _unlike_usual(file: Beside) -> list[str]:
    found = []
    if file.usual_rows and file.rows <= HALF * file.usual_rows:
        found.append(
            f"Tiedostossa on {file.rows} merkintää uusilta päiviltä, mutta yhtä pitkältä ajalta "
            f"juuri ennen niitä {file.usual_rows}. Puuttuuko puolet?"
        )
    # A wave of flu makes more notes, not longer ones.
    usual = file.usual_minutes / file.usual_rows if file.usual_rows >= FEW else 0
    if usual and file.minutes / file.rows >= TRIPLE * usual:
        found.append(
            "Merkinnät ovat keskimäärin vähintään kolme kertaa niin pitkiä kuin juuri ennen niitä. "
            "Onko kesto oikeassa yksikössä?"
        )
    return found


@dataclass(frozen=True, slots=True)
class RosterBeside:
    """A roster beside what is known: of how many known pupils it says something else.

    `standing`: they would be on last year's grade still, of `climbing` whose grade then is known.
    """

    known: int = 0
    renamed: int = 0
    rehomed: int = 0
    moved: int = 0
    climbing: int = 0
    standing: int = 0
    ends: dt.date | None = None


def odd_roster(file: RosterBeside, *, on: dt.date) -> list[str]:
    """What makes one ask before a roster goes in: other children, or last year's classes."""
    found = []
    if file.ends and file.ends < on:
        found.append(
            f"Aineiston lukuvuosi päättyi jo {file.ends:%-d.%-m.%Y}. Onko tämä viime vuoden "
            "aineisto?"
        )
    if _many(file.renamed, file.known):
        found.append(
            f"{file.renamed} tunnetun oppilaan nimi vaihtuisi ({file.known} tunnetusta). Ovatko "
            "tunnisteet samat kuin ennen?"
        )
    if _many(file.rehomed, file.known):
        found.append(
            f"{file.rehomed} tunnettua oppilasta vaihtaisi koulua ({file.known} tunnetusta). Onko "
            "koulu oikeassa sarakkeessa?"
        )
    elif _many(file.moved, file.known):
        found.append(
            f"{file.moved} oppilasta vaihtaisi luokkaa kesken lukuvuoden ({file.known} "
            "tunnetusta). Onko tämä viime vuoden tiedosto?"
        )
    elif _many(file.standing, file.climbing):
        found.append(
            f"{file.standing} oppilasta jäisi viime vuoden luokka-asteelle ({file.climbing} "
            "tunnetusta). Onko tämä viime vuoden tiedosto?"
        )
    return found


def _many(part: int, whole: int) -> bool:
    return part >= MANY_REJECTED and part > HALF * whole


def _most(part: int, rows: int) -> bool:
    """All of them, or more than half of a file long enough for that to tell something."""
    return part > 0 and (part == rows or (part >= MANY_REJECTED and part > HALF * rows))


def is_last_years(
    *, last: dt.date, on: dt.date, newest: dt.date | None, year_ends: dt.date
) -> bool:
    """Does a file end in a school year that has passed, beside notes that make it last year's?

    `year_ends` is the end of the school year of its last day, `newest` the newest live note.
    A portal without notes takes an old file: somebody begins with history.
    """
    if newest is None or on <= year_ends:
        return False
    return newest > year_ends or on - last > STALE
