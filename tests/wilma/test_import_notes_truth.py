"""Whatever the order, the pieces and the repetitions: the notes are those of the files."""

import csv
import datetime as dt
import random
import stat
from itertools import count

import pytest
from django.conf import settings as portal
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from absences import bulk
from absences.models import LessonNote, NoteBatch, NoteType
from absences.note_types import known_class, suggest_class
from tests import builders
from wilma.bench import write_city_notes
from wilma.models import ImportRun
from wilma.services import gather, mapping
from wilma.services.notes import as_json, import_notes
from wilma.services.runs import Delivery

HEADER = ("oppilas_id", "pvm", "tunti", "kesto_min", "merkinta_nimi", "kurssi")
HEALTH = "Luvallinen poissaolo - Terveydellinen"
OPEN = "Poissaolo (Selvitä)"
LATE = "Myöhästyminen"
NATIONAL = (*HEADER, "kansallinen_luokitus")
NUMBERED = (*HEADER, "merkinta_id")


@pytest.fixture
def write(tmp_path):
    numbers = count()

    def to_file(rows, header=HEADER):
        path = tmp_path / f"merkinnat-{next(numbers)}.csv"
        with path.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target, delimiter=";").writerows([header, *rows])
        return path

    return to_file


@pytest.fixture
def city(db):
    """Two schools: three pupils in one, two in the other."""
    first, second = builders.school("9901"), builders.school("9902")
    three, eight = builders.group(first, "3B", 3), builders.group(second, "8A", 8)
    for key in ("40001", "40002", "40003"):
        builders.pupil(three, key)
    for key in ("50001", "50002"):
        builders.pupil(eight, key)
    return first, second


@pytest.fixture
def bring(city, write):
    def deliver(rows, *, header=HEADER, **options) -> ImportRun:
        path = write(rows, header)
        return import_notes(Delivery(path, path.name, by=None, at=builders.AT, **options))

    return deliver


def note(pupil="40001", day="1.9.2026", lesson=1, minutes=45, kind=HEALTH, *more):
    return (pupil, day, lesson, minutes, kind, "MA", *more)


def term(pupil="40001", *, lessons=1, first=dt.date(2026, 9, 1), days=60) -> list[tuple]:
    dates = [first + dt.timedelta(days=n) for n in range(days)]
    return [
        note(pupil, f"{one.day}.{one.month}.{one.year}", lesson)
        for one in dates
        for lesson in range(1, lessons + 1)
    ]


def state() -> list[tuple]:
    fields = ("key", "pupil_id", "note_type__name_key", "national_class", "date", "minutes")
    return sorted(LessonNote.objects.live().values_list(*fields, "unresolved", "course"))


# --- the files' truth ------------------------------------------------------------------------


def test_pieces_of_a_term_one_after_another_are_the_whole_term(bring):
    rows = term() + term("50001")
    bring(rows)
    whole = state()
    LessonNote.objects.all().delete()

    for months in ((9,), (10,)):
        bring([row for row in rows if int(row[1].split(".")[1]) in months])

    assert state() == whole


def test_pieces_cut_anyhow_are_the_whole_when_they_are_brought_as_pieces(bring):
    rows = term() + term("50001")
    random.Random(5).shuffle(rows)  # noqa: S311
    for start in range(0, len(rows), 17):
        bring(rows[start : start + 17], period="partial")
    pieces = state()
    LessonNote.objects.all().delete()

    bring(rows)

    assert state() == pieces


def test_a_second_file_that_shares_nothing_with_the_first_withdraws_nothing(bring):
    bring([note("40001", "1.9.2026"), note("40001", "3.9.2026")])

    run = bring([note("40002", "1.9.2026"), note("40002", "3.9.2026")])

    assert (run.report["withdrawn"], len(state())) == (0, 4)


def test_a_file_in_which_one_pupil_has_moved_leaves_the_other_school_alone(bring):
    bring(term(lessons=2) + term("50001", days=20) + term("50002", days=20))

    run = bring(term(lessons=2)[:-1] + term("50001", days=5))

    assert run.report["withdrawn"] == 1
    gone = LessonNote.objects.exclude(withdrawn_in=None).get()
    assert gone.pupil.key == "40001"


def test_a_row_of_last_spring_does_not_withdraw_last_years_notes(bring):
    rows = term(first=dt.date(2026, 5, 1), days=20)
    bring(rows)

    bring([*rows[-2:], *term()])

    assert len(state()) == 80


def test_brought_as_the_whole_it_withdraws_and_as_a_piece_it_does_not(bring):
    rows = term()
    bring(rows)

    piece = bring(rows[:1] + rows[-1:], period="partial")
    whole = bring(rows[:1] + rows[-1:], period="full")

    assert (piece.report["withdrawn"], whole.report["withdrawn"]) == (0, 58)


def test_of_two_types_on_one_lesson_the_same_one_stays_in_any_order(bring):
    rows = [note(kind=HEALTH), note(kind=OPEN), note(day="2.9.2026")]
    bring(rows)
    once = state()

    run = bring(list(reversed(rows)))

    assert state() == once
    assert (run.report["changed"], run.report["rejected"]) == (0, 1)


def test_of_a_number_that_stands_twice_the_later_row_counts_and_the_earlier_is_reported(bring):
    run = bring([(*note(minutes=15), "77"), (*note(minutes=90), "77")], header=NUMBERED)

    assert LessonNote.objects.get().minutes == 90
    assert run.issues.get().line == 2


def test_two_long_numbers_that_begin_alike_are_two_notes(bring):
    same = "n" * 80

    bring([(*note(), f"{same}1"), (*note(), f"{same}2")], header=NUMBERED)

    assert LessonNote.objects.count() == 2


ANY_NOTE = st.builds(
    note,
    st.sampled_from(["40001", "40002", "50001"]),
    st.integers(1, 9).map(lambda day: f"{day}.10.2026"),
    st.integers(1, 2),
    st.sampled_from([15, 45]),
    st.sampled_from([HEALTH, OPEN, LATE, "Luvaton poissaolo", "Aktiivinen"]),
)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(notes=st.lists(ANY_NOTE, min_size=1, max_size=25), order=st.randoms(use_true_random=False))
def test_any_file_twice_and_shuffled_is_that_file_once(bring, notes, order):
    LessonNote.objects.all().delete()
    first = bring(notes)
    once = state()
    order.shuffle(notes)

    again = bring(notes)

    assert state() == once
    assert again.report["unchanged"] == first.report["new"] == len(once)
    assert (again.report["new"], again.report["changed"], again.report["withdrawn"]) == (0, 0, 0)


# --- what a type means -----------------------------------------------------------------------


def test_the_files_own_class_decides_for_its_row_and_maps_no_type(bring):
    mapped = bring([(*note(kind="Poissaolo"), "luvaton poissaolo")], header=NATIONAL)
    silent = bring([(*note(kind="Poissaolo", lesson=2), "")], header=NATIONAL)

    assert mapped.status == "imported"
    assert LessonNote.objects.get().national_class == "unauthorised"
    assert silent.status == "needs-mapping"


def test_a_file_with_nothing_but_the_national_class_is_understood_and_the_unknown_asked(bring):
    header = ("oppilas_id", "pvm", "kansallinen_luokitus")
    known = bring([("40001", "1.9.2026", "Luvaton poissaolo")], header=header)
    unknown = bring([("40001", "2.9.2026", "Jotain muuta")], header=header)

    assert known.status == "imported"
    assert as_json(unknown)["unmapped_types"] == [{"code": "", "name": "Jotain muuta", "rows": 1}]


def test_a_bare_code_means_what_all_its_types_agree_on(bring):
    header = ("oppilas_id", "pvm", "koodi", "merkinta_nimi")
    bring([("40001", "1.9.2026", "02", LATE)], header=header)

    run = bring([("40001", "2.9.2026", "02", "")], header=header)

    assert run.status == "imported"
    assert set(LessonNote.objects.values_list("national_class", flat=True)) == {"late"}


@pytest.mark.parametrize(
    "name",
    [
        "luvallinen poissaolo – terveydellinen",
        "LUVALLINEN POISSAOLO-TERVEYDELLINEN",
        "Terveydellisiin  syihin liittyvä poissaolo",
        "(Poissa) Terveydelliset syyt",
    ],
)
def test_dashes_spaces_and_case_make_no_difference_to_a_name(name):
    assert known_class(name) == "health"


def test_a_guess_is_only_a_guess(bring):
    assert suggest_class("Lääkärissä käynti") == "health"
    assert suggest_class("Etä") is None
    assert bring([note(kind="Lääkärissä käynti")]).status == "needs-mapping"


def test_another_meaning_is_told_of_the_stored_notes_and_the_next_export_agrees(bring):
    rows = [note(kind="Outo"), note(kind="Outo", lesson=2), note(kind=HEALTH, lesson=3)]
    bring(rows)
    outo = NoteType.objects.get(name="Outo")

    mapping.map_note_type(note_type=outo, national_class="unresolved", by=None, at=builders.AT)
    mapping.resume_waiting(by=None, at=builders.AT)
    were_open = LessonNote.objects.filter(unresolved=True).count()
    mapping.map_note_type(note_type=outo, national_class="late", by=None, at=builders.AT)
    run = bring(rows)

    assert were_open == 2
    assert LessonNote.objects.filter(national_class="late", unresolved=False).count() == 2
    assert as_json(run)["unchanged"] == 3


def test_a_new_meaning_leaves_notes_alone_whose_file_said_their_class(bring):
    bring([(*note(kind="Poissa"), "terveydellinen")], header=NATIONAL)
    poissa = NoteType.objects.get(name="Poissa")

    mapping.map_note_type(note_type=poissa, national_class="late", by=None, at=builders.AT)

    assert LessonNote.objects.get().national_class == "health"


@pytest.mark.parametrize(
    ("kind", "cleared", "is_open"),
    [
        (OPEN, "", True),
        (OPEN, "kyllä", False),
        (HEALTH, "", False),
        (HEALTH, "ei", True),
        (LATE, "ei", False),
    ],
)
def test_an_absence_is_open_by_the_files_word_or_else_by_its_type(bring, kind, cleared, is_open):
    bring([(*note(kind=kind), cleared)], header=(*HEADER, "selvitetty"))

    assert LessonNote.objects.get().unresolved is is_open


# --- what is refused, and what is told --------------------------------------------------------


def test_days_too_far_ahead_or_long_gone_are_reported(bring):
    run = bring([*term(days=5), note(day="4.12.2026"), note(day="5.12.2026"), note(day="1.5.2025")])

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


# --- the command ------------------------------------------------------------------------------


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
