"""Lesson notes in bulk: staged as they come, merged by the database in a few statements.

The one place where PostgreSQL and SQLite are told apart: COPY on one, executemany on the other.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection

CHUNK = 5000
COLUMNS = (
    "line", "key", "pupil_id", "note_type_id", "national_class", "date", "lesson", "starts",
    "minutes", "unresolved", "resolved_on", "course",
)  # fmt: skip
# What a re-export can change in a note: everything but its key.
FIELDS = COLUMNS[2:]
StagedNote = tuple[Any, ...]
NOTE = "absences_lessonnote"
STAGE = "absences_staged_note"


@dataclass(frozen=True, slots=True)
class Counts:
    new: int
    changed: int
    unchanged: int


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def open_stage() -> None:
    """An empty staging table of this database session."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {STAGE}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {STAGE} (line integer, key varchar(64), pupil_id bigint, "
            "note_type_id bigint, national_class varchar(20), date date, lesson smallint, "
            "starts varchar(5), minutes smallint, unresolved boolean, resolved_on date, "
            "course varchar(60))"
        )


def close_stage() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {STAGE}")


def stage(rows: Iterable[StagedNote]) -> Iterator[int]:
    """Write rows as they come, in the order of COLUMNS. Yields how many are in so far."""
    source = iter(rows)
    total = 0
    while chunk := list(islice(source, CHUNK)):
        _write(chunk)
        total += len(chunk)
        yield total


def _write(chunk: list[StagedNote]) -> None:
    names = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        if _is_postgres():
            with cursor.cursor.copy(f"COPY {STAGE} ({names}) FROM STDIN") as copy:
                for row in chunk:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(COLUMNS))
            cursor.executemany(f"INSERT INTO {STAGE} ({names}) VALUES ({marks})", chunk)


def drop_repeats() -> list[int]:
    """Keep the last row of each key. Returns the lines of the rows that were left out."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX {STAGE}_key ON {STAGE} (key, line)")
        if _is_postgres():
            cursor.execute(f"ANALYZE {STAGE}")
        cursor.execute(
            f"SELECT s.line FROM {STAGE} s WHERE EXISTS "
            f"(SELECT 1 FROM {STAGE} t WHERE t.key = s.key AND t.line > s.line) ORDER BY s.line"
        )
        lines = [line for (line,) in cursor.fetchall()]
        if lines:
            cursor.execute(
                f"DELETE FROM {STAGE} WHERE EXISTS "
                f"(SELECT 1 FROM {STAGE} t WHERE t.key = {STAGE}.key AND t.line > {STAGE}.line)"
            )
    return lines


def _differs(left: str, right: str) -> str:
    """Any field of the two differs, NULLs compared as values; or the note had been withdrawn."""
    apart = "IS DISTINCT FROM" if _is_postgres() else "IS NOT"
    fields = " OR ".join(f"{left}.{name} {apart} {right}.{name}" for name in FIELDS)
    return f"({left}.withdrawn_in_id IS NOT NULL OR {fields})"


def merge(batch_id: int) -> Counts:
    """Bring the staged rows in: new ones inserted, differing ones replaced, the rest left alone."""
    names = ", ".join(COLUMNS[1:])
    sets = ", ".join(f"{name} = excluded.{name}" for name in FIELDS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*), COUNT(n.id), COALESCE(SUM(CASE WHEN n.id IS NOT NULL AND "
            f"{_differs('n', 's')} THEN 1 ELSE 0 END), 0) "
            f"FROM {STAGE} s LEFT JOIN {NOTE} n ON n.key = s.key"
        )
        total, known, changed = cursor.fetchone()
        if total > known or changed:
            cursor.execute(
                f"INSERT INTO {NOTE} ({names}, batch_id, withdrawn_in_id) "
                f"SELECT {names}, %s, NULL FROM {STAGE} WHERE true "
                f"ON CONFLICT (key) DO UPDATE SET {sets}, batch_id = excluded.batch_id, "
                f"withdrawn_in_id = NULL WHERE {_differs(NOTE, 'excluded')}",
                [batch_id],
            )
    return Counts(new=total - known, changed=changed, unchanged=known - changed)


@dataclass(frozen=True, slots=True)
class Extent:
    """What the staged file covers: its schools and its days."""

    rows: int
    first: dt.date | None
    last: dt.date | None
    school_ids: tuple[int, ...]


def staged_extent() -> Extent:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*), MIN(date), MAX(date) FROM {STAGE}")
        rows, first, last = cursor.fetchone()
        cursor.execute(
            "SELECT DISTINCT p.school_id FROM schools_pupil p WHERE p.id IN "
            f"(SELECT pupil_id FROM {STAGE})"
        )
        schools = tuple(sorted(school for (school,) in cursor.fetchall()))
    return Extent(rows, _as_date(first), _as_date(last), schools)


def _as_date(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


SCOPE = (
    f"{NOTE}.withdrawn_in_id IS NULL AND {NOTE}.date BETWEEN %s AND %s "
    f"AND {NOTE}.pupil_id IN (SELECT id FROM schools_pupil WHERE school_id IN ({{schools}}))"
)


@dataclass(frozen=True, slots=True)
class Known:
    """The live notes of a scope: how many, of which days, and how many the file has again."""

    rows: int
    first: dt.date | None
    last: dt.date | None
    again: int


def known_notes(school_ids: tuple[int, ...], first: dt.date, last: dt.date) -> Known:
    if not school_ids:
        return Known(0, None, None, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*), MIN({NOTE}.date), MAX({NOTE}.date), COUNT(s.key) FROM {NOTE} "
            f"LEFT JOIN {STAGE} s ON s.key = {NOTE}.key WHERE {_scope(school_ids)}",
            [first, last, *school_ids],
        )
        rows, earliest, latest, again = cursor.fetchone()
    return Known(rows, _as_date(earliest), _as_date(latest), again)


def withdraw_missing(
    batch_id: int, school_ids: tuple[int, ...], first: dt.date, last: dt.date
) -> int:
    """Withdraw the live notes that the file no longer has. They are kept but not counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {NOTE} SET withdrawn_in_id = %s WHERE {_scope(school_ids)} AND NOT EXISTS "
            f"(SELECT 1 FROM {STAGE} s WHERE s.key = {NOTE}.key)",
            [batch_id, first, last, *school_ids],
        )
        return int(cursor.rowcount)


def _scope(school_ids: tuple[int, ...]) -> str:
    return SCOPE.format(schools=", ".join(["%s"] * len(school_ids)))
