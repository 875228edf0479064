"""Which column is which: headers are met by name, in any order, under any of their aliases."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kemi_ecosystem.lib.csv_sniff import Row
from kemi_ecosystem.lib.text import fold
from wilma.parsers.errors import FileRefused

LOOK_AT = 30
# Field → how it is called in exports. Domain: Primus, PrimusQuery, Wilma's JSON, OneRoster.
NOTE_ALIASES: dict[str, str] = {
    "pupil": (
        "oppilas_id, oppilasid, oppilas, korttinumero, kortti, oppilasnumero, oppilaan "
        "id, oppilaan avain, opiskelija, opiskelijanumero, primusid, primus id, v1, "
        "studentid, student, sourcedid, usersourcedid, oppijanumero"
    ),
    "date": (
        "paivamaara, pvm, paiva, paivays, date, timestamp, alkupvm, aika, merkinnan "
        "pvm, poissaolopaiva, tunnin pvm"
    ),
    "lesson": "tunti, tuntinumero, tunnin numero, oppitunti, tuntinro, lesson, lessonnumber",
    "starts": "alkaa, klo, kello, start, alkuaika, alkuklo, kellonaika, starttime",
    "ends": "paattyy, end, loppuaika, loppuklo, endtime",
    "minutes": "kesto_min, kesto, duration, minuutit, min, kesto minuutteina, kestomin",
    "hours": (
        "tunnit, tuntimaara, h, yhteensa, tunteja, maara, hours, poissaolotunnit, kesto "
        "h, kesto tunteina"
    ),
    "type_code": "merkinta_koodi, merkintakoodi, typecode, koodi, merkinnan koodi, lyhenne, code",
    "type_id": "typeid",
    "type_name": (
        "merkinta_nimi, merkintanimi, merkinta, typename, tyyppi, luokitus, luokittelu, "
        "typeshort, merkinnan nimi, merkintatyyppi, merkinnan tyyppi, merkintalaji, "
        "laji, type"
    ),
    "national_class": (
        "kansallinen_luokitus, kansallinen luokitus, kansallinen luokka, "
        "national_class, nationalclass"
    ),
    "resolved": "selvitetty, kuitattu, selvitetty k e, onko selvitetty, cleared, resolved",
    "unresolved": (
        "selvitettava, requiresclearance, selvittamatta, selvittamaton, vaatii "
        "selvityksen, requires clearance"
    ),
    "resolved_on": (
        "selvitetty_pvm, selvityspvm, clearancedate, selvitetty pvm, selvityspaiva, kuittauspvm"
    ),
    "course": "kurssi, course, oppiaine, aine, ryhma, opetusryhma, coursename, kurssin nimi",
    "note_id": (
        "merkinta_id, merkintaid, observationid, merkinnan numero, merkintanumero, "
        "noteid, merkinnan id"
    ),
    "id": "id",
}
# The portal's own format: what a city writes when it writes for us (docs/imports.md).
CANONICAL: dict[str, str] = {
    "note_id": "merkinta_id",
    "pupil": "oppilas_id",
    "date": "pvm",
    "lesson": "tunti",
    "starts": "alkaa",
    "ends": "paattyy",
    "minutes": "kesto_min",
    "hours": "tunnit",
    "type_code": "merkinta_koodi",
    "type_name": "merkinta_nimi",
    "national_class": "kansallinen_luokitus",
    "resolved": "selvitetty",
    "unresolved": "selvitettava",
    "resolved_on": "selvitetty_pvm",
    "course": "kurssi",
}
EXAMPLE: dict[str, str] = {
    "note_id": "901993",
    "pupil": "40414",
    "date": "4.9.2026",
    "lesson": "5",
    "minutes": "45",
    "type_name": "Luvaton poissaolo",
    "resolved": "kyllä",
    "course": "HI2A",
}
NOTE_REQUIRED = (("pupil", "oppilaan tunniste"), ("date", "päiväys"), ("type", "merkinnän laji"))


def normalise_header(text: str) -> str:
    """Case, diacritics, spaces and punctuation do not make a difference."""
    return re.sub(r"[^0-9a-z]+", "", fold(text))


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    line: int
    titles: tuple[str, ...]
    columns: dict[str, int]
    seen: tuple[str, ...]

    @property
    def unmatched(self) -> tuple[str, ...]:
        used = set(self.columns.values())
        return tuple(name for n, name in enumerate(self.seen) if n not in used and name)

    def named(self) -> dict[str, str]:
        return {field: self.seen[place] for field, place in self.columns.items()}


def find_header(
    rows: Iterable[Row],
    aliases: Mapping[str, str],
    required: Iterable[tuple[str, str]],
    profile: Mapping[str, str] | None = None,
    *,
    advice: str = "Tarkista otsikkorivi tai tee tuontiprofiili.",
) -> HeaderMatch:
    """The first row that names what is required; what stands above it are titles.

    Raises FileRefused that says what is missing and which headers were seen.
    """
    required = tuple(required)
    titles: list[str] = []
    best: tuple[int, Row, dict[str, int]] | None = None
    for seen, row in enumerate(rows):
        if seen >= LOOK_AT:
            break
        columns = match_columns(row.cells, aliases, profile)
        missing = _missing(columns, required)
        if not missing:
            return HeaderMatch(
                row.line, tuple(titles), columns, tuple(cell.strip() for cell in row.cells)
            )
        if best is None or len(columns) > best[0]:
            best = (len(columns), row, columns)
        titles.append(" ".join(cell.strip() for cell in row.cells if cell.strip()))
    raise FileRefused(f"{_explain(best, required)} {advice}")


def match_columns(
    cells: list[str], aliases: Mapping[str, str], profile: Mapping[str, str] | None
) -> dict[str, int]:
    names = [normalise_header(cell) for cell in cells]
    columns: dict[str, int] = {}
    for field, header in (profile or {}).items():
        if normalise_header(header) in names:
            columns[field] = names.index(normalise_header(header))
    taken = set(columns.values())
    for field, known in aliases.items():
        if field in columns:
            continue
        place = next(
            (n for n in _places(names, known) if n not in taken),
            None,
        )
        if place is not None:
            columns[field] = place
            taken.add(place)
    return _settle_id(columns)


def _places(names: list[str], known: str) -> Iterable[int]:
    for alias in known.split(","):
        wanted = normalise_header(alias)
        yield from (n for n, name in enumerate(names) if name == wanted)


def _settle_id(columns: dict[str, int]) -> dict[str, int]:
    """A bare "id" is the pupil when nothing else is, otherwise the note's own."""
    if "id" in columns:
        place = columns.pop("id")
        columns.setdefault("row_id" if "pupil" in columns else "pupil", place)
    if "type_id" in columns:
        place = columns.pop("type_id")
        columns.setdefault("type_code", place)
    return columns


def _missing(columns: Mapping[str, int], required: Iterable[tuple[str, str]]) -> list[str]:
    have = set(columns)
    if have & {"type_code", "type_name", "national_class"}:
        have.add("type")
    return [words for field, words in required if field not in have]


def _explain(
    best: tuple[int, Row, dict[str, int]] | None, required: tuple[tuple[str, str], ...]
) -> str:
    if best is None:
        return "Tiedosto on tyhjä. Tyhjää tiedostoa ei lueta niin, että kaikki on hyvin."
    _count, row, columns = best
    missing = ", ".join(_missing(columns, required))
    # Only what has been recognised: a file without a header row begins with a child's data.
    places = sorted(set(columns.values()))
    seen = ", ".join(row.cells[place].strip()[:40] for place in places)
    return f"Tiedostosta puuttuu sarake: {missing}. Tunnistetut otsikot: {seen or 'ei yhtään'}."
