"""Thirty kills over 300 due alerts: none lost, none twice.

By hand CHAOS_KILLS=1000: as many times thirty over as many times 300.
"""

import math
import os

import pytest

from notifications import services as notifications
from notifications.models import MailDelivery
from tests.faults import chaos

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]
KILLS = 30
TIMES = math.ceil(int(os.environ.get("CHAOS_KILLS", "30")) / KILLS)
PUPILS = 300


@pytest.mark.parametrize("seed", range(TIMES))
def test_thirty_kills_lose_nothing_and_tell_nothing_twice(cast, many_connections, seed):
    chaos.due_alerts(cast, PUPILS)

    outcome = chaos.run(kills=KILLS, seed=seed)

    mails = MailDelivery.objects.filter(state="sent").count()
    print(outcome)  # noqa: T201 (by hand with -s: the figure for docs/outbox.md)
    assert outcome.killed == KILLS
    chaos.expect_nothing_lost(outcome, pupils=PUPILS, mails=mails)
    assert MailDelivery.objects.exclude(state="sent").count() == 0


def test_control_without_the_claim_mails_leave_more_often_than_they_were_tried(
    cast, many_connections, monkeypatch
):
    chaos.due_alerts(cast, 15)

    def unclaimed(pk, _at):
        return MailDelivery.objects.select_related("notification__recipient").get(pk=pk)

    monkeypatch.setattr(notifications, "_claim", unclaimed)
    monkeypatch.setattr(notifications, "_settle", lambda *_arguments: None)

    outcome = chaos.run(kills=3, seed=3)

    with pytest.raises(AssertionError):
        chaos.expect_nothing_lost(outcome, pupils=15, mails=MailDelivery.objects.count())
