"""Two beats, a round by hand beside the scheduled one, and a child killed in its school.

Each has its control: the same with the guard switched off is wrong.
"""

import os
import uuid
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, connections

from absences import services, tasks
from absences.errors import RoundRefusedError
from absences.models import Alert, RobotRound, RoundPart
from absences.services import raising, rounds, scouting
from absences.services.raising import Raiser
from notifications.models import Notification
from tests import builders
from tests.faults.beside import Beside, Held, at_once

# A reader of the notes does not wait for another reader.
WRITERS_LINE = ("BEGIN IMMEDIATE",)


@pytest.fixture
def due(cast):
    """A child of the cast is past 30 hours, and it is a school morning."""
    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, 30)
    rounds.ensure_model(on=builders.ON)
    return cast


def expect_everybody_told_once(cast, *, rounds_walked: int) -> None:
    assert list(RobotRound.objects.values_list("is_open", "errors")) == [(False, 0)] * rounds_walked
    # Nobody stumbled over the other: no school has lost a try.
    assert not RoundPart.objects.filter(attempts__gt=0).exists()
    assert Alert.objects.count() == 1
    for name in ("class_teacher", "guardian"):
        assert Notification.objects.filter(recipient=cast[name]).count() == 1


def two_beats(clock, monkeypatch) -> None:
    """The first has seen that this morning has had no round, and has not written its own yet."""
    clock(builders.AT)
    held = Held(scouting.last_place)
    monkeypatch.setattr(scouting, "last_place", held)
    at_once(Beside(tasks.tick), held, Beside(tasks.tick, in_line=WRITERS_LINE))
    tasks.tick()


def test_two_beats_walk_one_round(due, clock, many_connections, monkeypatch):
    two_beats(clock, monkeypatch)

    expect_everybody_told_once(due, rounds_walked=1)


def test_control_without_the_unique_morning_two_beats_walk_twice_or_one_fails(
    due, clock, no_line, without, monkeypatch
):
    without(RobotRound, "one_morning_round_a_day", "one_open_round")

    def beat_and_look():
        two_beats(clock, monkeypatch)
        expect_everybody_told_once(due, rounds_walked=1)

    with pytest.raises((AssertionError, DatabaseError)):
        beat_and_look()


def by_hand_beside_the_scheduled(monkeypatch) -> None:
    """The scheduled one knows of whom to tell, and has not written it down yet."""
    held = Held(raising.circle_of)
    monkeypatch.setattr(raising, "circle_of", held)
    at_once(Beside(walk, "scheduled"), held, Beside(walk, "by_hand", in_line=WRITERS_LINE))
    if RobotRound.objects.count() == 1:
        # It was refused: "try again in a moment".
        walk("by_hand")


def walk(cause: str) -> None:
    try:
        services.walk_round(on=builders.ON, cause=cause, at=builders.AT)
    except RoundRefusedError:
        assert cause == "by_hand"


def test_a_round_by_hand_beside_the_scheduled_one_tells_nothing_twice(
    due, many_connections, monkeypatch
):
    by_hand_beside_the_scheduled(monkeypatch)

    expect_everybody_told_once(due, rounds_walked=2)


def test_control_without_claim_and_key_a_round_by_hand_tells_twice(
    due, many_connections, without, monkeypatch
):
    """A school is nobody's while it is walked, and an alert is a new one each time."""
    if connection.vendor == "sqlite":
        pytest.skip("what the laptop engine read while another wrote it never writes, guard or no")
    without(Alert, "alert_once")
    monkeypatch.setattr(raising, "uuid", SimpleNamespace(uuid5=lambda *_name: uuid.uuid4()))
    monkeypatch.setattr(
        RoundPart.objects, "select_for_update", lambda **_how: RoundPart.objects.all()
    )

    by_hand_beside_the_scheduled(monkeypatch)

    with pytest.raises(AssertionError):
        expect_everybody_told_once(due, rounds_walked=2)


def kill_a_child(*, first=lambda: None) -> None:
    """It dies between an alert and its notices; another walks what is left."""
    walk, _new = rounds.plan_round(on=builders.ON, cause="scheduled", at=builders.AT)
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        Raiser._tell = lambda *_arguments: (first(), os.kill(os.getpid(), 9))
        rounds.walk_open(walk, at=builders.AT)
    _pid, status = os.waitpid(pid, 0)
    assert os.WTERMSIG(status) == 9
    rounds.walk_open(walk, at=builders.AT)


def commit() -> None:
    """Guard off: what was written so far is there for good."""
    connection.connection.commit()


def test_a_child_killed_in_the_middle_of_its_school_is_followed_by_another(due, many_connections):
    kill_a_child()

    expect_everybody_told_once(due, rounds_walked=1)


def test_control_an_alert_that_is_not_one_with_its_notices_stays_untold(due, many_connections):
    kill_a_child(first=commit)

    with pytest.raises(AssertionError):
        expect_everybody_told_once(due, rounds_walked=1)
