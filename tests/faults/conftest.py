"""Clocks that a test winds, and guards that it switches off."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, models

from absences import bulk
from absences.models import Alert, RobotRound


@pytest.fixture
def clock(monkeypatch) -> Callable[[dt.datetime], None]:
    """A clock that the test winds."""

    def wind(moment: dt.datetime) -> None:
        monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: moment)
        monkeypatch.setattr("kemi_ecosystem.lib.clock.today", moment.date)

    return wind


@pytest.fixture
def no_line(monkeypatch, many_connections) -> None:
    """Guard off: nobody waits for another's transaction to end."""
    for turn in ("take_turn", "share_turn"):
        monkeypatch.setattr(bulk, turn, lambda: None)
    if connection.vendor == "sqlite":
        options = connection.settings_dict["OPTIONS"] | {"transaction_mode": None, "timeout": 0}
        monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)


@pytest.fixture
def without(many_connections) -> Iterator[Callable[..., None]]:
    """Guard off: the database forgets these constraints of a model until the test is over."""
    gone: list[tuple[type[models.Model], models.BaseConstraint]] = []

    def forget(model: type[models.Model], *names: str) -> None:
        for one in [one for one in model._meta.constraints if one.name in names]:
            with connection.schema_editor() as editor:
                editor.remove_constraint(model, one)
            gone.append((model, one))

    yield forget
    for rows in (Alert, RobotRound):
        rows.objects.all().delete()
    for model, one in gone:
        with connection.schema_editor() as editor:
            editor.add_constraint(model, one)
