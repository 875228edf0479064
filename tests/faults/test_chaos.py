"""Thirty kills over 300 due alerts: none lost, none twice.

By hand CHAOS_KILLS=1000: as many times thirty over as many times 300.
"""

import math
import os
from collections.abc import Callable

import pytest
from django.db import connection

from absences.services import rounds
from absences.services.raising import Raiser
from notifications import services as notifications
from notifications.models import MailDelivery
from tests import builders
from tests.faults import chaos
from tests.faults.peace import told_in_peace

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]
KILLS = 30
TIMES = math.ceil(int(os.environ.get("CHAOS_KILLS", "30")) / KILLS)
PUPILS = 300


@pytest.mark.parametrize("seed", range(TIMES))
def test_thirty_kills_lose_nothing_and_tell_nothing_twice(cast, many_connections, seed):
    chaos.due_alerts(cast, PUPILS)
    expected = told_in_peace()

    outcome = chaos.run(chaos.random_steps(kills=KILLS, seed=seed))

    print(outcome)  # noqa: T201 (by hand with -s: the figure for docs/outbox.md)
    assert (outcome.killed, outcome.alerts) == (KILLS, PUPILS)
    chaos.expect_nothing_lost(outcome, expected=expected)


def without_claim(monkeypatch) -> None:
    """A mail is nobody's while it leaves, and its tries are not counted."""

    def unclaimed(pk, _at):
        return MailDelivery.objects.select_related("notification__recipient").get(pk=pk)

    monkeypatch.setattr(notifications, "_claim", unclaimed)


def without_one_transaction(monkeypatch) -> None:
    """The alerts of a school are there before it is written who hears of them."""
    tell = Raiser._tell

    def tell_apart(*arguments):
        connection.connection.commit()
        return tell(*arguments)

    monkeypatch.setattr(Raiser, "_tell", tell_apart)


def kill_in_every_part_of_a_school(cast, switch_off: Callable[[], None]) -> None:
    chaos.due_alerts(cast, 5)
    expected = told_in_peace()
    rounds.plan_round(on=builders.ON, cause="scheduled", at=builders.AT)
    switch_off()

    outcome = chaos.run(range(4, 90, 8))

    chaos.expect_nothing_lost(outcome, expected=expected)


def test_kills_in_every_part_of_a_school_lose_nothing(cast, many_connections):
    kill_in_every_part_of_a_school(cast, lambda: None)


@pytest.mark.parametrize("without", [without_claim, without_one_transaction])
def test_control_without_a_guard_the_same_kills_lose_or_tell_twice(
    cast, many_connections, monkeypatch, without
):
    with pytest.raises(AssertionError):
        kill_in_every_part_of_a_school(cast, lambda: without(monkeypatch))
