"""What becomes of a file of lesson notes."""

import csv
import datetime as dt
import io
from itertools import count

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from absences.classes import NationalClass
from absences.models import LessonNote, NoteBatch, NoteType
from notifications.models import Notification
from schools.roles import Role
from tests import builders
from tests.wilma.builders import carry_out_waiting
from wilma.models import ImportRun
from wilma.services import mapping
from wilma.services.notes import as_json, import_notes
from wilma.services.runs import Delivery

HEADER = ("oppilas_id", "pvm", "tunti", "kesto_min", "merkinta_nimi", "selvitetty", "kurssi")
HEALTH = "Luvallinen poissaolo - Terveydellinen"
OPEN = "Poissaolo (Selvitä)"


def note(pupil="40001", day="1.9.2026", lesson=1, minutes=45, kind=HEALTH, cleared="kyllä"):
    return (pupil, day, lesson, minutes, kind, cleared, "MA7C")


def days(count: int, **fields) -> list[tuple]:
    """One note a day from 1 September on."""
    first = dt.date(2026, 9, 1)
    return [
        note(day=f"{(d := first + dt.timedelta(days=n)).day}.{d.month}.{d.year}", **fields)
        for n in range(count)
    ]


@pytest.fixture
def bring(db, tmp_path):
    school = builders.school()
    seven = builders.group(school)
    for key in ("40001", "40002"):
        builders.pupil(seven, key)

    numbers = count()

    def deliver(rows, *, header=HEADER, raw: bytes | None = None, **options) -> ImportRun:
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows([header, *rows])
        path = tmp_path / f"notes-{next(numbers)}.csv"
        path.write_bytes(out.getvalue().encode() if raw is None else raw)
        return import_notes(Delivery(path, path.name, by=None, at=builders.AT, **options))

    return deliver


def live() -> int:
    return LessonNote.objects.live().count()


def test_a_changed_type_replaces_the_note(bring):
    bring([note(kind=OPEN, cleared="ei")])

    run = bring([note(kind=HEALTH)])

    only = LessonNote.objects.live().get()
    assert as_json(run)["changed"] == 1
    assert (only.national_class, only.unresolved) == (NationalClass.HEALTH, False)


def test_praise_on_the_same_lesson_is_another_note(bring):
    bring([note(), note(kind="Aktiivinen tuntityöskentely")])

    assert live() == 2


def test_a_full_export_withdraws_what_is_gone(bring):
    rows = days(10)
    bring(rows)

    run = bring(rows[:4] + rows[5:])

    assert run.report["is_full"]
    assert (run.report["withdrawn"], live()) == (1, 9)


def test_a_withdrawn_note_that_comes_again_counts_again(bring):
    rows = days(10)
    bring(rows)
    bring(rows[:4] + rows[5:])

    run = bring(rows)

    assert (run.report["changed"], live()) == (1, 10)


def test_an_export_of_the_last_days_withdraws_nothing(bring):
    rows = days(30)
    bring(rows)

    run = bring(rows[-3:-1])

    assert not run.report["is_full"]
    assert (run.report["withdrawn"], live()) == (0, 30)


def test_an_old_export_does_not_withdraw_what_came_after_it(bring):
    rows = days(30)
    bring(rows)

    bring(rows[:10])

    assert live() == 30


def test_another_schools_notes_are_not_touched(bring):
    other = builders.group(builders.school("9902"), "8A", 8)
    builders.pupil(other, "50001")
    bring(days(10))

    bring(days(10, pupil="50001"))

    assert live() == 20


def test_a_type_never_seen_waits_and_is_never_counted(bring):
    admin = builders.staff("paakayttaja", Role.ADMINISTRATOR)

    run = bring([*days(3), note(lesson=2, kind="Outo merkintä")])

    assert run.status == ImportRun.Status.NEEDS_MAPPING
    assert as_json(run)["unmapped_types"] == [{"code": "", "name": "Outo merkintä", "rows": 1}]
    assert (live(), NoteBatch.objects.count()) == (0, 0)
    assert Notification.objects.filter(recipient=admin, kind="needs_mapping").count() == 1


def test_a_waiting_file_goes_in_when_its_type_is_mapped(bring):
    run = bring([*days(3), note(lesson=2, kind="Outo merkintä")])
    outo = NoteType.objects.get(name="Outo merkintä")

    mapping.map_note_type(note_type=outo, national_class="unauthorised", by=None, at=builders.AT)
    carry_out_waiting()

    run.refresh_from_db()
    assert (run.status, run.stored_as, live()) == ("imported", "", 4)
    assert LessonNote.objects.filter(national_class="unauthorised").count() == 1


@pytest.mark.parametrize("kind", ["Poissaolo", "Luvallinen", "SEL", "lu"])
def test_an_ambiguous_type_is_asked_about(bring, kind):
    assert bring([note(kind=kind)]).status == ImportRun.Status.NEEDS_MAPPING


def test_a_bad_row_is_reported_with_its_line_and_costs_the_others_nothing(bring):
    good = days(5)
    bad = [
        note(day="31.2.2026"),
        note(day="1.1.1826"),
        note(pupil="99999"),
        note(pupil="=HYPERLINK(1)"),
        note(minutes="-5"),
        note(kind="010101-123N"),
        ("40001", "1.9.2026"),
    ]

    run = bring([*good, *bad])

    assert run.status == ImportRun.Status.IMPORTED
    assert live() == 5
    issues = dict(run.issues.values_list("line", "reason"))
    assert list(issues) == [7, 8, 9, 10, 11, 12, 13]
    assert "1.1.1826" in issues[8]
    assert "99999" in issues[9]
    assert "010101" not in " ".join(issues.values())


def test_a_row_that_stands_twice_is_counted_once_and_reported(bring):
    run = bring([*days(3), *days(1)])

    assert live() == 3
    assert "kahdesti" in run.issues.get().reason


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "tyhj"),
        (b"oppilas_id;pvm;merkinta_nimi\n", "yhtään merkintää"),
        (b"oppilas_id;pvm;merkinta_nimi\n40001;1.9.2026;Luvaton poissaolo\n40001;1.", "katkennut"),
        (b'oppilas_id;pvm;merkinta_nimi\n40001;1.9.2026;"Luvaton poissaolo\n', "lainausmerkki"),
        (b"PK\x03\x04rest", "rikki"),
        (b"\xd0\xcf\x11\xe0rest", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"<html><table></table>", "verkkosivu"),
        (b"a;b;c\n1;2;3\n", "puuttuu sarake"),
        (b'{"Observations": [{"Id": 1, "Stud', "katkennut"),
        (b'{"Observations": []}', "yhtään merkintää"),
        ("oppilas_id;pvm;merkinta_nimi\n".encode("utf-16"), "tekstiä"),
    ],
)  # fmt: skip
def test_a_file_that_makes_no_sense_is_refused_with_a_reason(bring, raw, word):
    run = bring([], raw=raw)

    assert run.status == ImportRun.Status.REFUSED
    assert word in run.reason
    assert (live(), NoteBatch.objects.count()) == (0, 0)


def test_a_file_of_another_school_is_refused(bring):
    run = bring(days(5, pupil="70001"))

    assert run.status == ImportRun.Status.REFUSED
    assert "toisen koulun" in run.reason


def test_last_years_file_is_refused_when_newer_notes_are_known(bring):
    bring(days(3))

    run = bring([note(day="3.10.2025")])

    assert run.status == ImportRun.Status.REFUSED
    assert "2025–2026" in run.reason


def test_rotated_columns_are_refused(bring):
    run = bring([(row[1], row[0], *row[2:]) for row in days(8)])

    assert run.status == ImportRun.Status.REFUSED


def test_a_dry_run_tells_all_and_writes_nothing(bring):
    run = bring(days(4), dry_run=True)

    assert (run.status, run.report["new"], live()) == ("dry-run", 4, 0)


def test_a_file_too_large_is_refused_before_it_is_read(bring, monkeypatch):
    monkeypatch.setattr("wilma.parsers.files.MAX_BYTES", 100)

    run = bring(days(10))

    assert run.status == ImportRun.Status.REFUSED
    assert "liian suuri" in run.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "cp850"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_other_encodings_delimiters_headers_and_titles_are_understood(bring, encoding, delimiter):
    lines = [
        "Tuntimerkinnät lukuvuosi 2026–2027" if encoding != "cp850" else "Tuntimerkinnät",
        "",
        delimiter.join(["Päiväys", "Merkintä", "Korttinumero", "Tuntimäärä", "Selvitettävä"]),
        delimiter.join(["01.09.2026", "Luvaton poissaolo", "40001", '"1,5"', ""]),
        delimiter.join(["2026-09-02", '"Poissaolo (Selvitä)"', "40002", "2.0", "x"]),
        delimiter.join(["Yhteensä", "", "", '"3,5"', ""]),
    ]

    run = bring([], raw="\r\n".join(lines).encode(encoding))

    assert run.status == ImportRun.Status.IMPORTED, run.reason
    rows = LessonNote.objects.order_by("date").values_list("minutes", "unresolved")
    assert list(rows) == [(68, False), (90, True)]


@pytest.mark.parametrize("surname", ["Summa", "Summanen"])
def test_a_child_whose_surname_begins_as_a_sum_is_no_sum_row(bring, surname):
    bring([(surname, *note())], header=("sukunimi", *HEADER))

    assert live() == 1


def test_memory_stays_flat_as_the_file_grows(bring, tmp_path):
    import tracemalloc  # noqa: PLC0415

    peaks = []
    for size in (4_000, 24_000):
        rows = [note(lesson=n % 8, day=f"{n % 28 + 1}.9.2026") for n in range(size)]
        tracemalloc.start()
        bring(rows)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        del rows
    assert peaks[1] < peaks[0] + 12_000_000


NOTE = st.tuples(
    st.sampled_from(["40001", "40002"]),
    st.integers(1, 28).map(lambda day: f"{day}.10.2026"),
    st.integers(1, 3),
    st.sampled_from([15, 45, 90]),
    st.sampled_from([HEALTH, OPEN, "Myöhästyminen", "Luvaton poissaolo"]),
    st.sampled_from(["kyllä", "ei"]),
    st.sampled_from(["MA", "AI"]),
)


def _state() -> list[tuple]:
    fields = ("pupil_id", "date", "lesson", "course", "national_class", "minutes", "unresolved")
    return sorted(LessonNote.objects.live().values_list(*fields), key=str)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    notes=st.lists(NOTE, min_size=1, max_size=30, unique_by=lambda n: (n[0], n[1], n[2], n[6])),
    order=st.randoms(use_true_random=False),
)
def test_order_and_repetition_make_no_difference(bring, notes, order):
    LessonNote.objects.all().delete()
    bring(notes)
    once = _state()
    shuffled = list(notes)
    order.shuffle(shuffled)

    again = bring(shuffled)

    assert _state() == once
    assert (again.report["new"], again.report["changed"], again.report["withdrawn"]) == (0, 0, 0)
