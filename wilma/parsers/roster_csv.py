"""A roster as one CSV: a row per pupil, whatever the columns are called."""

import re
from collections.abc import Mapping
from pathlib import Path

from kemi_ecosystem.lib.csv_sniff import Row, UnclosedQuoteError, UnreadableTextError, open_table
from kemi_ecosystem.lib.text import fold
from wilma.parsers import values
from wilma.parsers.cuts import is_total, refuse_if_cut
from wilma.parsers.errors import FileRefused, RowRejected
from wilma.parsers.headers import HeaderMatch, find_header
from wilma.parsers.roster_rows import (
    GroupRow,
    GuardianRow,
    PupilRow,
    RosterFile,
    SchoolRow,
    StaffRow,
)

MOST_GUARDIANS = 4
EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
PUPIL_ALIASES: dict[str, str] = {
    "pupil": (
        "oppilas_id, oppilasid, korttinumero, kortti, oppilasnumero, oppilaan id, "
        "oppilas, primusid, primus id, v1, studentid, sourcedid, oppijanumero, "
        "opiskelijanumero, id, tunniste"
    ),
    "last_name": "sukunimi, familyname, lastname, last name, oppilaan sukunimi",
    "first_name": (
        "kutsumanimi, etunimi, etunimet, givenname, firstname, first name, oppilaan etunimi"
    ),
    "name": "nimi, oppilaan nimi, koko nimi, name",
    "group": "luokka, ryhma, luokka ryhma, perusryhma, kotiluokka, class, group, opetusryhma",
    "grade": "luokka_aste, luokkaaste, vuosiluokka, aste, grade, grades, vuosiaste",
    "school_key": "koulukoodi, koulun koodi, kouluid, schoolcode, oppilaitosnumero, koulu id",
    "school": "koulu, koulun nimi, oppilaitos, yksikko, school, schoolname, paivakoti",
    "class_teacher": "luokanvalvoja, luokanopettaja, valvoja, homeroomteacher",
    "class_teacher_email": (
        "luokanvalvoja_sahkoposti, luokanvalvojan sahkoposti, luokanopettaja sahkoposti, "
        "luokanopettajan sahkoposti, homeroomteacher email"
    ),
    "language": "kotikieli, aidinkieli, kieli, language, homelanguage",
    "nondisclosure": "turvakielto, turvakieltoa, nondisclosure",
    "identity": "hetu, henkilotunnus, henkilötunnus, ssn, sotu",
}
GUARDIAN_WORDS = {
    "email": "sahkoposti, email, s posti, sposti",
    "name": "nimi, name",
    "first": "etunimi, kutsumanimi",
    "last": "sukunimi",
    "phone": "puhelin, puh, gsm, phone, puhelinnumero",
    "language": "kieli, language",
}
for _n in range(1, MOST_GUARDIANS + 1):
    for _part, _words in GUARDIAN_WORDS.items():
        PUPIL_ALIASES[f"guardian{_n}_{_part}"] = ", ".join(
            f"huoltaja{_n} {word}, huoltajan {_n} {word}, guardian{_n} {word}"
            for word in _words.split(", ")
        )
NAME_ONLY = (
    "Luokanvalvojan nimi ei riitä tunnistamaan henkilöä: lisää sarake luokanvalvoja_sahkoposti."
)
LONGEST_SHOWN = 40
LONGEST_KEY = 64
# An address is its owner's key: longer ones do not occur.
LONGEST_ADDRESS = 120
# Without these a row names no child.
NEEDED = {"pupil", "last_name", "first_name", "name", "group", "school_key", "school"}
REQUIRED = (("pupil", "oppilaan tunniste"), ("group", "luokka"))


def read_roster_csv(path: Path) -> RosterFile:
    """Raises FileRefused when the file cannot be a roster."""
    try:
        table = open_table(path)
        header = find_header(table, PUPIL_ALIASES, REQUIRED, advice="Tarkista otsikkorivi.")
        found = RosterFile(kind="csv")
        _tell_unused(header, found)
        _check(header)
        last: Row | None = None
        for row in table:
            if row.line > header.line:
                _take(row, header.columns, found)
                last = row
        if last is not None:
            refuse_if_cut(last, table, len(header.seen))
            found.is_piece |= not table.ends_with_newline()
    except UnreadableTextError as error:
        raise FileRefused("Tiedosto ei ole tekstiä. Vie tiedot CSV-muodossa.") from error
    except UnclosedQuoteError as error:
        raise FileRefused(f"Rivillä {error.line} alkava lainausmerkki ei pääty.") from error
    return found


def _check(header: HeaderMatch) -> None:
    columns = header.columns
    if not ({"name", "last_name"} & columns.keys()):
        raise FileRefused("Tiedostosta puuttuu sarake: sukunimi tai nimi.")
    if not ({"school", "school_key"} & columns.keys()):
        raise FileRefused("Tiedostosta puuttuu sarake: koulu tai koulukoodi.")


def _tell_unused(header: HeaderMatch, found: RosterFile) -> None:
    names = [name[:LONGEST_SHOWN] for name in header.unmatched]
    if names:
        found.remarks.append(f"Näitä sarakkeita ei tuotu: {', '.join(names)}.")


def _take(row: Row, columns: Mapping[str, int], found: RosterFile) -> None:
    is_blank = not any(cell.strip() for cell in row.cells) and not row.is_broken
    if is_blank or is_total(row.cells):
        return
    try:
        pupil = _pupil(row, columns, found)
    except RowRejected as reason:
        place = columns["pupil"]
        key = row.cells[place].strip() if place < len(row.cells) else ""
        found.reject(row.line, str(reason), key)
        return
    if pupil.key in found.pupils:
        found.reject(row.line, "sama oppilas on tiedostossa kahdesti", pupil.key)
        return
    found.pupils[pupil.key] = pupil


def _pupil(row: Row, columns: Mapping[str, int], found: RosterFile) -> PupilRow:
    if row.is_broken or len(row.cells) <= max(columns["pupil"], columns["group"]):
        raise RowRejected("rivi on vajaa tai sen lainausmerkit ovat sekaisin")
    cells = {name: _cell(row, place, name, found) for name, place in columns.items()}
    _drop_identity(cells, found)
    school = _school(cells, found)
    group = cells["group"]
    if not cells["pupil"] or not group:
        raise RowRejected("oppilaan tunniste tai luokka puuttuu")
    if max(len(cells["pupil"]), len(school.key)) > LONGEST_KEY:
        raise RowRejected("oppilaan tai koulun tunniste on liian pitkä")
    first, last = _names(cells)
    if not first and not last:
        raise RowRejected("oppilaan nimi puuttuu")
    found.add_school(school)
    found.add_group(GroupRow(group, school.key, group, grade_of(cells.get("grade") or group)))
    _class_teacher(cells, (school.key, group), found)
    return PupilRow(
        line=row.line,
        key=cells["pupil"],
        first_name=first,
        last_name=last,
        school_key=school.key,
        group_key=group,
        home_language=cells["language"][:8] if "language" in cells else None,
        nondisclosure=values.parse_bool(cells.get("nondisclosure", "")),
        guardians=tuple(_guardians(cells, found, row.line)),
    )


def _cell(row: Row, place: int, name: str, found: RosterFile) -> str:
    """A cell that cannot be read costs the row its place in the file only when it must be there."""
    if place >= len(row.cells):
        return ""
    try:
        return values.clean_name(row.cells[place])
    except RowRejected:
        if name in NEEDED:
            raise
        found.dropped["epäkelpo solu"] += 1
        return ""


def _drop_identity(cells: dict[str, str], found: RosterFile) -> None:
    """An identity number is dropped at the door; as the pupil's key it cannot be."""
    if values.looks_like_identity_number(cells["pupil"]):
        raise FileRefused(
            "Oppilaan tunnisteena on henkilötunnus. Sitä ei tuoda: vie tiedosto korttinumerolla."
        )
    if cells.pop("identity", ""):
        found.dropped["henkilötunnus"] += 1
    for name, text in list(cells.items()):
        if values.looks_like_identity_number(text):
            found.dropped["henkilötunnus"] += 1
            cells[name] = ""


def _school(cells: Mapping[str, str], found: RosterFile) -> SchoolRow:
    name = cells.get("school", "") or cells.get("school_key", "")
    if not name:
        raise RowRejected("koulu puuttuu")
    key = cells.get("school_key") or re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")
    return found.schools.get(key) or SchoolRow(key, cells.get("school_key", ""), name)


def _names(cells: Mapping[str, str]) -> tuple[str, str]:
    first, last = cells.get("first_name", ""), cells.get("last_name", "")
    if not last and (whole := cells.get("name", "")):
        if "," in whole:
            last, _, first = (part.strip() for part in whole.partition(","))
        else:
            last, _, first = (part.strip() for part in whole.partition(" "))
    return first, last


def _class_teacher(cells: Mapping[str, str], place: tuple[str, str], found: RosterFile) -> None:
    """A teacher is known by the address: a name alone may be anybody's."""
    email = one_address(cells.get("class_teacher_email", "")).casefold()
    if not email:
        if cells.get("class_teacher") and NAME_ONLY not in found.remarks:
            found.remarks.append(NAME_ONLY)
        return
    first, last = _names({"name": cells.get("class_teacher", "")})
    known = found.staff.get(email) or StaffRow(email, email, first, last, email, ())
    role = (place[0], "class_teacher", place[1])
    found.staff[email] = known._replace(roles=tuple(sorted({*known.roles, role})))


def grade_of(text: str) -> int | None:
    """The grade in "7", "07", "7C" or "KG" (pre-primary is 0); None where there is none."""
    if fold(text).strip() in {"kg", "pk", "esi", "eskari", "esiopetus"}:
        return 0
    match = re.match(r"\s*0*(\d{1,2})", text)
    return int(match[1]) if match and int(match[1]) <= 10 else None  # noqa: PLR2004


def _guardians(cells: Mapping[str, str], found: RosterFile, line: int) -> list[GuardianRow]:
    guardians = []
    for number in range(1, MOST_GUARDIANS + 1):
        part = {
            name: cells.get(f"guardian{number}_{name}", "")
            for name in ("email", "name", "first", "last", "phone", "language")
        }
        if not any(part.values()):
            continue
        email = one_address(part["email"])
        if part["email"] and not email:
            found.remarks.append(f"Rivi {line}: huoltajan sähköpostiosoite jätettiin pois.")
        key = email.casefold() or f"{cells['pupil']}:{number}"
        guardians.append(_guardian(key, email, number, cells))
    return guardians


def _guardian(key: str, email: str, number: int, cells: Mapping[str, str]) -> GuardianRow:
    first, last, name, phone, language = (
        cells.get(f"guardian{number}_{part}")
        for part in ("first", "last", "name", "phone", "language")
    )
    names: tuple[str | None, str | None] = (None, None)
    if (first, last, name) != (None, None, None):
        names = _names({"first_name": first or "", "last_name": last or "", "name": name or ""})
    return GuardianRow(key, *names, email, phone and phone[:40], (language or "")[:8])


def one_address(text: str) -> str:
    """Exactly one e-mail address, or nothing: two in one cell would reach a stranger."""
    found = text.strip()
    return found if EMAIL.fullmatch(found) and len(found) <= LONGEST_ADDRESS else ""
