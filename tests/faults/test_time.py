"""Clocks that jump, weeks of sleep, lost wake-ups. Each has its control: its guard switched off."""

import datetime as dt
from collections import Counter
from types import SimpleNamespace

import pytest
from django.utils import timezone

from absences import tasks
from absences.models import Alert, PupilToCheck, RobotRound
from absences.services import raising, rounds
from notifications.models import Notification
from schools.calendar import SchoolCalendar
from schools.models import Holiday
from tests import builders

HOUR = dt.timedelta(hours=1)
# The clock goes back on Sunday 25 October, and forward on Sunday 28 March.
AUTUMN = (dt.date(2026, 10, 22), 6, [dt.date(2026, 10, day) for day in (22, 23, 26, 27)])
SPRING = (dt.date(2027, 3, 25), 5, [dt.date(2027, 3, day) for day in (25, 26, 29)])
NEW_YEAR = (
    dt.date(2026, 12, 30), 4, [dt.date(2026, 12, 30), dt.date(2026, 12, 31), dt.date(2027, 1, 1)],
)  # fmt: skip


def at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), builders.KEMI)


def ticks(clock, first: dt.datetime, hours: int) -> None:
    utc = first.astimezone(dt.UTC)
    for number in range(hours):
        clock((utc + number * HOUR).astimezone(builders.KEMI))
        tasks.tick()


def expect_one_round_each_morning_at_seven(mornings: list[dt.date]) -> None:
    """Ticks come every hour, and the one of six o'clock is too early."""
    walked = RobotRound.objects.filter(cause="scheduled").order_by("date", "started_at")
    begun = [(one.date, timezone.localtime(one.started_at).hour) for one in walked]
    assert begun == [(day, 7) for day in mornings]


@pytest.mark.parametrize(("first", "days", "mornings"), [AUTUMN, SPRING, NEW_YEAR])
def test_each_school_day_has_one_round_whatever_the_clock_does(cast, clock, first, days, mornings):
    builders.batch(cast.school, first=builders.YEAR)

    ticks(clock, at(first, 0), days * 24)

    expect_one_round_each_morning_at_seven(mornings)


@pytest.mark.parametrize(("first", "days", "mornings"), [AUTUMN, SPRING])
def test_control_with_a_clock_that_knows_no_summer_time_the_hour_is_wrong(
    cast, clock, monkeypatch, first, days, mornings
):
    builders.batch(cast.school, first=builders.YEAR)
    winter = dt.timezone(2 * HOUR)
    monkeypatch.setattr(
        rounds, "timezone", SimpleNamespace(localtime=lambda moment: moment.astimezone(winter))
    )

    ticks(clock, at(first, 0), days * 24)

    with pytest.raises(AssertionError):
        expect_one_round_each_morning_at_seven(mornings)


def set_the_clock_back(cast, clock) -> None:
    """At nine it is four o'clock again; the day goes on from there."""
    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, 30)
    ticks(clock, at(builders.ON, 5), 5)
    ticks(clock, at(builders.ON, 4), 8)


def expect_one_round_and_everybody_told_once(cast) -> None:
    assert list(RobotRound.objects.values_list("is_open", "errors")) == [(False, 0)]
    assert Alert.objects.count() == 1
    assert Notification.objects.filter(recipient=cast["class_teacher"]).count() == 1


def test_a_clock_set_back_walks_no_second_round_and_tells_nothing_twice(cast, clock):
    set_the_clock_back(cast, clock)

    expect_one_round_and_everybody_told_once(cast)


def test_control_who_does_not_remember_the_morning_walks_it_again(cast, clock, monkeypatch):
    plan = rounds.plan_morning_round

    def plan_and_forget(**when) -> None:
        plan(**when)
        RobotRound.objects.update(cause="by_hand")

    monkeypatch.setattr(rounds, "plan_morning_round", plan_and_forget)
    set_the_clock_back(cast, clock)

    with pytest.raises(AssertionError):
        expect_one_round_and_everybody_told_once(cast)


def run_ahead(cast, clock, *, days: int) -> dt.date:
    """On Friday, when the morning's round is over, it is so many days later for an hour.

    When that day really comes, new hours of a child have come before it.
    """
    builders.batch(cast.school, cast.neighbour)
    day = builders.ON + dt.timedelta(days=days)
    ticks(clock, at(builders.ON, 7), 1)
    ticks(clock, at(day, 9), 1)
    ticks(clock, at(builders.ON, 9), days * 24 - 4)
    builders.batch(cast.school, cast.neighbour, received=at(day, 5))
    builders.absent(cast.child, 30)
    PupilToCheck.objects.create(pupil=cast.child, due_on=builders.ON)
    ticks(clock, at(day, 6), 5)
    return day


def expect_told_that_morning(cast, day: dt.date) -> None:
    assert list(Alert.objects.values_list("raised_on", flat=True)) == [day]
    assert Notification.objects.filter(recipient=cast["class_teacher"]).count() == 1
    walked = RobotRound.objects.filter(cause="scheduled")
    assert set(Counter(walked.values_list("date", flat=True)).values()) == {1}


# To Monday, the next school day, and to Tuesday, after one with a round of its own.
NEXT_SCHOOL_DAY = 3


@pytest.mark.parametrize("days", [NEXT_SCHOOL_DAY, 4])
def test_a_clock_that_ran_ahead_for_an_hour_takes_no_morning_away(cast, clock, days):
    day = run_ahead(cast, clock, days=days)

    expect_told_that_morning(cast, day)


def test_control_where_a_round_of_the_future_stays_the_mornings_that_morning_has_none(
    cast, clock, monkeypatch
):
    tick = tasks.tick

    def tick_and_keep() -> None:
        tick()
        RobotRound.objects.update(cause="scheduled")

    monkeypatch.setattr(tasks, "tick", tick_and_keep)
    day = run_ahead(cast, clock, days=4)

    with pytest.raises(AssertionError):
        expect_told_that_morning(cast, day)


def die_over_the_autumn_break(cast, clock) -> None:
    """Dead from Friday over the break and two school days more; six children meanwhile."""
    builders.batch(cast.school, cast.neighbour, first=builders.YEAR)
    ticks(clock, at(dt.date(2026, 10, 9), 6), 3)
    for number in range(6):
        builders.absent(builders.pupil(cast.group, f"s{number}"), 30)
    ticks(clock, at(dt.date(2026, 10, 22), 6), 3)


def expect_all_in_one_notice(cast) -> None:
    assert Alert.objects.count() == 6
    assert RobotRound.objects.latest().missed_days == 3
    told = Notification.objects.filter(recipient=cast["class_teacher"])
    assert ["Unilukkari on ollut poissa" in one.title for one in told] == [True]


def test_a_robot_dead_over_the_autumn_break_tells_all_in_one_notice_each(cast, clock):
    die_over_the_autumn_break(cast, clock)

    expect_all_in_one_notice(cast)


def without_digest(monkeypatch) -> None:
    monkeypatch.setattr(raising, "DIGEST_AFTER", 1_000)


def without_break(monkeypatch) -> None:
    monkeypatch.setattr(SchoolCalendar, "is_school_day", lambda _self, day: day.weekday() < 5)


@pytest.mark.parametrize("switch_off", [without_digest, without_break])
def test_control_without_the_digest_or_the_calendar_a_long_sleep_is_told_wrong(
    cast, clock, monkeypatch, switch_off
):
    switch_off(monkeypatch)
    die_over_the_autumn_break(cast, clock)

    with pytest.raises(AssertionError):
        expect_all_in_one_notice(cast)


def test_a_holiday_has_no_round(cast, clock):
    builders.batch(cast.school)
    Holiday.objects.create(
        school_year=builders.year(), name="vapaa", begins=builders.ON, ends=builders.ON
    )

    ticks(clock, at(builders.ON, 0), 24)

    assert not RobotRound.objects.exists()


def lose_the_wake_up(cast, clock, monkeypatch) -> None:
    """The broker was emptied: what was to be walked is in the database alone."""
    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, 30)
    clock(builders.AT)
    with monkeypatch.context() as emptied:
        emptied.setattr("absences.tasks.walk_part.delay", lambda *_arguments: None)
        tasks.tick()
    assert not Alert.objects.exists()
    clock(builders.AT + dt.timedelta(minutes=1))
    tasks.tick()


def test_a_lost_wake_up_costs_nothing_the_next_tick_finds_the_work(cast, clock, monkeypatch):
    lose_the_wake_up(cast, clock, monkeypatch)

    expect_one_round_and_everybody_told_once(cast)


def test_control_handed_out_once_only_what_was_lost_stays_lost(cast, clock, monkeypatch):
    hand_out = tasks.hand_out

    def trust_the_broker() -> None:
        hand_out()
        monkeypatch.setattr(tasks, "hand_out", lambda: None)

    monkeypatch.setattr(tasks, "hand_out", trust_the_broker)
    lose_the_wake_up(cast, clock, monkeypatch)

    with pytest.raises(AssertionError):
        expect_one_round_and_everybody_told_once(cast)
