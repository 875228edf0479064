"""The page that tells where silence is: classes, weeks and days without any note."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from absences.coverage import coverage_of, noted_groups
from schools.models import School
from schools.selectors import calendar_for
from tests import builders
from tests.builders import ON
from tests.wilma.builders import note


def test_a_class_without_notes_for_two_weeks_is_told(cast):
    builders.absent(cast.child, 5, day=dt.date(2026, 11, 16))
    client = Client()
    client.force_login(cast["principal"], "accounts.backends.PasswordBackend")

    page = client.get(reverse("wilma:coverage"))

    assert "8A" in page.text
    assert "ei merkintöjä" in page.text
    assert "Merenranta" not in page.text


@pytest.fixture
def two_classes(city):
    builders.year()
    builders.pupil(builders.group(city[0], "4C", 4), "40404")


def told() -> tuple[dict, dict]:
    """Of each school the days without any, and of each class the empty days of its weeks."""
    page = coverage_of(noted_groups(None, on=ON), on=ON, calendar=calendar_for(ON))
    return (
        {gap.school.key: gap.days for gap in page.gaps},
        {
            row.group.name: [day for week in row.weeks if week for day in week.empty_days]
            for row in page.rows
        },
    )


def november(*days: int, pupil: str = "40001") -> list[tuple]:
    return [note(pupil, f"{day}.11.2026") for day in days]


def test_a_school_day_that_no_file_brought_is_told_by_its_date(bring, cast_admin, two_classes):
    rows = november(9, 10, 12, 13) + november(9, 10, 12, 13, pupil="40404")
    bring(rows)

    page = cast_admin.get(reverse("wilma:coverage"))

    assert told() == (
        {"9901": [dt.date(2026, 11, 11)]},
        {"3B": [], "4C": [], "8A": []},
    )
    assert "ke 11.11." in page.text


def test_a_class_that_is_silent_for_a_day_says_so_in_its_week(bring, two_classes):
    bring(november(9, 10, 11) + november(9, 11, pupil="40404"))

    assert told() == ({}, {"3B": [], "4C": [dt.date(2026, 11, 10)], "8A": []})


def test_days_that_no_file_has_reached_yet_are_not_told(bring, two_classes):
    """Holidays, weekends, what was before the first file, and what the next one may bring."""
    bring(november(13, 16) + november(13, 16, pupil="40404"))

    assert told() == ({}, {"3B": [], "4C": [], "8A": []})


def test_leave_that_is_known_ahead_does_not_make_the_days_before_it_silent(bring, two_classes):
    leave = "Luvallinen poissaolo - Ennalta anottu vapaa"
    rows = november(9, 10) + november(9, 10, pupil="40404")
    bring([*rows, note(day="27.11.2026", kind=leave)])
    School.objects.get(key="9901").note_batches.update(
        received_at=dt.datetime(2026, 11, 10, 20, 0, tzinfo=builders.KEMI)
    )

    assert told()[0] == {}
