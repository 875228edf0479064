"""What has been told before: the model changes, an alarm was false, the clock was ahead."""

import datetime as dt

import pytest

from absences import services
from absences.errors import RoundRefusedError
from absences.models import Alert, LessonNote, NoteBatch, PupilToCheck, RobotRound
from absences.services import models, rounds
from schools.models import Pupil, School
from tests import builders
from tests.absences.mornings import morning
from tests.builders import AT, ON, absent

DAY = dt.timedelta(days=1)


def walk(on=ON, cause="by_hand", at=None, **how) -> list[tuple[str, float]]:
    at = at or morning(on)
    builders.batch(*School.objects.all(), received=at)
    report = services.walk_round(on=on, cause=cause, at=at, **how)
    assert report.round.errors == 0
    return [(one["step"], one["value"]) for one in report.alerts]


def change(cast, slug: str, **fields) -> None:
    """As the coordinator does in the middle of the year: a draft, one step of it, in force."""
    who = cast["coordinator"]
    draft = models.draft_model(on=ON, by=who, at=AT)
    step = draft.steps.get(slug=slug)
    if fields:
        models.save_step(model=draft, step=step, slug=slug, **fields)
    else:
        models.remove_step(model=draft, step=step)
    models.activate_model(model=draft, by=who, on=ON, at=AT)


@pytest.fixture
def told_of_both(cast) -> None:
    """Of 25 hours first, and then of 50: under two keys of the same year."""
    absent(cast.child, 26)
    walk()
    absent(cast.child, 30, day=dt.date(2026, 10, 1))
    walk()


def test_a_step_that_asks_for_something_else_from_now_on_stops_no_round(cast, told_of_both):
    change(cast, "huoli-suuri", trigger="days_in_row", threshold=4)

    assert walk(ON + 3 * DAY) == [("huoli-suuri", 6.0)] * 2


def test_when_a_step_is_taken_away_the_other_ones_numbers_do_not_meet(cast, told_of_both):
    alert = Alert.objects.get(step_slug="huoli-suuri")
    services.withdraw(alert=alert, mistake="other", by=cast["principal"], at=AT, on=ON)
    change(cast, "huoli-kasvaa")
    absent(cast.child, 10, day=ON + DAY)
    absent(Pupil.objects.get(key="40002"), 55)

    assert sorted(walk(ON + 5 * DAY)) == [("huoli-suuri", 55.0), ("huoli-suuri", 66.0)]


def test_after_a_false_alarm_of_a_wrong_file_the_real_one_is_told(cast):
    absent(cast.child, 24)
    LessonNote.objects.update(minutes=135)
    walk()
    services.withdraw(
        alert=Alert.objects.get(), mistake="wrong_note", by=cast["principal"], at=AT, on=ON
    )
    LessonNote.objects.update(minutes=45)
    corrected = walk(ON + 3 * DAY)
    absent(cast.child, 2, day=ON + 3 * DAY)

    assert corrected == []
    assert walk(ON + 4 * DAY) == [("huoli-kasvaa", 26.0)]


def test_after_a_correction_the_lower_step_is_told_if_it_is_reached(cast):
    absent(cast.child, 30)
    LessonNote.objects.update(minutes=90)
    walk()
    services.withdraw(
        alert=Alert.objects.get(), mistake="wrong_note", by=cast["principal"], at=AT, on=ON
    )
    LessonNote.objects.update(minutes=45)

    assert walk(ON + 3 * DAY) == [("huoli-kasvaa", 30.0)]


def test_a_false_alarm_stays_one_while_nothing_is_added(cast):
    absent(cast.child, 26)
    walk()
    services.withdraw(
        alert=Alert.objects.get(), mistake="wrong_note", by=cast["principal"], at=AT, on=ON
    )
    LessonNote.objects.filter(pk=LessonNote.objects.first().pk).delete()

    assert walk(ON + 3 * DAY) == []


def test_a_limit_that_was_raised_is_told_when_it_is_reached(cast):
    absent(cast.child, 26)
    walk()
    change(cast, "huoli-kasvaa", threshold=40)
    before = walk(ON + DAY)
    absent(cast.child, 20, day=dt.date(2026, 10, 1))

    assert before == []
    assert walk(ON + 3 * DAY) == [("huoli-kasvaa", 46.0)]


def test_another_window_does_not_tell_the_same_hours_again(cast):
    absent(cast.child, 26)
    walk()
    change(cast, "huoli-kasvaa", window="term")

    assert walk(ON + 3 * DAY) == []


def test_of_the_last_weeks_a_step_tells_of_spring_though_it_told_of_autumn(cast, ladder):
    ladder("hours", 25, window="weeks", weeks=12, again_after_weeks=12)
    absent(cast.child, 26)
    first = walk()
    services.react(
        alert=Alert.objects.get(), by=cast["class_teacher"], kind="call", with_whom="guardian",
        next_check=None, at=AT,
    )  # fmt: skip
    absent(cast.child, 26, day=dt.date(2027, 4, 1))

    assert first == [("porras", 26.0)]
    assert walk(dt.date(2027, 4, 20)) == [("porras", 26.0)]


def test_a_round_that_looks_back_leaves_what_is_new_to_the_next_morning(cast):
    for day in (16, 17):
        walk(dt.date(2026, 11, day), cause="scheduled")
    absent(cast.child, 26)
    PupilToCheck.objects.create(pupil=cast.child, due_on=builders.YEAR)
    walk(dt.date(2026, 10, 12), at=morning(dt.date(2026, 11, 17), 20))
    Alert.objects.all().delete()

    assert walk(dt.date(2026, 11, 18), cause="scheduled") == [("huoli-kasvaa", 26.0)]


def test_a_round_that_looks_back_wakes_those_who_are_there_now(cast):
    absent(cast.child, 26)
    former = cast["class_teacher"]
    former.memberships.update(ends=dt.date(2026, 11, 9))
    new = builders.staff("tuija", builders.Role.CLASS_TEACHER, in_group=cast.group)

    walk(dt.date(2026, 11, 6), at=morning(ON, 10))

    alert = Alert.objects.get()
    assert alert.owner == new
    assert not former.notifications.exists()
    assert (alert.raised_on, alert.turn_on) == (dt.date(2026, 11, 6), ON)
    assert alert.due_on > ON


def test_what_is_new_of_one_who_has_left_waits_until_the_pupil_is_back(cast):
    walk(dt.date(2026, 11, 16), cause="scheduled")
    absent(cast.child, 26)
    PupilToCheck.objects.create(pupil=cast.child, due_on=builders.YEAR)
    Pupil.objects.filter(pk=cast.child.pk).update(left_on=dt.date(2026, 11, 17))
    away = walk(dt.date(2026, 11, 17), cause="scheduled")
    Pupil.objects.filter(pk=cast.child.pk).update(left_on=None)

    assert away == []
    assert walk(dt.date(2026, 11, 18), cause="scheduled") == [("huoli-kasvaa", 26.0)]


def test_a_school_that_becomes_another_kind_of_school_is_looked_at_again(cast, ladder):
    ladder("hours", 25, stages=["preprimary"])
    absent(cast.child, 26)
    before = walk(dt.date(2026, 11, 16), cause="scheduled")
    School.objects.filter(pk=cast.school.pk).update(stage="preprimary")

    assert before == []
    assert walk(dt.date(2026, 11, 17), cause="scheduled") == [("porras", 26.0)]


def test_a_day_that_a_clock_was_ahead_of_has_its_morning_round_when_it_comes(cast):
    monday = dt.date(2026, 11, 23)
    walk(dt.date(2026, 11, 19), cause="scheduled")
    walk(monday, cause="scheduled")  # the clock is four days ahead
    walk(ON, cause="scheduled")  # and put right
    absent(cast.child, 26)

    assert rounds.is_morning_round_due(at=morning(monday))
    assert walk(monday, cause="scheduled", is_full=True) == [("huoli-kasvaa", 26.0)]
    assert RobotRound.objects.filter(date=monday, cause="scheduled").count() == 1


def test_the_ledger_says_until_when_the_notes_reached_on_the_day_of_the_round(cast):
    batch = builders.batch(cast.school)
    batch.last_date = dt.date(2027, 2, 15)
    batch.save()
    walk()
    ahead = RobotRound.objects.latest().data_until
    NoteBatch.objects.update(undone_at=AT)
    builders.batch(cast.school, received=morning(ON))

    assert ahead == ON
    assert services.walk_round(on=ON, cause="by_hand", at=morning(ON)).round.data_until == ON


def test_in_june_an_answer_is_hoped_for_before_the_school_year_ends(cast):
    builders.year()
    last = dt.date(2027, 6, 4)
    absent(cast.child, 26)
    for number in range(20):
        absent(builders.pupil(cast.group, f"5000{number}"), 26)

    walk(last - DAY)

    assert {one.due_on for one in Alert.objects.all()} == {last}
    assert {one.turn_on for one in Alert.objects.all()} == {last - DAY, last}


def test_a_day_of_a_school_year_that_is_over_is_not_walked(cast):
    builders.batch(cast.school, first=dt.date(2026, 5, 1))

    with pytest.raises(RoundRefusedError, match="joka on jo päättynyt"):
        walk(dt.date(2026, 5, 29), at=morning(ON))
