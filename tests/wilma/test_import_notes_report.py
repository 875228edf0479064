"""What an import of notes refuses, tells and leaves behind; and its command."""

import json
import stat

import pytest
from django.conf import settings as portal
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from absences import bulk
from absences.models import LessonNote, NoteBatch, NoteType
from tests import builders
from tests.wilma.builders import HEADER, note, state, term
from wilma.bench import write_city_notes
from wilma.models import ImportRun
from wilma.services import gather
from wilma.services.notes import as_json, import_notes
from wilma.services.runs import Delivery


def test_days_too_far_ahead_or_long_gone_are_reported(bring):
    run = bring([*term(days=5), note(day="4.12.2026"), note(day="5.1.2028"), note(day="1.5.2025")])

    reasons = dict(run.issues.values_list("line", "reason"))
    assert run.report["new"] == 6
    assert "tulevaisuudessa" in reasons[8]
    assert "1.5.2025" in reasons[9]


def test_an_empty_portal_takes_last_years_file(bring):
    assert bring([note(day="3.2.2026")]).status == "imported"


def test_a_name_in_the_place_of_the_key_is_not_repeated(bring):
    run = bring([*term(days=3), note("Kivelä Elsa")])

    assert "Kivelä" not in run.issues.get().reason


@pytest.mark.parametrize("cell", ["Kivelä Elsa", "Elsa Kivelä", "kivelä", "Kivelä, Elsa"])
def test_names_in_the_place_of_the_type_are_refused_and_not_kept(bring, cell):
    run = bring([*term(days=3), note(kind=cell)])

    assert run.status == "refused"
    assert "Kivelä" not in f"{run.reason}{run.report}"
    assert not NoteType.objects.exists()


def test_hundreds_of_types_are_another_column(bring):
    run = bring([note(kind=f"rivi {n}") for n in range(300)])

    assert run.status == "refused"
    assert not NoteType.objects.exists()


def test_a_refused_file_leaves_nothing_but_its_report(bring):
    run = bring([note("70001"), note("70002")])

    assert run.status == "refused"
    assert (run.report["rows"], run.issues.count()) == (2, 2)
    assert not NoteBatch.objects.exists()
    assert not NoteType.objects.exists()


@pytest.mark.parametrize("field", ["TypeName", "Course", "StudentId", "TimeStamp", "\ud800"])
def test_half_a_character_in_a_json_does_no_harm(city, tmp_path, field):
    whole = {"StudentId": 40001, "TimeStamp": "2026-09-01", "TypeName": "Luvaton poissaolo"}
    path = tmp_path / "merkinnat.json"
    path.write_text(json.dumps({"Observations": [whole, whole | {field: "\ud800"}]}))

    run = import_notes(Delivery(path, path.name, by=None, at=builders.AT))

    assert run.status in {"imported", "refused"}
    assert ImportRun.objects.get(pk=run.pk).report == run.report


def test_bytes_that_no_encoding_has_are_refused(city, tmp_path):
    path = tmp_path / "merkinnat.csv"
    path.write_bytes(b"oppilas_id;pvm;merkinta_nimi\n40001;1.9.2026;" + bytes([0xE4, 0xE4, 0x81]))

    run = import_notes(Delivery(path, path.name, by=None, at=builders.AT))

    assert run.status == "refused"
    assert run.reason


def test_of_very_many_bad_rows_the_first_are_kept_and_all_are_counted(bring, monkeypatch):
    monkeypatch.setattr(gather, "MOST_KEPT", 10)

    run = bring([*term(), *[note("70001")] * 15])

    assert (run.report["rejected"], run.issues.count()) == (15, 10)


def test_a_waiting_file_is_kept_where_only_the_portal_reads_it(bring):
    run = bring([note(kind="Outo")])

    kept = portal.UPLOADS_DIR / run.stored_as
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert run.file_name not in run.stored_as


def test_an_import_that_breaks_in_the_middle_leaves_everything_as_it_was(bring, monkeypatch):
    bring(term())
    before = state(), NoteBatch.objects.count(), ImportRun.objects.count()

    def power_cut(_batch_id):
        raise RuntimeError

    monkeypatch.setattr(bulk, "merge", power_cut)
    with pytest.raises(RuntimeError):
        bring(term()[:-3])

    assert (state(), NoteBatch.objects.count(), ImportRun.objects.count()) == before


def test_a_dry_run_counts_what_the_real_one_does(bring):
    bring(term())
    changed = [note(minutes=90), *term()[2:], note(lesson=5)]

    tried = as_json(bring(changed, dry_run=True))
    done = as_json(bring(changed))

    different = {"batch", "status"}
    assert {k: tried[k] for k in tried if k not in different} == {
        k: done[k] for k in done if k not in different
    }
    assert (tried["batch"], tried["status"], done["withdrawn"]) == (None, "dry-run", 1)


def test_an_import_asks_the_database_as_often_for_ten_rows_as_for_six_hundred(bring):
    def statements(rows) -> int:
        LessonNote.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            bring(rows)
        return len(asked)

    bring(term(days=1))
    assert statements(term(days=10)) == statements(term(days=60, lessons=7) + term("50001"))


@pytest.fixture
def command(city, write, capsys, monkeypatch):
    monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: builders.AT)

    def run(rows, *args) -> tuple[str, str]:
        call_command("import_notes", str(write(rows)), *args)
        return capsys.readouterr()

    return run


def test_the_command_tells_in_words_what_went_in_and_why(command):
    out, _err = command([*term(), note("70001")])

    assert "uusia 60" in out
    assert "Ensimmäinen tuonti" in out
    assert "rivi 62: oppilasta 70001 ei ole rekisterissä" in out


def test_the_command_says_on_stderr_what_waits_and_ends_well(command):
    out, err = command([note(kind="Outo")], "--json")

    assert '"status": "needs-mapping"' in out
    assert "Outo" in err


def test_the_command_refuses_with_its_result_on_stdout_and_the_reason_as_its_error(command, capsys):
    with pytest.raises(CommandError, match="toisen koulun"):
        command([note("70001")], "--json")

    assert '"status": "refused"' in capsys.readouterr().out


def test_a_long_file_tells_how_far_it_is(command, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 10)
    monkeypatch.setattr("wilma.management.commands.import_notes.EVERY", 20)

    out, _err = command(term())

    assert "20 riviä luettu…" in out


def test_the_file_for_measuring_is_a_file_that_goes_in(city, tmp_path):
    one, two = tmp_path / "yksi.csv", tmp_path / "kaksi.csv"
    for path in (one, two):
        write_city_notes(path, ["40001", "50001"], 300, 4, until=builders.ON)

    run = import_notes(Delivery(one, one.name, by=None, at=builders.AT))

    assert one.read_bytes() == two.read_bytes()
    assert (run.status, run.report["new"]) == ("imported", 300)


def test_a_sentence_about_somebody_in_the_place_of_the_type_is_not_kept(bring):
    run = bring([note(), note(day="2.9.2026", kind="Elsa itki ja soitettiin kotiin")])

    assert run.status == "refused"
    assert "Elsa" not in str(run.report)


def test_types_that_occur_once_each_are_free_text(bring):
    rows = [note(day=f"{n % 28 + 1}.9.2026", kind=f"lappu {n} x") for n in range(1, 40)]

    run = bring([note(), *rows])

    assert "vapaata tekstiä" in run.reason
    assert "lappu" not in str(run.report)


def test_a_header_of_data_is_not_repeated(bring):
    run = bring([], header=("40001", "Kivelä Elsa", "1.9.2026", "poissa"))

    assert run.status == "refused"
    assert "Kivelä" not in str(run.report)


def test_a_file_cut_in_the_middle_of_its_last_row_is_refused(bring, write):
    bring([*term(days=20)])
    path = write(term(days=20))
    path.write_bytes(path.read_bytes().rsplit(b";", 2)[0])

    run = import_notes(Delivery(path, path.name, by=None, at=builders.AT))

    assert run.status == "refused"
    assert len(state()) == 20


def test_a_row_number_that_another_row_has_too_does_not_swallow_it(bring):
    """A bare `id` may number the rows of each file anew."""
    header = ("id", *HEADER)

    bring([(1, *note()), (1, *note(day="2.9.2026"))], header=header)

    assert len(state()) == 2
