"""Whatever the order, the pieces and the repetitions: the notes are those of the files."""

import datetime as dt
import random

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from absences.models import LessonNote
from tests.wilma.builders import HEALTH, LATE, NUMBERED, OPEN, note, state, term


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


def test_a_file_of_this_year_does_not_withdraw_last_springs_notes(bring):
    spring = term(first=dt.date(2026, 5, 1), days=20)
    bring([*spring, *term()])

    run = bring([*spring[-2:], *term()])

    assert run.report["is_full"]
    assert len(state()) == 80


def test_a_school_that_the_file_does_not_have_decides_nothing(bring):
    bring(term())
    bring(term("50001", lessons=5))

    run = bring(term()[:-2] + term()[-1:])

    assert (run.report["withdrawn"], len(state())) == (1, 359)
    assert "koko jakson:" in run.report["period_why"]


def test_two_courses_on_one_lesson_are_two_notes(bring):
    bring([note(), (*note()[:-1], "AI")])

    assert len(state()) == 2


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
