"""Lesson notes in bulk: what is staged is merged by the database, in a few statements."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from absences import bulk
from absences.bulk import Counts
from absences.models import LessonNote
from tests import builders

DAY = dt.date(2026, 9, 1)


@pytest.fixture
def child(db):
    return builders.pupil(builders.group(builders.school()))


@pytest.fixture
def staged(child):
    """A row as it is staged; what is not said is ordinary."""
    kind = builders.note_type().pk

    def make(line: int, key: str, **fields) -> tuple:
        row = {
            "line": line,
            "key": key,
            "pupil_id": child.pk,
            "note_type_id": kind,
            "national_class": "health",
            "date": DAY,
            "lesson": 1,
            "starts": "",
            "minutes": 45,
            "unresolved": False,
            "resolved_on": None,
            "course": "MA",
        }
        return tuple((row | fields)[name] for name in bulk.COLUMNS)

    return make


def bring(child, rows) -> Counts:
    with bulk.staging():
        list(bulk.stage(rows))
        bulk.drop_repeats()
        return bulk.merge(builders.batch(child.school).pk)


def test_new_changed_and_unchanged_notes_are_told_apart(child, staged):
    bring(child, [staged(2, "id:1"), staged(3, "id:2"), staged(4, "id:3")])

    counts = bring(child, [staged(2, "id:1"), staged(3, "id:2", minutes=90), staged(4, "id:4")])

    assert counts == Counts(new=1, changed=1, unchanged=1)
    assert LessonNote.objects.get(key="id:2").minutes == 90


@pytest.mark.parametrize(
    "difference",
    [{"lesson": None}, {"resolved_on": DAY}, {"course": ""}, {"date": DAY.replace(day=2)}],
)
def test_a_difference_in_any_field_replaces_the_note_even_from_or_to_nothing(
    child, staged, difference
):
    bring(child, [staged(2, "id:1")])

    there = bring(child, [staged(2, "id:1", **difference)])
    back = bring(child, [staged(2, "id:1")])

    assert (there.changed, back.changed) == (1, 1)


def test_an_unchanged_note_keeps_the_import_that_wrote_it(child, staged):
    bring(child, [staged(2, "id:1")])
    before = LessonNote.objects.get().batch_id

    bring(child, [staged(2, "id:1")])

    assert LessonNote.objects.get().batch_id == before


def test_of_a_numbered_note_the_later_row_stays(child, staged):
    with bulk.staging():
        list(bulk.stage([staged(9, "id:1", minutes=15), staged(4, "id:1", minutes=90)]))
        left_out = bulk.drop_repeats()
        bulk.merge(builders.batch(child.school).pk)

    assert left_out == [(4, "id:1")]
    assert LessonNote.objects.get().minutes == 15


@pytest.mark.parametrize("lines", [(2, 3), (3, 2)])
def test_of_notes_without_a_number_the_same_one_stays_in_any_order(child, staged, lines):
    first, second = lines
    short, long = staged(first, "slot", minutes=15), staged(second, "slot", minutes=90)

    bring(child, sorted([short, long]))

    assert LessonNote.objects.get().minutes == 90


def test_nothing_is_left_behind_when_an_import_breaks(child, staged):
    def broken():
        yield staged(2, "id:1")
        raise RuntimeError

    with pytest.raises(RuntimeError), bulk.staging():
        list(bulk.stage(broken()))

    with bulk.staging():
        assert bulk.staged_extent() is None


def test_types_written_down_later_get_their_ids(child, staged):
    late = builders.note_type("late").pk
    with bulk.staging():
        list(bulk.stage([staged(2, "id:1", note_type_id=-1), staged(3, "id:2")]))
        bulk.give_types({-1: late})
        bulk.merge(builders.batch(child.school).pk)

    assert LessonNote.objects.get(key="id:1").note_type_id == late
    assert LessonNote.objects.get(key="id:2").note_type_id != late


def test_statements_do_not_grow_with_the_rows(child, staged):
    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            bring(child, [staged(n, f"id:{n}") for n in range(count)])
        # executemany is reported once for each chunk, not for each row.
        return len(asked)

    assert statements(10) == statements(400)


def test_rows_are_staged_in_chunks_as_they_come(child, staged, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 10)
    with bulk.staging():
        progress = list(bulk.stage(staged(n, f"id:{n}") for n in range(25)))

        assert progress == [10, 20, 25]
        assert bulk.staged_extent().rows == 25
