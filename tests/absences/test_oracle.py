"""Kemi's rules on generated cities, against a plain computation that knows nothing of the robot.

The oracle below imports nothing of the portal: it counts minutes in a list of rows.
"""

import datetime as dt
from collections import defaultdict

from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from absences import services
from absences.models import Alert
from tests import builders

FIRST = dt.date(2026, 9, 1)
DAYS = 60
KINDS = (
    "health", "leave", "other_cleared", "unauthorised", "unresolved", "late", "praise",
)  # fmt: skip
# Some days of some lessons of one kind, of one of four pupils, so that limits do fill.
blocks = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, DAYS), st.integers(1, 8), st.integers(1, 5),
        st.sampled_from(KINDS), st.sampled_from([20, 45, 45, 45, 75, 90]), st.booleans(),
    ),
    min_size=6,
    max_size=24,
)  # fmt: skip
walks = st.lists(st.integers(0, DAYS + 10), min_size=1, max_size=6, unique=True)


def oracle(rows: list[tuple], mornings: list[dt.date]) -> set[tuple]:
    """(pupil, what, day) of each time that an adult is woken, every alert answered at once."""
    woken, highest, heard = set(), defaultdict(int), defaultdict(set)
    for morning in mornings:
        for pupil in range(4):
            mine = [row for row in rows if row[0] == pupil and row[1] <= morning]
            minutes = sum(
                row[4] for row in mine if row[3] in {"health", "unauthorised", "unresolved"}
            )
            limit = 50 if minutes >= 50 * 45 else 25 if minutes >= 25 * 45 else 0
            if limit > highest[pupil]:
                highest[pupil] = limit
                woken.add((pupil, limit, morning))
            old = {row[1] for row in mine if row[5] and (morning - row[1]).days >= 7}
            if old - heard[pupil]:
                heard[pupil] |= old
                woken.add((pupil, "unresolved", morning))
    return woken


def rows_of(found: list[tuple]) -> list[tuple]:
    """One row for each lesson: pupil, day, lesson, kind, minutes, is it unresolved."""
    rows = {}
    for pupil, offset, days, lessons, kind, minutes, is_open in found:
        is_unresolved = is_open and kind not in {"late", "praise"}
        for day in (FIRST + dt.timedelta(days=offset + n) for n in range(days)):
            for lesson in range(1, lessons + 1):
                rows[pupil, day, lesson] = (pupil, day, lesson, kind, minutes, is_unresolved)
    return list(rows.values())


def robot(cast, rows: list[tuple], mornings: list[dt.date], *, is_full: bool) -> set[tuple]:
    pupils = [builders.pupil(cast.group, f"o{number}") for number in range(4)]
    known = builders.batch(cast.school, cast.neighbour)
    for pupil, day, lesson, kind, minutes, is_unresolved in rows:
        pupils[pupil].lesson_notes.create(
            key=f"{pupil}|{day}|{lesson}", note_type=builders.note_type(kind),
            national_class=kind, date=day, lesson=lesson, minutes=minutes, batch=known,
            unresolved=is_unresolved,
        )  # fmt: skip
    for morning in mornings:
        services.walk_round(on=morning, cause="by_hand", at=builders.AT, is_full=is_full)
        Alert.objects.update(state="answered")
    what = {"huoli-kasvaa": 25, "huoli-suuri": 50, "selvittamaton": "unresolved"}
    place = {pupil.pk: number for number, pupil in enumerate(pupils)}
    raised = Alert.objects.values_list("pupil_id", "step_slug", "raised_on")
    return {(place[pk], what[slug], day) for pk, slug, day in raised}


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(found=blocks, days=walks)
def test_the_robot_wakes_exactly_when_a_plain_computation_says(cast, found, days):
    rows = rows_of(found)
    mornings = [FIRST + dt.timedelta(days=one) for one in sorted(days)]
    with transaction.atomic():
        woken = robot(cast, rows, mornings, is_full=True)
        transaction.set_rollback(True)

    assert woken == oracle(rows, mornings)


def test_the_oracle_itself_wakes_where_a_person_would(cast):
    """Twenty-five lessons, then fifty, then one left open for a week: counted by hand."""
    day = FIRST
    rows = [(0, day + dt.timedelta(days=n), lesson, "health", 45, False)
            for n in range(10) for lesson in range(1, 6)]  # fmt: skip
    rows.append((1, day, 1, "unresolved", 45, True))
    mornings = [day + dt.timedelta(days=n) for n in range(12)]

    expected = {
        (0, 25, day + dt.timedelta(days=4)),
        (0, 50, day + dt.timedelta(days=9)),
        (1, "unresolved", day + dt.timedelta(days=7)),
    }
    assert oracle(rows, mornings) == expected
    assert robot(cast, rows, mornings, is_full=True) == expected
