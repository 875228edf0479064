"""From parsed rows to rows for the database: whose note, of which class, under which key."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from absences.bulk import StagedNote
from absences.classes import ABSENCES, FAMILY, NationalClass
from schools.calendar import year_bounds
from schools.models import Pupil
from wilma.parsers import NoteRow, Rejected, values
from wilma.parsers.errors import RowRejected
from wilma.parsers.notes import LESSON_MINUTES
from wilma.rules import AHEAD, Tally
from wilma.services.note_types import Meaning, NoteTypes

MOST_KEPT = 2000
LONGEST_COURSE = 60
LONGEST_NUMBER = 60
LONGEST_CELL = 60
NUMBERED = "id:"
# Of a key without a number: the digest and the colon before the family.
SLOT_LENGTH = 33
# What may be said aloud of an unknown key. A cell without a digit may well be a name.
TELLABLE_KEY = re.compile(r"(?=.*\d)(?!.*[A-Za-z]{2})[0-9A-Za-z.:_-]{1,40}")


class Issue(NamedTuple):
    """A row that was left out: where, why, and what it had in the columns that are known."""

    line: int
    reason: str
    cells: dict[str, str] = {}


def as_cells(row: NoteRow) -> dict[str, str]:
    """A parsed row again as cells, in the canonical columns."""
    resolved = {True: "kyllä", False: "ei", None: ""}[row.resolved]
    told = {
        "note_id": row.note_id,
        "pupil": row.pupil_key,
        "date": f"{row.date:%-d.%-m.%Y}",
        "lesson": "" if row.lesson is None else str(row.lesson),
        "starts": row.starts,
        "minutes": "" if row.minutes is None else str(row.minutes),
        "type_code": row.type_code,
        "type_name": row.type_name,
        "national_class": row.national_class,
        "resolved": resolved,
        "resolved_on": f"{row.resolved_on:%-d.%-m.%Y}" if row.resolved_on else "",
        "course": row.course,
    }
    return {name: text[:LONGEST_CELL] for name, text in told.items() if text}


class Gather:
    """Walks through a file's rows once, yielding what can be staged and noting what cannot."""

    def __init__(self, *, lesson_minutes: int, on: dt.date) -> None:
        self.types = NoteTypes()
        self.lesson_minutes = lesson_minutes
        this_year = year_bounds(on)[0]
        self.earliest = year_bounds(this_year - dt.timedelta(days=1))[0]
        self.latest = on + AHEAD
        self.pupils = dict(Pupil.objects.values_list("key", "pk"))
        self.rows = 0
        self.rejected: list[Issue] = []
        self.rejected_count = 0
        self.unknown_pupils = 0
        self.too_old = 0
        self.may_be_cut = False
        # Whose row could not be read: what is known of them is not gone from the file.
        self.spared: set[int] = set()
        self.has_nobodys_row = False

    def reject(self, line: int, reason: str, cells: dict[str, str] | None = None) -> None:
        self.rejected_count += 1
        if len(self.rejected) < MOST_KEPT:
            kept = {name: plain(text) for name, text in (cells or {}).items()}
            if kept and self.lesson_minutes != LESSON_MINUTES:
                _tell_minutes(kept, self.lesson_minutes)
            self.rejected.append(Issue(line, plain(reason), kept))

    def staged(self, rows: Iterable[NoteRow | Rejected]) -> Iterator[StagedNote]:
        pupils, earliest, latest = self.pupils, self.earliest, self.latest
        for row in rows:
            self.rows += 1
            if isinstance(row, Rejected):
                self.reject(row.line, row.reason, row.cells)
                self._spare(row.pupil_key)
                continue
            pupil_id = pupils.get(row.pupil_key)
            if pupil_id is None:
                self._reject_stranger(row)
                continue
            if not earliest <= row.date <= latest:
                self._reject_date(row)
                continue
            meaning = self.types.meaning(row)
            if meaning is not None:
                yield self._note(row, pupil_id, meaning)

    def _spare(self, key: str) -> None:
        """Of whose row could not be read nothing is gone; when nobody can tell whose, of nobody."""
        if key in self.pupils:
            self.spared.add(self.pupils[key])
        elif not key:
            self.has_nobodys_row = True

    def _reject_stranger(self, row: NoteRow) -> None:
        self.unknown_pupils += 1
        key = row.pupil_key
        if TELLABLE_KEY.fullmatch(key):
            self.reject(row.line, f"oppilasta {key} ei ole rekisterissä", as_cells(row))
        else:
            self.reject(row.line, "oppilasta ei ole rekisterissä: tunniste ei ole oppilasnumero")

    def _reject_date(self, row: NoteRow) -> None:
        self._spare(row.pupil_key)
        day = f"{row.date:%-d.%-m.%Y}"
        if row.date > self.latest:
            self.reject(
                row.line, f"päiväys {day} on yli vuoden päässä tulevaisuudessa", as_cells(row)
            )
        else:
            self.too_old += 1
            self.reject(
                row.line, f"päiväys {day} on ajalta ennen edellistä lukuvuotta", as_cells(row)
            )

    def _note(self, row: NoteRow, pupil_id: int, meaning: Meaning) -> StagedNote:
        national_class = meaning.national_class
        course = row.course[:LONGEST_COURSE]
        return (
            row.line,
            _key(row, course, FAMILY[national_class]),
            pupil_id,
            meaning.note_type_id,
            national_class,
            row.date,
            row.lesson,
            row.starts,
            self.lesson_minutes if row.minutes is None else row.minutes,
            is_unresolved(national_class, resolved=row.resolved),
            row.resolved_on,
            course,
        )

    def tally(self) -> Tally:
        return Tally(
            rows=self.rows,
            rejected=self.rejected_count,
            unknown_pupils=self.unknown_pupils,
            too_old=self.too_old,
            first_reasons=[one.reason for one in self.rejected[:3]],
        )


def _tell_minutes(cells: dict[str, str], lesson_minutes: int) -> None:
    """The file of rejected rows comes back without its profile, whose lesson had this length."""
    if cells.keys() & {"minutes", "ends"}:
        return
    try:
        lessons = values.parse_decimal(cells["hours"]) if "hours" in cells else 1
    except RowRejected:
        return
    cells.pop("hours", None)
    cells["minutes"] = str(round(lessons * lesson_minutes))


def plain(text: str) -> str:
    """What every database can keep: a JSON may hold half characters and NULs."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def is_unresolved(national_class: str, *, resolved: bool | None) -> bool:
    """An absence whose cause is open: as the file says, or by its class when the file is silent."""
    if national_class not in ABSENCES:
        return False
    if resolved is None:
        return national_class == NationalClass.UNRESOLVED
    return not resolved


def _key(row: NoteRow, course: str, family: str) -> str:
    """The note's own number, or what makes a note one: pupil, day, lesson, course and family.

    A changed type within a family replaces the note; praise on the same lesson is another. The
    family stands at the end, so that it can be exchanged when a type turns out to mean another.
    """
    if row.note_id:
        return f"{NUMBERED}{_short(row.note_id)}"
    lesson = row.starts if row.lesson is None else row.lesson
    words = f"{row.pupil_key}|{row.date.toordinal()}|{lesson}|{course}"
    return f"{_digest(words)}:{family}"


def _short(number: str) -> str:
    return number if len(number) <= LONGEST_NUMBER else _digest(number)


def _digest(words: str) -> str:
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()
