"""OneRoster 1.1 and 1.2 CSV, bulk, as a folder or a zip. By header name, never by position.

Passwords, demographics and identity numbers are dropped at the door. A pupil's key is the user's
sourcedId (specification: IMS OneRoster CSV tables; Microsoft's SDS CSVs share the headers).
"""

import csv
import datetime as dt
import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

from wilma.parsers import values
from wilma.parsers.errors import FileRefused, RowRejected
from wilma.parsers.files import open_zip
from wilma.parsers.roster_csv import grade_of, one_address
from wilma.parsers.roster_rows import (
    GroupRow,
    GuardianRow,
    PupilRow,
    RosterFile,
    SchoolRow,
    StaffRow,
)

Record = dict[str, str]
GUARDIANS = {"guardian", "parent", "relative"}
STAFF = {
    "teacher": "teacher",
    "aide": "teacher",
    "principal": "principal",
    "counselor": "welfare",
    "administrator": "administrator",
    "siteadministrator": "principal",
    "districtadministrator": "administrator",
    "systemadministrator": "administrator",
}
CITY_WIDE = {"administrator"}
KEYED = {"orgs", "users", "classes"}
# What reading a member of a broken, cut, locked or strangely packed zip may raise.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
FOR_EVER = "9999"
NEEDED = ("orgs", "users", "classes", "enrollments")


class Source:
    """The CSV members of a folder or a zip, by their bare names."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self._open: dict[str, Callable[[], IO[bytes]]] = {}
        self.may_be_cut = False
        if path.is_dir():
            for one in path.glob("*.csv"):
                self._open[one.stem.casefold()] = lambda one=one: one.open("rb")  # type: ignore[misc]
            return
        archive: zipfile.ZipFile = stack.enter_context(open_zip(path))
        for name in archive.namelist():
            if name.casefold().endswith(".csv"):
                stem = Path(name).stem.casefold()
                self._open[stem] = lambda name=name: archive.open(name)  # type: ignore[misc]

    def __contains__(self, name: str) -> bool:
        return name in self._open

    def records(self, name: str) -> Iterator[tuple[int, Record]]:
        """Line and record of each live row; header names are compared without case."""
        if name not in self._open:
            return
        with self._open[name]() as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
            lines = _Lines(text)
            reader = csv.reader(lines)
            header = [cell.strip().casefold() for cell in next(reader, [])]
            if name in KEYED and "sourcedid" not in header:
                raise FileRefused(
                    f"OneRoster-tiedostosta {name}.csv puuttuu sarake sourcedId. Erottimen on "
                    "oltava pilkku."
                )
            if name == "users" and "role" not in header and "roles" not in self:
                raise FileRefused(
                    "OneRoster-paketista puuttuu: roles.csv (tai users.csv:n sarake role). "
                    "Ilman rooleja ei tiedetä, kuka on oppilas."
                )
            for cells in reader:
                if self._is_torn(name, cells, len(header), lines):
                    continue
                clean = (cell.replace("\x00", "").strip() for cell in cells)
                record = dict(zip(header, clean, strict=False))
                if any(cells) and record.get("status", "").casefold() != "tobedeleted":
                    yield reader.line_num, record
            self.may_be_cut |= not lines.is_ended

    def _is_torn(self, name: str, cells: list[str], width: int, lines: "_Lines") -> bool:
        """A row without all its cells. Raises FileRefused when the file ends in it."""
        is_short = any(cells) and len(cells) < width
        if (is_short and not lines.is_ended) or (cells and cells[-1].endswith(("\n", "\r"))):
            raise FileRefused(
                f"OneRoster-tiedosto {name}.csv on katkennut kesken: viimeinen rivi on vajaa. "
                "Siitä ei tuotu mitään. Vie aineisto uudelleen."
            )
        self.may_be_cut |= is_short
        return is_short


class _Lines:
    """Lines as they come; remembers whether the last one had its end."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text = text
        self.is_ended = True

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            self.is_ended = line.endswith(("\n", "\r"))
            yield line


def read_oneroster(path: Path) -> RosterFile:
    """Raises FileRefused when something needed is missing, or the files are only changes."""
    found = RosterFile(kind="oneroster")
    with ExitStack() as stack:
        source = Source(path, stack)
        try:
            _check(source)
            _Reader(source, found).read()
        except (UnicodeDecodeError, csv.Error) as error:
            raise FileRefused(
                "OneRoster-tiedosto ei ole UTF-8-muotoista CSV:tä. Vie aineisto uudelleen."
            ) from error
        except BROKEN as error:
            raise FileRefused("Zip-paketti on rikki tai suojattu. Vie se uudelleen.") from error
        found.is_piece |= source.may_be_cut
    return found


def _check(source: Source) -> None:
    missing = [f"{name}.csv" for name in NEEDED if name not in source]
    if missing:
        is_other = len(missing) == len(NEEDED)
        advice = " Jos tämä ei ole OneRoster-paketti, pura se ensin ja tuo sen CSV-tiedosto."
        raise FileRefused(
            f"OneRoster-paketista puuttuu: {', '.join(missing)}.{advice if is_other else ''}"
        )
    for _line, record in source.records("manifest"):
        name, value = record.get("propertyname", ""), record.get("value", "").casefold()
        if name.startswith("file.") and value == "delta":
            raise FileRefused(
                "Paketti sisältää vain muutokset (delta). Vie koko aineisto (bulk) ja tuo se."
            )


class _Reader:
    def __init__(self, source: Source, found: RosterFile) -> None:
        self.source = source
        self.found = found
        self.roles: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.homes: dict[str, tuple[str, str]] = {}
        self.class_teachers: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.teaches: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.group_of: dict[str, tuple[str, str]] = {}
        # Users who are no longer in use, and so may be named without being there.
        self.closed: set[str] = set()

    def read(self) -> None:
        for _line, one in self.source.records("orgs"):
            if one.get("type", "school").casefold() == "school":
                code, name = self._text(one, "identifier"), self._text(one, "name")
                key = code or one["sourcedid"]
                self.homes[one["sourcedid"]] = (key, name)
                self.found.add_school(SchoolRow(key, code, name or key))
        self._read_sessions()
        self._read_classes()
        self._read_enrollments()
        for _line, one in self.source.records("roles"):
            self.roles[one.get("usersourcedid", "")].append(
                (one.get("role", "").casefold(), one.get("orgsourcedid", ""))
            )
        if "demographics" in self.source:
            self.found.dropped["väestötiedot (demographics.csv)"] += 1
        self._read_users()

    def _school(self, sourced_id: str) -> str:
        return self.homes.get(sourced_id, ("", ""))[0]

    def _text(self, one: Record, name: str) -> str:
        """A cell as text that may be kept; what may not is left out and counted."""
        try:
            return values.clean_name(one.get(name, ""))
        except RowRejected:
            self.found.dropped["epäkelpo solu"] += 1
            return ""

    def _read_sessions(self) -> None:
        """The last day that the package speaks of. A date that is none says nothing."""
        for _line, one in self.source.records("academicsessions"):
            with suppress(ValueError):
                ends = dt.date.fromisoformat(one.get("enddate", ""))
                self.found.ends = max(self.found.ends or ends, ends)

    def _read_classes(self) -> None:
        for line, one in self.source.records("classes"):
            if one.get("classtype", "homeroom").casefold() != "homeroom":
                continue
            school = self._school(one.get("schoolsourcedid", ""))
            if not school:
                # Its pupils cannot be read, and have not left for that.
                self.found.is_piece = True
                self.found.remarks.append(
                    f"classes.csv, rivi {line}: luokan koulua ei ole tiedostossa orgs.csv."
                )
                continue
            title = self._text(one, "title") or self._text(one, "classcode")
            group = GroupRow(title, school, title, grade_of(one.get("grades", "") or title))
            self.found.add_group(group)
            self.group_of[one["sourcedid"]] = (school, group.key)

    def _read_enrollments(self) -> None:
        self.pupil_group: dict[str, tuple[str, str]] = {}
        lasts: dict[str, tuple[str, str]] = {}
        for _line, one in self.source.records("enrollments"):
            place = self.group_of.get(one.get("classsourcedid", ""))
            if place is None:
                continue
            user, role = one.get("usersourcedid", ""), one.get("role", "").casefold()
            if role == "student":
                # Of a moved pupil's classes the one that goes on, or that began last.
                lasting = (one.get("enddate", "") or FOR_EVER, one.get("begindate", ""))
                if lasting >= lasts.get(user, lasting):
                    self.pupil_group[user], lasts[user] = place, lasting
            elif role == "teacher" and one.get("primary", "").casefold() == "true":
                self.class_teachers[user].append(place)
            elif role == "teacher":
                self.teaches[user].append(place)

    def _read_users(self) -> None:
        pupils: list[tuple[int, Record]] = []
        guardians: dict[str, GuardianRow] = {}
        agents: dict[str, set[str]] = defaultdict(set)
        for line, one in self.source.records("users"):
            self._drop(one)
            roles = {role for role, _org in self._roles_of(one)}
            if one.get("enableduser", "true").casefold() == "false":
                self.closed.add(one["sourcedid"])
                continue
            if "student" in roles:
                pupils.append((line, one))
                agents[one["sourcedid"]] |= set(_listed(one.get("agentsourcedids", "")))
            elif roles & GUARDIANS:
                guardians[one["sourcedid"]] = self._guardian(one)
                # Some exporters name the children on the guardian's row instead.
                for child in _listed(one.get("agentsourcedids", "")):
                    agents[child].add(one["sourcedid"])
            else:
                self._add_staff(line, one)
        for line, one in pupils:
            around = tuple(
                guardians[key] for key in sorted(agents[one["sourcedid"]]) if key in guardians
            )
            self._add_pupil(line, one, around)
            self.found.is_piece |= bool(agents[one["sourcedid"]] - guardians.keys() - self.closed)
        # In a class, but not (as a pupil) among the users: a cut file, not a child who has left.
        lost = self.pupil_group.keys() - self.found.pupils.keys() - self.closed
        self.found.spared |= lost

    def _roles_of(self, one: Record) -> list[tuple[str, str]]:
        """1.2 has roles.csv; in 1.1 the role stands on the user's row."""
        if one["sourcedid"] in self.roles:
            return self.roles[one["sourcedid"]]
        orgs = _listed(one.get("orgsourcedids", "")) or [one.get("primaryorgsourcedid", "")]
        return [(one.get("role", "").casefold(), org) for org in orgs]

    def _drop(self, one: Record) -> None:
        if one.pop("password", ""):
            self.found.dropped["salasana"] += 1
        if one.pop("userids", ""):
            self.found.dropped["muut tunnisteet (userIds)"] += 1
        for name, text in one.items():
            if name != "sourcedid" and values.looks_like_identity_number(text):
                self.found.dropped["henkilötunnus"] += 1
                one[name] = ""
        if values.looks_like_identity_number(one["sourcedid"]):
            raise FileRefused("Käyttäjän tunnisteena (sourcedId) on henkilötunnus. Sitä ei tuoda.")

    def _guardian(self, one: Record) -> GuardianRow:
        return GuardianRow(
            key=one["sourcedid"],
            first_name=self._text(one, "givenname"),
            last_name=self._text(one, "familyname"),
            email=one_address(one.get("email", "")),
            phone=(self._text(one, "phone") or self._text(one, "sms"))[:40],
            language="",
        )

    def _add_pupil(self, line: int, one: Record, guardians: tuple[GuardianRow, ...]) -> None:
        if one["sourcedid"] in self.found.pupils:
            reason = "sama oppilas on tiedostossa kahdesti"
            self.found.reject(line, reason, one["sourcedid"])
            return
        place = self.pupil_group.get(one["sourcedid"])
        if place is None:
            reason = "oppilaalla ei ole luokkaa (homeroom) tiedostossa enrollments.csv"
            self.found.reject(line, reason, one["sourcedid"])
            return
        try:
            first = one.get("preferredgivenname", "") or one.get("givenname", "")
            self.found.pupils[one["sourcedid"]] = PupilRow(
                line=line,
                key=values.clean_text(one["sourcedid"]),
                first_name=values.clean_name(first),
                last_name=values.clean_name(one.get("familyname", "")),
                school_key=place[0],
                group_key=place[1],
                home_language=None,
                nondisclosure=None,
                guardians=guardians,
            )
        except RowRejected as reason:
            self.found.reject(line, str(reason), one["sourcedid"])

    def _add_staff(self, line: int, one: Record) -> None:
        key = one["sourcedid"]
        roles: list[tuple[str, str, str]] = []
        told = [(role, org) for role, org in self._roles_of(one) if role]
        if not (told or self.class_teachers[key] or self.teaches[key]):
            self.found.reject(line, "käyttäjän roolia ei kerrota", key)
            return
        for role, org in told:
            known = STAFF.get(role)
            school = "" if known in CITY_WIDE else self._school(org)
            # A teacher's reach is the groups taught, told by the enrolments below.
            if known and known != "teacher" and (school or known in CITY_WIDE):
                roles.append((school, known, ""))
        roles += [(school, "class_teacher", group) for school, group in self.class_teachers[key]]
        roles += [(school, "teacher", group) for school, group in self.teaches[key]]
        self.found.staff[key] = StaffRow(
            key=key,
            username=one.get("username", "") or key,
            first_name=self._text(one, "givenname"),
            last_name=self._text(one, "familyname"),
            email=one_address(one.get("email", "")),
            roles=tuple(sorted(set(roles))),
        )


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
