"""Lesson notes out of a CSV of any school's own columns, or out of Wilma's saved JSON."""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from kemi_ecosystem.lib.csv_sniff import (
    Row,
    Table,
    UnclosedQuoteError,
    UnreadableTextError,
    open_table,
)
from wilma.parsers import values
from wilma.parsers.cuts import HALF_CELL, TRUNCATED, LastCells, is_total, refuse_if_cut
from wilma.parsers.errors import FileRefused, RowRejected
from wilma.parsers.files import refuse_unfit
from wilma.parsers.headers import (
    NOTE_ALIASES,
    NOTE_REQUIRED,
    HeaderMatch,
    find_header,
    match_columns,
)

LESSON_MINUTES = 45
DAY_MINUTES = 24 * 60
MOST_LESSON = 30
LONGEST_CELL = 60
EMPTY = "Tiedostossa ei ole yhtään merkintää. Tyhjää tiedostoa ei lueta niin, että kaikki on hyvin."


class NoteRow(NamedTuple):
    """One note as the file says it. `minutes` None: the file gives no duration."""

    line: int
    pupil_key: str
    date: dt.date
    lesson: int | None
    starts: str
    minutes: int | None
    type_code: str
    type_name: str
    national_class: str
    resolved: bool | None
    resolved_on: dt.date | None
    course: str
    note_id: str


class Rejected(NamedTuple):
    """A row that cannot go in. `cells` are its known columns, so that it can be mended."""

    line: int
    reason: str
    pupil_key: str = ""
    cells: dict[str, str] | None = None


@dataclass(slots=True)
class NotesFile:
    """A file whose header has been understood. Iterate it once for its rows."""

    kind: str
    title: str
    columns: dict[str, str]
    dropped_columns: tuple[str, ...]
    rows: Iterator[NoteRow | Rejected]
    encoding: str = "utf-8"
    totals_skipped: int = 0
    # No line end after the last row: it is whole, or the file was cut between two of its marks.
    may_be_cut: bool = False

    def __iter__(self) -> Iterator[NoteRow | Rejected]:
        return self.rows


def read_notes(
    path: Path, *, profile: Mapping[str, str] | None = None, lesson_minutes: int = LESSON_MINUTES
) -> NotesFile:
    """Understand a file. Raises FileRefused now, or while iterating when it turns out cut.

    A CSV is streamed, however long; a JSON is parsed whole, as JSON must be.
    """
    refuse_unfit(path)
    with path.open("rb") as source:
        head = source.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith((b"{", b"[")):
        return _read_json(path, lesson_minutes)
    return _read_csv(path, profile, lesson_minutes)


def _read_csv(path: Path, profile: Mapping[str, str] | None, lesson_minutes: int) -> NotesFile:
    try:
        table = open_table(path)
        header = find_header(table, NOTE_ALIASES, NOTE_REQUIRED, profile)
    except UnreadableTextError as error:
        raise FileRefused("Tiedosto ei ole tekstiä. Vie tiedot CSV-muodossa.") from error
    except UnclosedQuoteError as error:
        raise FileRefused(_unclosed(error)) from error
    found = NotesFile(
        kind="csv",
        title=" ".join(filter(None, header.titles)),
        columns=header.named(),
        dropped_columns=header.unmatched,
        rows=iter(()),
        encoding=table.encoding,
    )
    found.rows = _csv_rows(table, header, found, RowReader(header.columns, lesson_minutes))
    return found


def _unclosed(error: UnclosedQuoteError) -> str:
    return f"Rivillä {error.line} alkava lainausmerkki ei pääty. {TRUNCATED}"


def _csv_rows(
    table: Table, header: HeaderMatch, found: NotesFile, read: "RowReader"
) -> Iterator[NoteRow | Rejected]:
    rows = (row for row in table if row.line > header.line)
    width = max(header.columns.values()) + 1
    last: Row | None = None
    count, cells = 0, LastCells()
    try:
        for row in chain(rows, (None,)):
            result = _one(last, width, read, found) if last is not None else None
            if row is None and last is not None:
                refuse_if_cut(last, table, len(header.seen))
                found.may_be_cut = not table.ends_with_newline()
                if found.may_be_cut and isinstance(result, NoteRow) and cells.is_cut(last.cells):
                    result = read.rejected(last.line, HALF_CELL, last.cells)
            elif last is not None:
                cells.note(last.cells, len(header.seen))
            if result is not None:
                count += 1
                yield result
            last = row
    except UnclosedQuoteError as error:
        raise FileRefused(_unclosed(error)) from error
    if count == 0:
        raise FileRefused(EMPTY)


def _one(row: Row, width: int, read: "RowReader", found: NotesFile) -> NoteRow | Rejected | None:
    if row.is_broken:
        return Rejected(row.line, "rivin lainausmerkit ovat sekaisin")
    cells = row.cells
    if not any(cell.strip() for cell in cells):
        return None
    if is_total(cells):
        found.totals_skipped += 1
        return None
    if len(cells) < width:
        return Rejected(row.line, "rivi on vajaa: siitä puuttuu sarakkeita")
    try:
        return read(row.line, cells)
    except RowRejected as reason:
        return read.rejected(row.line, str(reason), cells)


class RowReader:
    """Turns the cells of one row into a NoteRow. Made once for a file, called for each row."""

    def __init__(self, columns: Mapping[str, int], lesson_minutes: int) -> None:
        self.lesson_minutes = lesson_minutes
        self.columns = columns
        self.place: Callable[[str], int] = lambda name: columns.get(name, -1)
        self.pupil, self.date = columns["pupil"], columns["date"]
        self.lesson, self.starts = self.place("lesson"), self.place("starts")
        self.ends = self.place("ends")
        self.minutes, self.hours = self.place("minutes"), self.place("hours")
        self.code, self.name = self.place("type_code"), self.place("type_name")
        self.national = self.place("national_class")
        self.resolved, self.unresolved = self.place("resolved"), self.place("unresolved")
        self.resolved_on = self.place("resolved_on")
        self.course, self.note_id = self.place("course"), self.place("note_id")
        self.row_id = self.place("row_id")

    def __call__(self, line: int, cells: list[str]) -> NoteRow:
        for cell in cells:
            if len(cell) > 10 and values.looks_like_identity_number(cell):  # noqa: PLR2004
                raise RowRejected("rivillä on henkilötunnus: sitä ei tuoda")
        cells = [*cells, ""]  # place -1: a column that the file does not have
        pupil = values.clean_text(cells[self.pupil])
        code = values.clean_text(cells[self.code])
        name = values.clean_text(cells[self.name])
        national = values.clean_text(cells[self.national])
        if not pupil:
            raise RowRejected("oppilaan tunniste puuttuu")
        if not (code or name or national):
            raise RowRejected("merkinnän laji puuttuu")
        date = values.parse_date(cells[self.date])
        note_id = values.clean_text(cells[self.note_id])
        if not note_id and (row_id := values.clean_text(cells[self.row_id])):
            # A column called just "id" may count the rows of this one file.
            note_id = f"{pupil}|{date}|{row_id}"
        return NoteRow(
            line,
            pupil,
            date,
            self._lesson(cells[self.lesson]),
            values.parse_time(cells[self.starts]) if self.starts >= 0 else "",
            self._minutes(cells),
            code,
            name,
            national,
            self._resolved(cells),
            self._resolved_on(cells[self.resolved_on]),
            values.clean_text(cells[self.course]),
            note_id,
        )

    def rejected(self, line: int, reason: str, cells: list[str]) -> Rejected:
        """The row as it may be told and mended: its known columns, unless a person is in it."""
        pupil = cells[self.pupil].strip() if self.pupil < len(cells) else ""
        if any(values.looks_like_identity_number(cell) for cell in cells):
            return Rejected(line, reason)
        kept = {
            name: cells[place].strip()[:LONGEST_CELL]
            for name, place in self.columns.items()
            if place < len(cells) and cells[place].strip()
        }
        return Rejected(line, reason, pupil, kept)

    @staticmethod
    def _lesson(text: str) -> int | None:
        if not text or text.isspace():
            return None
        number = values.parse_decimal(text)
        if number != int(number) or not 0 <= number <= MOST_LESSON:
            raise RowRejected("tunnin numeroa ei tunnistettu")
        return int(number)

    def _minutes(self, cells: list[str]) -> int | None:
        if text := cells[self.minutes].strip():
            minutes = round(values.parse_decimal(text))
        elif text := cells[self.hours].strip():
            minutes = round(values.parse_decimal(text) * self.lesson_minutes)
        elif self.ends >= 0 and self.starts >= 0:
            return _between(cells[self.starts], cells[self.ends])
        else:
            return None
        if not 0 <= minutes <= DAY_MINUTES:
            raise RowRejected("kesto ei voi olla oikein")
        return minutes

    def _resolved(self, cells: list[str]) -> bool | None:
        resolved = values.parse_bool(cells[self.resolved]) if self.resolved >= 0 else None
        if resolved is not None or self.unresolved < 0:
            return resolved
        open_mark = values.parse_bool(cells[self.unresolved])
        # An empty "Selvitettävä" cell says that there is nothing left to clear.
        return not open_mark

    @staticmethod
    def _resolved_on(text: str) -> dt.date | None:
        return values.parse_date(text) if text.strip() else None


def _between(starts: str, ends: str) -> int | None:
    first, last = values.parse_time(starts), values.parse_time(ends)
    if not first or not last:
        return None
    minutes = (int(last[:2]) - int(first[:2])) * 60 + int(last[3:]) - int(first[3:])
    if minutes < 0:
        raise RowRejected("tunti päättyy ennen kuin alkaa")
    return minutes


def _read_json(path: Path, lesson_minutes: int) -> NotesFile:
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FileRefused("JSON-tiedosto ei ole UTF-8-muodossa.") from error
    except (ValueError, RecursionError) as error:
        raise FileRefused(
            "JSON-tiedosto on rikki tai katkennut kesken. Siitä ei tuotu mitään."
        ) from error
    notes = _observations(data)
    names = sorted({str(key) for note in notes for key in note})
    columns = match_columns(names, NOTE_ALIASES, None)
    if "row_id" in columns:
        # Wilma's own JSON: there the Id is the note's.
        columns.setdefault("note_id", columns.pop("row_id"))
    if "pupil" not in columns or "date" not in columns:
        raise FileRefused(
            "JSON-tiedostosta puuttuu oppilaan tunniste (StudentId) tai päiväys (TimeStamp)."
        )
    used = set(columns.values())
    return NotesFile(
        kind="wilma-json",
        title="",
        columns={name: names[place] for name, place in columns.items()},
        dropped_columns=tuple(name for n, name in enumerate(names) if n not in used),
        rows=_json_rows(notes, names, RowReader(columns, lesson_minutes)),
    )


def _observations(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, dict):
        data = next((data[key] for key in data if key.casefold() == "observations"), None)
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise FileRefused("Tämä ei ole Wilman tuntimerkintöjä: Observations-luettelo puuttuu.")
    if not data:
        raise FileRefused(EMPTY)
    return data


def _json_rows(
    notes: list[dict[str, Any]], names: list[str], read: RowReader
) -> Iterator[NoteRow | Rejected]:
    for number, note in enumerate(notes, start=1):
        by_key = {str(key).casefold(): value for key, value in note.items()}
        cells = [_cell(by_key.get(name.casefold())) for name in names]
        try:
            yield read(number, cells)
        except RowRejected as reason:
            yield read.rejected(number, str(reason), cells)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value) if isinstance(value, str | int | float) else ""
