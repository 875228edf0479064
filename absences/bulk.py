"""Lesson notes in bulk: staged as they come, merged by the database in a few statements.

The one place where PostgreSQL and SQLite are told apart: COPY on one, executemany on the other.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
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
BEFORE = "absences_notebefore"
TO_CHECK = "absences_pupiltocheck"
STAGE = "absences_staged_note"
# When pupils were in a class of another school than today's.
ELSEWHERE = (
    "SELECT n.pupil_id, n.begins, n.ends, g.school_id FROM schools_enrolment n "
    "JOIN schools_teachinggroup g ON g.id = n.group_id "
    "JOIN schools_pupil p ON p.id = n.pupil_id WHERE g.school_id <> p.school_id"
)
# Which of two rows with one key stays: no matter in which order they came.
PREFERENCE = (
    "CASE WHEN key LIKE 'id:%' THEN line ELSE 0 END DESC, minutes DESC, unresolved DESC, "
    "national_class, note_type_id, starts, resolved_on, line DESC"
)
# The number of the lock under which PostgreSQL lets one import merge at a time.
TURN = 6_250_314


@dataclass(frozen=True, slots=True)
class Counts:
    new: int
    changed: int
    unchanged: int


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


@contextmanager
def staging() -> Iterator[None]:
    """An empty staging table of this database session, gone at the end whatever happens.

    It needs no transaction: while a long file is read nobody else has to wait.
    """
    with _room_on_disk(), connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {STAGE}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {STAGE} (line integer, key varchar(64), pupil_id bigint, "
            "note_type_id bigint, national_class varchar(20), date date, lesson smallint, "
            "starts varchar(5), minutes smallint, unresolved boolean, resolved_on date, "
            "course varchar(60))"
        )
        try:
            yield
        finally:
            cursor.execute(f"DROP TABLE IF EXISTS {STAGE}")


@contextmanager
def _room_on_disk() -> Iterator[None]:
    """Let SQLite's temporary tables grow on disk, not in memory. PostgreSQL's do anyway.

    SQLite cannot change this within a transaction; whoever holds one has memory for it.
    """
    if _is_postgres() or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        (usual,) = cursor.execute("PRAGMA temp_store").fetchone()
        cursor.execute("PRAGMA temp_store = FILE")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA temp_store = {int(usual)}")


def take_turn() -> None:
    """Within a transaction: imports merge one after another, so that none waits for itself.

    SQLite's writers queue anyway (BEGIN IMMEDIATE).
    """
    if _is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


def share_turn() -> None:
    """Within a transaction: rounds walk side by side, but no import merges meanwhile."""
    if _is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [TURN])


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


def give_types(ids: Mapping[int, int]) -> None:
    """Put the note types' own ids in the place of those that rows were staged with."""
    if not ids:
        return
    cases = " ".join(["WHEN %s THEN %s"] * len(ids))
    values = [value for pair in ids.items() for value in pair]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {STAGE} SET note_type_id = CASE note_type_id {cases} ELSE note_type_id END "
            "WHERE note_type_id < 0",
            values,
        )


def drop_repeats() -> list[tuple[int, str]]:
    """Keep one row of each key. Returns the line and the key of every row that was left out.

    Of a numbered note the later row is the newer one. Of notes without a number that one stays
    which says most, wherever it stands: a shuffled file is the same file.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX {STAGE}_key ON {STAGE} (key)")
        if _is_postgres():
            cursor.execute(f"ANALYZE {STAGE}")
        cursor.execute(f"SELECT COUNT(*) - COUNT(DISTINCT key) FROM {STAGE}")
        (repeats,) = cursor.fetchone()
        if not repeats:
            return []
        cursor.execute(
            f"DELETE FROM {STAGE} WHERE line IN (SELECT line FROM (SELECT line, ROW_NUMBER() OVER "
            f"(PARTITION BY key ORDER BY {PREFERENCE}) AS place FROM {STAGE}) ranked "
            "WHERE place > 1) RETURNING line, key"
        )
        return sorted(cursor.fetchall())


def _differs(left: str, right: str) -> str:
    """Any field of the two differs, NULLs compared as values; or the note had been withdrawn."""
    apart = "IS DISTINCT FROM" if _is_postgres() else "IS NOT"
    fields = " OR ".join(f"{left}.{name} {apart} {right}.{name}" for name in FIELDS)
    return f"({left}.withdrawn_in_id IS NOT NULL OR {fields})"


def mark_changed(*, first: dt.date, until: dt.date) -> None:
    """Let the next round look at the pupils of whom something staged is new. Call it before merge.

    A note of a day that has not come yet marks its pupil for that day.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TO_CHECK} (pupil_id, due_on) SELECT DISTINCT s.pupil_id, "
            "CASE WHEN s.date <= %s THEN %s ELSE s.date END "
            f"FROM {STAGE} s LEFT JOIN {NOTE} n ON n.key = s.key "
            f"WHERE n.id IS NULL OR {_differs('n', 's')} ON CONFLICT DO NOTHING",
            [until, first],
        )


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
        if changed:
            _remember(batch_id)
        if total > known or changed:
            cursor.execute(
                f"INSERT INTO {NOTE} ({names}, batch_id, withdrawn_in_id) "
                f"SELECT {names}, %s, NULL FROM {STAGE} WHERE true "
                f"ON CONFLICT (key) DO UPDATE SET {sets}, batch_id = excluded.batch_id, "
                f"withdrawn_in_id = NULL WHERE {_differs(NOTE, 'excluded')}",
                [batch_id],
            )
    return Counts(new=total - known, changed=changed, unchanged=known - changed)


def _remember(batch_id: int) -> None:
    """Keep how the notes that change were, so that the import can be undone."""
    fields = ", ".join(FIELDS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {BEFORE} (batch_id, key, {fields}, old_batch_id, old_withdrawn_in_id) "
            f"SELECT %s, n.key, {', '.join(f'n.{name}' for name in FIELDS)}, n.batch_id, "
            f"n.withdrawn_in_id FROM {NOTE} n JOIN {STAGE} s ON s.key = n.key "
            f"WHERE {_differs('n', 's')}",
            [batch_id],
        )


def take_back(batch_id: int, *, due_on: dt.date) -> int:
    """Make the notes what they were before an import. Returns how many notes that was.

    Nothing may have come over it since: the service sees to that. Its pupils are looked at again.
    """
    sets = ", ".join(f"{name} = b.{name}" for name in FIELDS)
    with connection.cursor() as cursor:
        touched = "batch_id = %s OR withdrawn_in_id = %s"
        cursor.execute(
            f"INSERT INTO {TO_CHECK} (pupil_id, due_on) SELECT DISTINCT pupil_id, %s "
            f"FROM {NOTE} WHERE {touched} ON CONFLICT DO NOTHING",
            [due_on, batch_id, batch_id],
        )
        cursor.execute(
            f"UPDATE {NOTE} SET withdrawn_in_id = NULL WHERE withdrawn_in_id = %s", [batch_id]
        )
        count = cursor.rowcount
        cursor.execute(
            f"DELETE FROM {NOTE} WHERE batch_id = %s AND NOT EXISTS (SELECT 1 FROM {BEFORE} b "
            f"WHERE b.batch_id = %s AND b.key = {NOTE}.key)",
            [batch_id, batch_id],
        )
        count += cursor.rowcount
        cursor.execute(
            f"UPDATE {NOTE} SET {sets}, batch_id = b.old_batch_id, "
            f"withdrawn_in_id = b.old_withdrawn_in_id FROM {BEFORE} b "
            f"WHERE b.batch_id = %s AND b.key = {NOTE}.key",
            [batch_id],
        )
        count += cursor.rowcount
        cursor.execute(f"DELETE FROM {BEFORE} WHERE batch_id = %s", [batch_id])
    return int(count)


@dataclass(frozen=True, slots=True)
class Extent:
    """What the staged file covers: its days, and where its pupils are today.

    `source_ids`: the schools whose file it is, which have noted something in it themselves. A
    pupil who has moved since does not make it a file of the new school.
    """

    rows: int
    first: dt.date
    last: dt.date
    school_ids: tuple[int, ...]
    source_ids: tuple[int, ...]


def staged_extent() -> Extent | None:
    """What is staged; None when nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*), MIN(date), MAX(date) FROM {STAGE}")
        rows, first, last = cursor.fetchone()
        if not rows:
            return None
        cursor.execute(
            "SELECT DISTINCT p.school_id FROM schools_pupil p WHERE p.id IN "
            f"(SELECT pupil_id FROM {STAGE})"
        )
        schools = tuple(sorted(school for (school,) in cursor.fetchall()))
        cursor.execute(
            "SELECT DISTINCT p.school_id FROM schools_pupil p WHERE p.id IN "
            f"(SELECT s.pupil_id FROM {STAGE} s LEFT JOIN ({ELSEWHERE}) e "
            "ON e.pupil_id = s.pupil_id AND s.date >= e.begins "
            "AND (e.ends IS NULL OR s.date <= e.ends) WHERE e.pupil_id IS NULL)"
        )
        sources = tuple(sorted(school for (school,) in cursor.fetchall()))
    return Extent(rows, _as_date(first), _as_date(last), schools, sources)


def _as_date(value: dt.date | str) -> dt.date:
    """SQLite answers MIN and MAX of dates as text."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Known:
    """One school's live notes of some days: how many until a day, and how many are staged."""

    school_id: int
    rows: int
    first: dt.date
    last: dt.date
    again: int


def known_notes(
    school_ids: tuple[int, ...], days: tuple[dt.date, dt.date], *, until: dt.date
) -> list[Known]:
    """The schools that have live notes on these days; `rows` counts those up to `until`."""
    if not school_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT p.school_id, COUNT(*) FILTER (WHERE n.date <= %s), MIN(n.date), MAX(n.date), "
            f"COUNT(s.key) FROM {NOTE} n JOIN schools_pupil p ON p.id = n.pupil_id "
            f"LEFT JOIN {STAGE} s ON s.key = n.key "
            "WHERE n.withdrawn_in_id IS NULL AND n.date BETWEEN %s AND %s "
            f"AND p.school_id IN ({marks(school_ids)}) GROUP BY p.school_id ORDER BY p.school_id",
            [until, *days, *school_ids],
        )
        found = cursor.fetchall()
    return [
        Known(school, rows, _as_date(first), _as_date(last), again)
        for school, rows, first, last, again in found
    ]


def withdraw_missing(
    batch_id: int,
    school_ids: tuple[int, ...],
    days: tuple[dt.date, dt.date],
    *,
    spared: frozenset[int] = frozenset(),
) -> int:
    """Withdraw the schools' live notes of these days that are not staged.

    They are kept, but nobody counts them; a note that comes again lives again. Of `spared` pupils
    nothing is withdrawn: a row of theirs was there, and could not be read. Nor anything of days
    on which a pupil was in a school whose file this is not.
    """
    if not school_ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {NOTE} SET withdrawn_in_id = %s WHERE withdrawn_in_id IS NULL "
            "AND date BETWEEN %s AND %s AND pupil_id IN "
            f"(SELECT id FROM schools_pupil WHERE school_id IN ({marks(school_ids)})) "
            f"AND NOT EXISTS (SELECT 1 FROM {STAGE} s WHERE s.key = {NOTE}.key) "
            f"AND NOT EXISTS (SELECT 1 FROM ({ELSEWHERE}) e WHERE e.pupil_id = {NOTE}.pupil_id "
            f"AND {NOTE}.date >= e.begins AND (e.ends IS NULL OR {NOTE}.date <= e.ends) "
            f"AND e.school_id NOT IN ({marks(school_ids)}))"
            + (f" AND pupil_id NOT IN ({marks(tuple(spared))})" if spared else ""),
            [batch_id, *days, *school_ids, *school_ids, *spared],
        )
        return int(cursor.rowcount)


def marks(values: tuple[int, ...]) -> str:
    return ", ".join(["%s"] * len(values))
