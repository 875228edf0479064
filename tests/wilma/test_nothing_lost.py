"""A row that cannot be read takes nothing away; a killed import leaves before or after."""

import pytest

from absences import bulk
from absences.models import LessonNote, NoteBatch, NoteBefore, PupilToCheck
from tests import builders
from tests.wilma.builders import NUMBERED, note, state, term
from wilma.models import ImportRun
from wilma.services import runs, undo
from wilma.services.notes import import_notes
from wilma.services.runs import Delivery


def last_lines(path, data: bytes):
    path.write_bytes(data)
    return import_notes(Delivery(path, path.name, by=None, at=builders.AT))


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda row: row[:2], id="short"),
        pytest.param(lambda row: ("", *row[1:]), id="nobody"),
        pytest.param(lambda row: (row[0], "1.9.2062", *row[2:]), id="far-ahead"),
        pytest.param(lambda row: (row[0], "1.9.1826", *row[2:]), id="1826"),
        pytest.param(lambda row: (*row[:5], "=1+1"), id="formula"),
        pytest.param(lambda row: (*row[:5], "131052-308T"), id="identity"),
    ],
)
def test_a_row_that_is_rejected_costs_itself_and_takes_nothing_away(bring, spoil):
    bring(term())
    rows = [spoil(row) if n == 5 else row for n, row in enumerate(term())]

    run = bring(rows)

    assert (run.status, run.report["rejected"], run.report["withdrawn"]) == ("imported", 1, 0)
    assert len(state()) == 60


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_file_cut_in_its_last_cell_does_not_change_a_note(city, write, bring, cut):
    header = ("oppilas_id", "pvm", "tunti", "merkinta_nimi", "kurssi", "kesto_min")
    rows = [(row[0], row[1], row[2], row[4], row[5], 145) for row in term()]
    bring(rows, header=header)
    before = state()
    path = write(rows, header)

    run = last_lines(path, path.read_bytes().rstrip(b"\r\n")[:-cut])

    assert run.status == "refused" or run.report["rejected"] == 1
    assert state() == before


def test_a_whole_file_that_only_lacks_its_last_line_end_goes_in_whole(city, write):
    path = write(term())

    run = last_lines(path, path.read_bytes().rstrip(b"\r\n"))

    assert (run.report["new"], run.report["rejected"]) == (60, 0)


def test_a_number_cut_short_at_the_end_is_no_new_note(city, write, bring):
    rows = [(*row, 901_000 + n) for n, row in enumerate(term())]
    bring(rows, header=NUMBERED)
    path = write(rows, NUMBERED)

    last_lines(path, path.read_bytes().rstrip(b"\r\n")[:-2])

    assert len(state()) == 60


STEPS = ["withdraw_missing", "mark_changed", "merge", "drop_repeats", "give_types"]


class KilledError(BaseException):
    pass


def everything():
    return (
        state(),
        NoteBatch.objects.count(),
        NoteBefore.objects.count(),
        sorted(PupilToCheck.objects.values_list("pupil_id", "due_on")),
        ImportRun.objects.filter(status="imported").count(),
    )


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_an_import_killed_between_any_two_steps_leaves_all_as_it_was(
    bring, monkeypatch, step, when
):
    bring(term(days=55))
    before = everything()
    real = getattr(bulk, step)

    def kill(*args, **kwargs):
        if when == "after":
            real(*args, **kwargs)
        raise KilledError

    later = [note("40001", "3.9.2026", 1, 90), *term(days=60)[6:], note("40002")]
    with monkeypatch.context() as patched:
        patched.setattr(bulk, step, kill)
        with pytest.raises(KilledError):
            bring(later)

    assert everything() == before
    assert bring(later).status == "imported"


def test_an_import_killed_while_it_writes_its_report_leaves_all_as_it_was(bring, monkeypatch):
    bring(term(days=55))
    before = everything()

    def kill(*_args):
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(runs, "finish", kill)
        with pytest.raises(KilledError):
            bring(term())

    assert everything() == before


def test_an_undo_killed_at_its_end_has_undone_nothing(bring, monkeypatch):
    bring(term(days=55))
    run = bring(term())
    before = everything()

    def kill(**_fields):
        raise KilledError

    monkeypatch.setattr(undo, "record", kill)
    with pytest.raises(KilledError):
        undo.undo(run=run, by=None, at=builders.AT)

    assert everything() == before
    assert LessonNote.objects.live().count() == 60
