"""From parsed rows to rows for the database: whose note, of which class, under which key."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator

from absences.bulk import StagedNote
from absences.classes import ABSENCES, FAMILY, NationalClass
from schools.calendar import year_bounds
from schools.models import Pupil
from wilma.parsers import NoteRow, Rejected
from wilma.rules import AHEAD, Tally
from wilma.services.note_types import Meaning, NoteTypes

MOST_KEPT = 2000
LONGEST_COURSE = 60
LONGEST_NUMBER = 60
NUMBERED = "id:"
# Of a key without a number: the digest and the colon before the family.
SLOT_LENGTH = 33
# What may be said aloud of an unknown key. A cell without a digit may well be a name.
TELLABLE_KEY = re.compile(r"(?=.*\d)(?!.*[A-Za-z]{2})[0-9A-Za-z.:_-]{1,40}")


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
        self.rejected: list[tuple[int, str]] = []
        self.rejected_count = 0
        self.unknown_pupils = 0
        self.too_old = 0

    def reject(self, line: int, reason: str) -> None:
        self.rejected_count += 1
        if len(self.rejected) < MOST_KEPT:
            self.rejected.append((line, plain(reason)))

    def staged(self, rows: Iterable[NoteRow | Rejected]) -> Iterator[StagedNote]:
        pupils, earliest, latest = self.pupils, self.earliest, self.latest
        for row in rows:
            self.rows += 1
            if isinstance(row, Rejected):
                self.reject(row.line, row.reason)
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

    def _reject_stranger(self, row: NoteRow) -> None:
        self.unknown_pupils += 1
        key = row.pupil_key
        if TELLABLE_KEY.fullmatch(key):
            self.reject(row.line, f"oppilasta {key} ei ole rekisterissä")
        else:
            self.reject(row.line, "oppilasta ei ole rekisterissä: tunniste ei ole oppilasnumero")

    def _reject_date(self, row: NoteRow) -> None:
        day = f"{row.date:%-d.%-m.%Y}"
        if row.date > self.latest:
            self.reject(row.line, f"päiväys {day} on yli vuoden päässä tulevaisuudessa")
        else:
            self.too_old += 1
            self.reject(row.line, f"päiväys {day} on ajalta ennen edellistä lukuvuotta")

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
            first_reasons=[reason for _line, reason in self.rejected[:3]],
        )


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
