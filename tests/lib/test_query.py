import datetime as dt

import pytest

from kemi_ecosystem.lib.query import day_or, positive_id

TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "x", "1x", "9" * 5000, "9223372036854775808", "²", "٣", " 7", "+7"]
)
def test_what_is_no_id_is_none(text):
    assert positive_id(text) is None


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("007", 7), (str(2**63 - 1), 2**63 - 1)])
def test_an_id_is_a_number(text, number):
    assert positive_id(text) == number


@pytest.mark.parametrize(
    "text", ["", "x", "2026-13-01", "0001-01-01", "9999-12-31", "1900-01-01", "2" * 5000]
)
def test_a_day_that_is_none_or_far_off_is_the_other_one(text):
    assert day_or(text, TODAY) == TODAY


def test_a_day_is_read():
    assert day_or("2026-12-01", TODAY) == dt.date(2026, 12, 1)
