"""Files that make one ask, what cannot be read and is not gone, and taking an import back."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse

from absences.classes import NationalClass
from absences.models import LessonNote, NoteType, PupilToCheck
from schools.models import Pupil
from tests import builders
from tests.wilma.builders import HEADER, HEALTH, LATE, NUMBERED, OPEN, note, state, term
from wilma.services import undo
from wilma.services.notes import import_notes
from wilma.services.roster import import_roster
from wilma.services.runs import Delivery

LEAVE = "Luvallinen poissaolo - Ennalta anottu vapaa"
NEXT = dt.date(2026, 9, 29)


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        (
            term(days=28, lessons=5),
            term(days=28, lessons=2, first=NEXT),
            "yhtä pitkältä ajalta juuri ennen niitä 140. Puuttuuko puolet",
        ),
        (
            term(days=28, lessons=2),
            [(*row[:3], 450, *row[4:]) for row in term(days=28, lessons=2, first=NEXT)],
            "kolme kertaa niin pitkiä",
        ),
    ],
)
def test_the_next_days_are_odd_beside_the_ones_before_them(bring, first, second, word):
    """A file that brings new days only has nothing to be held against but what is usual."""
    bring(first)
    before = state()

    run = bring(second)

    assert run.is_odd
    assert word in " ".join(run.report["odd"])
    assert state() == before


def test_more_notes_than_usual_and_a_start_after_a_holiday_are_not_odd(bring):
    bring(term(days=28, lessons=2))
    outbreak = bring(term(days=28, lessons=7, first=NEXT))
    after_holiday = bring(term(days=14, lessons=4, first=dt.date(2026, 11, 9)))

    assert [outbreak.status, after_holiday.status] == ["imported", "imported"]


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        (term(lessons=2), term(lessons=1), "Puuttuuko puolet"),
        (term(lessons=2), [(*row[:3], 135, *row[4:]) for row in term(lessons=2)], "kolme kertaa"),
        (
            term(),
            term() + term("40002", first=dt.date(2026, 12, 7), days=40),
            "tulevilta päiviltä",
        ),
    ],
)
def test_an_odd_file_asks_before_it_goes_in(bring, first, second, word):
    bring(first)
    before = state()

    run = bring(second)

    assert run.status == "refused"
    assert word in " ".join(run.report["odd"])
    assert state() == before
    assert bring(second, takes_odd=True).status == "imported"


AHEAD = [
    # It is 20.11.2026.
    (LATE, "21.11.2026", True),
    (LATE, "20.11.2026", False),
    (OPEN, "21.11.2026", True),
    (HEALTH, "4.12.2026", False),
    (HEALTH, "1.9.2027", True),
    (LEAVE, "1.3.2027", False),
    (LEAVE, "1.9.2027", True),
]


@pytest.mark.parametrize(("kind", "day", "asks"), AHEAD)
def test_even_one_note_of_a_day_that_nobody_can_know_yet_asks(bring, kind, day, asks):
    """Leave is applied for months ahead; nobody is late tomorrow."""
    run = bring([note(), note("40002", day=day, kind=kind)])

    assert (run.status, bool(run.report["odd"])) == (
        ("refused", True) if asks else ("imported", False)
    )


def test_a_note_to_come_that_was_let_in_is_not_asked_about_every_night(bring):
    rows = [note(), note("40002", day="1.12.2026", kind=LATE)]
    bring(rows, takes_odd=True)

    assert bring(rows).status == "imported"


def test_a_third_of_the_types_changed_asks(bring):
    rows = [(*row, f"n{number}") for number, row in enumerate(term())]
    bring(rows, header=NUMBERED)
    changed = [row if n % 3 else (*row[:4], LATE, *row[5:]) for n, row in enumerate(rows)]

    run = bring(changed, header=NUMBERED)

    assert "merkinnän laji vaihtuisi" in " ".join(run.report["odd"])


def test_a_school_that_vanished_from_the_file_asks(bring):
    bring(term() + term("50001"))

    run = bring(term(lessons=2))

    assert "Puuttuuko koulu" in " ".join(run.report["odd"])


def test_a_handful_of_corrections_goes_in_by_itself(bring):
    bring(term(lessons=3))

    run = bring([note(day="2.9.2026", kind=LATE), note(day="28.10.2026", minutes=20)])

    assert run.status == "imported"
    assert run.report["withdrawn"] == 0


def test_a_known_note_whose_row_cannot_be_read_is_not_gone(bring):
    bring(term())
    broken = [(*row[:2], "eka", *row[3:]) if n == 5 else row for n, row in enumerate(term())]

    run = bring(broken)

    assert (run.report["rejected"], run.report["withdrawn"]) == (1, 0)
    assert len(state()) == 60


def test_a_file_without_its_last_line_end_withdraws_nothing(bring, write, city):
    bring(term())
    path = write(term()[:-1])
    path.write_bytes(path.read_bytes().rstrip(b"\r\n"))

    run = import_notes(Delivery(path, path.name, by=None, at=builders.AT))

    assert run.report["withdrawn"] == 0
    assert "voi olla katkennut" in run.report["period_why"]


def test_a_file_that_has_lost_its_sum_row_withdraws_nothing(bring):
    bring([*term(), ("Yhteensä", "", "", "", "", "")])

    run = bring(term()[:-1])

    assert run.report["withdrawn"] == 0


def test_rejected_rows_are_mended_and_sent_in_again(bring, city, cast_admin, tmp_path):
    run = bring([note(), note(day="2.13.2026"), note("99999", day="3.9.2026")])
    page = cast_admin.get(reverse("wilma:rejected_rows", args=[run.pk]))
    path = tmp_path / "korjattu.csv"
    text = page.content.decode("utf-8-sig").replace("2.13.2026", "2.9.2026")
    path.write_text(text.replace("99999", "40002"), encoding="utf-8")

    again = import_notes(Delivery(path, path.name, by=None, at=builders.AT))

    assert (again.report["new"], again.report["rejected"]) == (2, 0)
    assert LessonNote.objects.count() == 3


def test_the_template_goes_in_as_it_is(bring, city, cast_admin, tmp_path):
    builders.pupil(builders.group(city[0], "5A", 5), "40414")
    path = tmp_path / "malli.csv"
    path.write_bytes(cast_admin.get(reverse("wilma:template")).content)

    run = import_notes(Delivery(path, path.name, by=None, at=builders.AT))

    assert (run.status, run.report["new"]) == ("imported", 1)


def test_an_undone_import_leaves_everything_as_it_was(bring, cast_admin):
    bring(term())
    before = state()
    run = bring([*term()[:-1], note(day="1.9.2026", kind=LATE), note("40002")])
    PupilToCheck.objects.all().delete()

    page = cast_admin.post(reverse("wilma:undo", args=[run.pk]), follow=True)

    assert "Tuonti on peruttu" in page.text
    assert state() == before
    run.refresh_from_db()
    assert (run.status, PupilToCheck.objects.count()) == ("undone", 2)


def test_the_last_import_is_undone_first(bring):
    first = bring(term())
    bring(term("40002"))

    with pytest.raises(undo.UndoRefusedError, match="Peru se ensin"):
        undo.undo(run=first, by=None, at=builders.AT)


def spreadsheet(rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_spreadsheet_is_read_as_the_values_that_it_shows(city, tmp_path):
    path = tmp_path / "merkinnat.xlsx"
    day = dt.datetime(2026, 9, 1)  # noqa: DTZ001 (a spreadsheet knows no zone)
    path.write_bytes(spreadsheet([HEADER, (40001, day, 1, 45, HEALTH, "MA")]))

    run = import_notes(Delivery(path, path.name, by=None, at=builders.AT))

    assert (run.status, run.report["new"]) == ("imported", 1)
    assert LessonNote.objects.get().date == dt.date(2026, 9, 1)


@pytest.mark.parametrize("cut", [40, 2000])
def test_a_broken_spreadsheet_is_refused_in_words(city, tmp_path, cut):
    path = tmp_path / "merkinnat.xlsx"
    path.write_bytes(spreadsheet([HEADER, note()])[:cut])

    run = import_notes(Delivery(path, path.name, by=None, at=builders.AT))

    assert run.status == "refused"
    assert "rikki" in run.reason


def test_a_corrected_mapping_is_counted_anew(bring, cast_admin):
    bring(term())
    PupilToCheck.objects.all().delete()
    kind = NoteType.objects.get(name=HEALTH)

    page = cast_admin.post(
        reverse("wilma:correct_mapping"),
        {"note_type": kind.pk, "national_class": NationalClass.UNAUTHORISED},
        follow=True,
    )

    assert "Luokitus on korjattu" in page.text
    assert set(LessonNote.objects.values_list("national_class", flat=True)) == {
        NationalClass.UNAUTHORISED
    }
    assert PupilToCheck.objects.count() == 1


def roster(tmp_path, rows):
    path = tmp_path / f"oppilaat-{len(rows)}-{rows[0][1]}.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, delimiter=";")
        writer.writerows(
            [
                ("oppilas_id", "sukunimi", "kutsumanimi", "luokka", "koulu", "huoltaja1_puhelin"),
                *rows,
            ]
        )
    return Delivery(path, path.name, by=None, at=builders.AT)


def children(last="Kivi", school="Uusi koulu"):
    return [(f"7{n:03}", f"{last}{n}", "Aino", "3A", school, "+358 40 1234567") for n in range(30)]


def test_a_phone_number_with_its_plus_costs_nothing(db, tmp_path):
    run = import_roster(roster(tmp_path, children()))

    assert (run.report["pupils"]["new"], run.issues.count()) == (30, 0)


def test_a_formula_in_a_cell_that_need_not_be_there_costs_the_cell(db, tmp_path):
    rows = [(*children()[0][:5], "=1+1")]

    run = import_roster(roster(tmp_path, rows))

    assert run.report["pupils"]["new"] == 1
    assert run.report["dropped"] == {"epäkelpo solu": 1}


def test_other_children_under_the_same_keys_make_one_ask(db, tmp_path):
    import_roster(roster(tmp_path, children()))

    run = import_roster(roster(tmp_path, children(last="Laine")))

    assert run.status == "refused"
    assert "nimi vaihtuisi" in " ".join(run.report["odd"])
    assert Pupil.objects.filter(last_name__startswith="Kivi").count() == 30


def test_a_trial_says_who_comes_moves_and_leaves(db, tmp_path):
    import_roster(roster(tmp_path, children()))
    later = [(*row[:3], "3B", *row[4:]) if n == 1 else row for n, row in enumerate(children())]
    later = [*later[1:], ("7999", "Uusi", "Oona", "3A", "Uusi koulu", "")]
    delivery = roster(tmp_path, later)
    trial = Delivery(delivery.path, "a.csv", by=None, at=builders.AT, dry_run=True)

    run = import_roster(trial)

    told = {move["words"]: move["keys"] for move in run.report["moves"]}
    assert told == {"Uusia": ["7999"], "Vaihtaa luokkaa": ["7001"], "Lähtee": ["7000"]}
    assert Pupil.objects.count() == 30


def test_known_notes_three_times_as_long_ask_though_there_are_others_besides(bring):
    bring(term(days=20, lessons=5))
    bring([note("40002", lesson=9)], period="partial")

    run = bring([(*row[:3], 135, *row[4:]) for row in term(days=20, lessons=5)])

    assert run.is_odd
    assert "kolme kertaa" in " ".join(run.report["odd"])
