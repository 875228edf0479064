"""The arithmetic of the model."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from absences.rules import NOWHERE, Place, Rung, hours, rung_reached, uncovered

STEPS = [Rung("huoli-kasvaa", Decimal(25)), Rung("huoli-suuri", Decimal(50))]


@pytest.mark.parametrize(
    ("minutes", "step"),
    [(0, None), (1124, None), (1125, "huoli-kasvaa"), (2249, "huoli-kasvaa"),
     (2250, "huoli-suuri"), (9000, "huoli-suuri")],
)  # fmt: skip
def test_a_step_is_reached_when_its_hours_are_full_and_only_the_higher_counts(minutes, step):
    reached = rung_reached(hours(minutes, per_hour=45), STEPS, place=NOWHERE)

    assert (reached.slug if reached else None) == step


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_more_absence_never_means_a_lower_step(one, other):
    low, high = sorted((one, other))
    reached = [rung_reached(hours(m, per_hour=45), STEPS, place=NOWHERE) for m in (low, high)]

    assert (reached[0].limit if reached[0] else 0) <= (reached[1].limit if reached[1] else 0)


@pytest.mark.parametrize(("minutes", "value"), [(90, "2.00"), (5, "0.11"), (1350, "30.00")])
def test_a_note_of_ninety_minutes_is_two_hours(minutes, value):
    assert hours(minutes, per_hour=45) == Decimal(value)


def test_days_that_have_been_told_of_are_not_told_again():
    days = [dt.date(2026, 9, day) for day in (1, 3, 9)]

    assert uncovered(days, told=[dt.date(2026, 9, 3)]) == [days[0], days[2]]
    assert uncovered(days, told=[]) == days


@pytest.mark.parametrize(
    ("place", "stage"),
    [
        (Place(3, "unified"), "primary"),
        (Place(6, "unified"), "primary"),
        (Place(7, "unified"), "lower_secondary"),
        (Place(None, "unified"), ""),
        (Place(0, "primary"), "preprimary"),
        (Place(None, "primary"), "primary"),
        (NOWHERE, ""),
    ],
)
def test_a_unified_school_has_pupils_of_two_stages(place, stage):
    assert place.stage == stage


def test_where_the_stage_is_not_known_a_step_is_for_the_pupil():
    rung = Rung("porras", Decimal(1), stages=("lower_secondary",))

    found = [rung.is_for(one) for one in (NOWHERE, Place(8, "unified"), Place(2, "primary"))]
    assert found == [True, True, False]
