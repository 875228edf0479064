"""A round and an import at the same moment, whichever is first: nobody's hours are overlooked.

The file of every night: last night a child had 24 hours, and no round has looked since. Tonight's
file knows of two more, and Unilukkari is on his way. One of the two is held in its middle until
the other stands in line behind it or, where there is no line, has finished.
"""

import datetime as dt
from pathlib import Path

import pytest
from django.db import DatabaseError

from absences import bulk, findings, services
from absences.models import Alert, PupilToCheck, RobotRound
from notifications.models import Notification
from tests import builders
from tests.faults.beside import Beside, Held, at_once
from tests.wilma.builders import HEADER, term
from wilma.services.notes import import_notes
from wilma.services.runs import Delivery

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]
DAY = dt.timedelta(days=1)
MONDAY, TUESDAY, WEDNESDAY = (builders.AT + days * DAY for days in (3, 4, 5))


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


def bring_in(file: Path, at: dt.datetime) -> None:
    run = import_notes(Delivery(file, file.name, by=None, at=at))
    assert run.status == "imported", (run.reason, run.report)


def walk(at: dt.datetime) -> None:
    services.walk_round(on=at.date(), cause="scheduled", at=at)


def import_first(monkeypatch, file: Path) -> None:
    """The file is merged and not yet there for others when the round begins."""
    held = Held(bulk.merge)
    monkeypatch.setattr(bulk, "merge", held)
    at_once(Beside(bring_in, file, TUESDAY), held, Beside(walk, TUESDAY))


def round_first(monkeypatch, file: Path) -> None:
    """Unilukkari has looked and not yet written down that he has when the import begins."""
    held = Held(findings.find)
    monkeypatch.setattr(findings, "find", held)
    at_once(Beside(walk, TUESDAY), held, Beside(bring_in, file, TUESDAY))


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
