"""Clocks that jump, weeks of sleep, two beats, a round by hand beside the scheduled one."""

import datetime as dt
import os
import threading

import pytest
from django.db import connection, connections

from absences import services, tasks
from absences.errors import RoundRefusedError
from absences.models import Alert, RobotRound, RoundPart
from absences.services import rounds
from notifications.models import Notification
from schools.models import Holiday
from tests import builders

HOUR = dt.timedelta(hours=1)


def at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), builders.KEMI)


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test winds."""

    def wind(moment: dt.datetime) -> None:
        monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: moment)
        monkeypatch.setattr("kemi_ecosystem.lib.clock.today", moment.date)

    return wind


def ticks(clock, first: dt.datetime, hours: int) -> None:
    utc = first.astimezone(dt.UTC)
    for number in range(hours):
        clock((utc + number * HOUR).astimezone(builders.KEMI))
        tasks.tick()


@pytest.mark.parametrize(
    ("first", "days", "mornings"),
    [
        # The clock goes back on Sunday 25 October.
        (dt.date(2026, 10, 22), 6, [dt.date(2026, 10, day) for day in (22, 23, 26, 27)]),
        # And forward on Sunday 28 March.
        (dt.date(2027, 3, 25), 5, [dt.date(2027, 3, day) for day in (25, 26, 29)]),
        (
            dt.date(2026, 12, 30),
            4,
            [dt.date(2026, 12, 30), dt.date(2026, 12, 31), dt.date(2027, 1, 1)],
        ),
    ],
)  # fmt: skip
def test_each_school_day_has_one_round_whatever_the_clock_does(cast, clock, first, days, mornings):
    builders.batch(cast.school, first=builders.YEAR)

    ticks(clock, at(first, 0), days * 24)

    walked = RobotRound.objects.filter(cause="scheduled").order_by("date")
    assert list(walked.values_list("date", flat=True)) == mornings


def test_a_clock_set_back_walks_no_second_round_and_tells_nothing_twice(cast, clock):
    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, 30)
    ticks(clock, at(builders.ON, 5), 5)
    told = Notification.objects.count()

    ticks(clock, at(builders.ON, 4), 8)

    assert RobotRound.objects.filter(cause="scheduled").count() == 1
    assert (Alert.objects.count(), Notification.objects.count()) == (1, told)


def test_a_robot_dead_over_the_autumn_break_tells_all_in_one_notice_each(cast, clock):
    builders.batch(cast.school, cast.neighbour, first=builders.YEAR)
    ticks(clock, at(dt.date(2026, 10, 9), 6), 3)
    for number in range(6):
        builders.absent(builders.pupil(cast.group, f"s{number}"), 30)

    # Dead from Friday over the break and two school days more.
    ticks(clock, at(dt.date(2026, 10, 22), 6), 3)

    assert Alert.objects.count() == 6
    told = Notification.objects.filter(recipient=cast["class_teacher"])
    assert told.count() == 1
    assert "Unilukkari on ollut poissa" in told.get().title


def test_a_holiday_has_no_round(cast, clock):
    builders.batch(cast.school)
    Holiday.objects.create(
        school_year=builders.year(), name="vapaa", begins=builders.ON, ends=builders.ON
    )

    ticks(clock, at(builders.ON, 0), 24)

    assert not RobotRound.objects.exists()


def _both(work) -> list[str]:
    """The same work by two at the same moment. Returns what each said."""
    gate = threading.Barrier(2)
    said = []

    def run():
        gate.wait()
        try:
            work()
            said.append("done")
        except RoundRefusedError:
            said.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return said


def test_two_beats_plan_one_round(cast, many_connections):
    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, 30)

    _both(lambda: rounds.plan_round(on=builders.ON, cause="scheduled", at=builders.AT))

    assert RobotRound.objects.filter(cause="scheduled").count() == 1


def test_control_without_the_unique_morning_two_rounds_are_written(cast, many_connections):
    """The guard is the database's own."""
    builders.batch(cast.school)
    guards = [
        one
        for one in RobotRound._meta.constraints
        if one.name in {"one_morning_round_a_day", "one_open_round"}
    ]
    with connection.schema_editor() as editor:
        for guard in guards:
            editor.remove_constraint(RobotRound, guard)
    model = rounds.ensure_model(on=builders.ON)
    try:
        for _ in range(2):
            RobotRound.objects.create(
                date=builders.ON, cause="scheduled", model=model, started_at=builders.AT,
                is_open=True,
            )  # fmt: skip
        assert RobotRound.objects.count() == 2
    finally:
        RobotRound.objects.all().delete()
        with connection.schema_editor() as editor:
            for guard in guards:
                editor.add_constraint(RobotRound, guard)


def test_a_round_by_hand_beside_the_scheduled_one_tells_nothing_twice(cast, many_connections):
    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, 30)
    causes = iter(["scheduled", "by_hand"])
    lock = threading.Lock()

    def walk():
        with lock:
            cause = next(causes)
        services.walk_round(on=builders.ON, cause=cause, at=builders.AT)

    said = _both(walk)
    if "refused" in said:
        services.walk_round(on=builders.ON, cause="by_hand", at=builders.AT)

    assert Alert.objects.count() == 1
    keys = Notification.objects.values_list("recipient_id", "path")
    assert len(set(keys)) == len(keys)
    assert not RobotRound.objects.filter(is_open=True).exists()


def test_a_lost_wake_up_costs_nothing_the_next_tick_finds_the_work(cast, clock, monkeypatch):
    """The broker was emptied: what was to be walked is in the database."""
    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, 30)
    clock(builders.AT)
    with monkeypatch.context() as emptied:
        emptied.setattr("absences.tasks.walk_part.delay", lambda *_arguments: None)
        tasks.tick()
    before = Alert.objects.count()

    clock(builders.AT + dt.timedelta(minutes=1))
    tasks.tick()

    assert (before, Alert.objects.count()) == (0, 1)


def test_a_child_killed_in_the_middle_of_its_school_is_followed_by_another(cast, many_connections):
    """It dies when all is written and nothing committed: its part is free again, and whole."""
    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, 30)
    walk, _new = rounds.plan_round(on=builders.ON, cause="scheduled", at=builders.AT)
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        RoundPart.save = lambda *_arguments: os.kill(os.getpid(), 9)
        rounds.walk_open(walk, at=builders.AT)
    _pid, status = os.waitpid(pid, 0)
    before = Alert.objects.count()

    rounds.walk_open(walk, at=builders.AT + dt.timedelta(minutes=1))

    assert os.WTERMSIG(status) == 9
    assert (before, Alert.objects.count()) == (0, 1)
    assert not RobotRound.objects.filter(is_open=True).exists()
