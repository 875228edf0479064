"""Full or partial, sense or nonsense: decided from a few numbers."""

import datetime as dt

import pytest

from wilma.rules import Coverage, Tally, is_last_years, judge_period, refusal

FIRST, LAST = dt.date(2026, 8, 12), dt.date(2026, 11, 13)
WEEK = dt.timedelta(days=7)
DAY = dt.timedelta(days=1)


def covering(school: int = 1, **fields) -> Coverage:
    usual = {
        "file_first": FIRST,
        "file_last": LAST,
        "known_rows": 1000,
        "known_first": FIRST,
        "known_last": LAST,
        "again": 990,
    }
    return Coverage(school_id=school, **(usual | fields))


@pytest.mark.parametrize(
    ("fields", "is_full"),
    [
        ({}, True),
        ({"file_first": FIRST + WEEK}, True),
        ({"file_first": FIRST + WEEK + DAY}, False),
        ({"file_last": LAST - WEEK}, True),
        ({"file_last": LAST - WEEK - DAY}, False),
        ({"again": 900}, True),
        ({"again": 899}, False),
        ({"known_rows": 49, "again": 1}, True),
        ({"known_rows": 50, "again": 1}, False),
        ({"known_rows": 49, "again": 0}, False),
    ],
)
def test_a_file_is_full_when_it_reaches_all_days_and_has_almost_all_notes_again(fields, is_full):
    period = judge_period([covering(**fields)])

    assert period.is_full is is_full
    assert period.school_ids == ((1,) if is_full else ())
    assert period.why


def test_the_first_file_of_a_school_is_full():
    assert judge_period([]).is_full


def test_a_pupil_who_moved_does_not_make_a_whole_other_school_disappear():
    period = judge_period([covering(1), covering(2, known_rows=40, again=3)])

    assert period.school_ids == (1,)
    assert "1 koululta 2 koulusta" in period.why


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"unknown_pupils": 51, "rejected": 51}, "toisen koulun"),
        ({"too_old": 60, "rejected": 60}, "viime vuoden"),
        ({"rejected": 51}, "sarakkeet"),
        ({"rejected": 50}, ""),
        ({"rows": 30, "rejected": 19}, ""),
        ({"rows": 3, "rejected": 3}, "sarakkeet"),
        ({"rows": 0}, ""),
    ],
)
def test_a_file_is_refused_when_most_of_it_makes_no_sense(fields, words):
    usual = {"rows": 100, "rejected": 0, "unknown_pupils": 0, "too_old": 0}

    reason = refusal(Tally(**(usual | fields), first_reasons=["päiväys puuttuu"]))

    assert words in reason
    assert bool(reason) is bool(words)


@pytest.mark.parametrize(
    ("last", "newest", "expected"),
    [
        (dt.date(2026, 5, 29), None, False),
        (dt.date(2026, 5, 29), dt.date(2026, 5, 29), False),
        (dt.date(2026, 5, 29), dt.date(2026, 8, 12), True),
        (dt.date(2025, 12, 19), dt.date(2026, 5, 29), True),
        (dt.date(2026, 9, 4), dt.date(2026, 11, 13), False),
    ],
)
def test_an_earlier_years_file_is_told_by_what_the_portal_has(last, newest, expected):
    ends = dt.date(last.year + (last.month >= 8), 7, 31)

    assert is_last_years(last=last, on=LAST, newest=newest, year_ends=ends) is expected
