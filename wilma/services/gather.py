"""From parsed rows to rows for the database: whose note, of which class, under which key."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from absences.bulk import StagedNote
from absences.classes import ABSENCES, FAMILY, NationalClass
from absences.models import NoteType
from absences.note_types import known_class, name_key, national_class_named
from schools.models import Pupil
from wilma.parsers import NoteRow, Rejected

MOST_KEPT = 2000
LONGEST_COURSE = 60
LONGEST_KEY = 60


class Meaning(NamedTuple):
    note_type_id: int
    national_class: str


class NoteTypes:
    """The note types met in a file. A known one is written down; an unknown one is counted."""

    def __init__(self) -> None:
        self._rows = {(one.code, one.name_key): one for one in NoteType.objects.all()}
        self._found: dict[tuple[str, str, str], Meaning | None] = {}
        self.unmapped: Counter[tuple[str, str]] = Counter()

    def meaning(self, row: NoteRow) -> Meaning | None:
        """What the row's type means, or None when nobody has said."""
        spelled = (row.type_code, row.type_name, row.national_class)
        if spelled not in self._found:
            self._found[spelled] = self._look_up(*spelled)
        found = self._found[spelled]
        if found is None:
            self.unmapped[row.type_code, row.type_name] += 1
        return found

    def _look_up(self, code: str, name: str, national: str) -> Meaning | None:
        given = national_class_named(national)
        row = self._rows.get((code[:40], name_key(name)))
        national_class = (
            given or (row.national_class if row else "") or self._by_likeness(code, name)
        )
        if not national_class:
            return None
        if row is None:
            row = NoteType.objects.create(
                code=code[:40],
                name=name[:160],
                name_key=name_key(name),
                national_class=national_class,
            )
            self._rows[row.code, row.name_key] = row
        elif not row.national_class:
            return Meaning(row.pk, national_class) if given else None
        return Meaning(row.pk, str(national_class))

    def _by_likeness(self, code: str, name: str) -> str:
        """The same name under another code; for a bare code, what all its types agree on."""
        if name:
            key = name_key(name)
            alike = {one.national_class for one in self._rows.values() if one.name_key == key}
            alike.discard("")
            known = known_class(name)
            return str(known or (alike.pop() if len(alike) == 1 else ""))
        classes = {one.national_class for one in self._rows.values() if one.code == code}
        return classes.pop() if len(classes) == 1 else ""


class Gather:
    """Walks through a file's rows once, yielding what can be staged and noting what cannot."""

    def __init__(self, *, lesson_minutes: int) -> None:
        self.types = NoteTypes()
        self.lesson_minutes = lesson_minutes
        self.pupils = dict(Pupil.objects.values_list("key", "pk"))
        self.rows = 0
        self.rejected: list[tuple[int, str]] = []
        self.rejected_count = 0
        self.unknown_pupils = 0

    def reject(self, line: int, reason: str) -> None:
        self.rejected_count += 1
        if len(self.rejected) < MOST_KEPT:
            self.rejected.append((line, reason))

    def staged(self, rows: Iterable[NoteRow | Rejected]) -> Iterator[StagedNote]:
        for row in rows:
            self.rows += 1
            if isinstance(row, Rejected):
                self.reject(row.line, row.reason)
                continue
            pupil_id = self.pupils.get(row.pupil_key)
            if pupil_id is None:
                self.unknown_pupils += 1
                self.reject(row.line, f"oppilasta {row.pupil_key[:40]} ei ole rekisterissä")
                continue
            meaning = self.types.meaning(row)
            if meaning is not None:
                yield self._note(row, pupil_id, meaning)

    def _note(self, row: NoteRow, pupil_id: int, meaning: Meaning) -> StagedNote:
        national_class = meaning.national_class
        minutes = self.lesson_minutes if row.minutes is None else row.minutes
        return (
            row.line,
            _key(row, FAMILY[national_class]),
            pupil_id,
            meaning.note_type_id,
            national_class,
            row.date,
            row.lesson,
            row.starts,
            minutes,
            is_unresolved(national_class, resolved=row.resolved),
            row.resolved_on,
            row.course[:LONGEST_COURSE],
        )


def is_unresolved(national_class: str, *, resolved: bool | None) -> bool:
    """An absence whose cause is open: as the file says, or by its class when the file is silent."""
    if national_class not in ABSENCES:
        return False
    if resolved is None:
        return national_class == NationalClass.UNRESOLVED
    return not resolved


def _key(row: NoteRow, family: str) -> str:
    """The note's own number, or what makes a note one: pupil, day, lesson, course and family.

    A changed type within a family replaces the note; praise on the same lesson is another.
    """
    if row.note_id:
        return f"id:{row.note_id[:LONGEST_KEY]}"
    lesson = row.starts if row.lesson is None else row.lesson
    words = f"{row.pupil_key}|{row.date.toordinal()}|{lesson}|{row.course}|{family}"
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()


def dates_ahead(last: dt.date | None, at: dt.datetime) -> bool:
    return last is not None and last > at.date()
