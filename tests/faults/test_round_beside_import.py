"""A round and an import at the same moment, whichever is first: nobody's hours are overlooked.

The file of every night: last night a child had 24 hours, and no round has looked since. Tonight's
file knows of two more, and Unilukkari is on his way. One of the two is held in its middle until
the other stands in line behind it or, where there is no line, has finished.
"""

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, connections

from absences import bulk, findings, services
from absences.models import Alert, PupilToCheck, RobotRound
from notifications.models import Notification
from tests import builders
from tests.wilma.builders import HEADER, term
from wilma.services.notes import import_notes
from wilma.services.runs import Delivery

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]
DAY = dt.timedelta(days=1)
MONDAY, TUESDAY, WEDNESDAY = (builders.AT + days * DAY for days in (3, 4, 5))
# Only a fault takes so long.
PATIENCE = 60
# How one gets in line behind another's transaction, on either engine.
IN_LINE = ("BEGIN IMMEDIATE", "SELECT pg_advisory")


@pytest.fixture
def tonight(cast, many_connections, tmp_path) -> Path:
    """Tonight's file. Last night's is in, and its child is marked: a round is to look."""
    builders.batch(cast.school, cast.neighbour)
    builders.note_type()
    walk(MONDAY)
    bring_in(_written(tmp_path / "last.csv", hours=24), MONDAY)
    assert PupilToCheck.objects.filter(pupil=cast.child).exists()
    return _written(tmp_path / "tonight.csv", hours=26)


def _written(path: Path, *, hours: int) -> Path:
    rows = [(*row[:4], "health", *row[5:]) for row in term(first=dt.date(2026, 9, 1), days=hours)]
    path.write_text("".join(";".join(map(str, row)) + "\n" for row in (HEADER, *rows)))
    return path


@pytest.fixture
def no_line(monkeypatch, many_connections) -> None:
    """Guard off: nobody waits for another's transaction to end."""
    for turn in ("take_turn", "share_turn"):
        monkeypatch.setattr(bulk, turn, lambda: None)
    if connection.vendor == "sqlite":
        options = connection.settings_dict["OPTIONS"] | {"transaction_mode": None, "timeout": 0}
        monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)


class Held:
    """A piece of work that stops when it is done, the first time, until it is let go."""

    def __init__(self, work: Callable) -> None:
        self.work = work
        self.reached, self.go = threading.Event(), threading.Event()

    def __call__(self, *arguments, **named):
        found = self.work(*arguments, **named)
        if not self.reached.is_set():
            self.reached.set()
            assert self.go.wait(PATIENCE)
        return found


class Beside(threading.Thread):
    """One of the two. It says when it stands in line, and when it has finished."""

    def __init__(self, work: Callable, *arguments: object) -> None:
        super().__init__()
        self.work, self.arguments = work, arguments
        self.error: Exception | None = None
        self.waits_or_done = threading.Event()

    def run(self) -> None:
        try:
            with connection.execute_wrapper(self._statement):
                self.work(*self.arguments)
        except (AssertionError, DatabaseError) as error:
            self.error = error
        finally:
            self.waits_or_done.set()
            connections.close_all()

    def _statement(self, execute, sql, *arguments):
        if sql.startswith(IN_LINE):
            self.waits_or_done.set()
        return execute(sql, *arguments)


def bring_in(file: Path, at: dt.datetime) -> None:
    run = import_notes(Delivery(file, file.name, by=None, at=at))
    assert run.status == "imported", (run.reason, run.report)


def walk(at: dt.datetime) -> None:
    services.walk_round(on=at.date(), cause="scheduled", at=at)


def import_first(monkeypatch, file: Path) -> None:
    """The file is merged and not yet there for others when the round begins."""
    held = Held(bulk.merge)
    monkeypatch.setattr(bulk, "merge", held)
    _at_once(Beside(bring_in, file, TUESDAY), held, Beside(walk, TUESDAY))


def round_first(monkeypatch, file: Path) -> None:
    """Unilukkari has looked and not yet written down that he has when the import begins."""
    held = Held(findings.find)
    monkeypatch.setattr(findings, "find", held)
    _at_once(Beside(walk, TUESDAY), held, Beside(bring_in, file, TUESDAY))


def _at_once(first: Beside, held: Held, second: Beside) -> None:
    first.start()
    assert held.reached.wait(PATIENCE)
    second.start()
    assert second.waits_or_done.wait(PATIENCE)
    held.go.set()
    for one in (first, second):
        one.join(PATIENCE)
        if one.error:
            raise one.error


ORDERS = pytest.mark.parametrize(
    ("in_order", "told_on"), [(import_first, TUESDAY), (round_first, WEDNESDAY)]
)


def expect_told_once(cast, on: dt.datetime) -> None:
    """By the round of the morning after at the latest; it looks only at what is new."""
    walk(WEDNESDAY)
    assert not RobotRound.objects.filter(is_open=True).exists()
    assert not RobotRound.objects.get(date=WEDNESDAY.date()).is_full
    told = Alert.objects.values_list("pupil", "raised_on")
    assert list(told) == [(cast.child.pk, on.date())]
    keys = list(Notification.objects.values_list("recipient_id", "path"))
    assert keys
    assert len(set(keys)) == len(keys)


@ORDERS
def test_a_round_during_an_import_overlooks_nobody(cast, tonight, monkeypatch, in_order, told_on):
    in_order(monkeypatch, tonight)

    expect_told_once(cast, told_on)


@ORDERS
def test_control_where_nobody_waits_a_child_is_overlooked_or_one_of_the_two_fails(
    cast, tonight, no_line, monkeypatch, in_order, told_on
):
    def at_once_and_then():
        in_order(monkeypatch, tonight)
        expect_told_once(cast, told_on)

    with pytest.raises((AssertionError, DatabaseError)):
        at_once_and_then()
