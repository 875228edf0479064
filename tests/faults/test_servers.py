"""PostgreSQL restarted and the broker emptied in the middle of a round. Real servers, real workers.

Four schools are due. The worker has walked the first and stands in the second, its alerts written
and those who are to hear of them not yet. Then a server breaks.
"""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection

from absences.models import Alert, RobotRound, RoundPart
from notifications.models import Notification
from tests.faults.due import due_city
from tests.faults.servers import Broker, Postgres, Worker, own_postgres

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]
SCHOOLS, PUPILS = 4, 3


@pytest.fixture
def city(transactional_db) -> None:
    """Four schools of three pupils; each has a class teacher and a guardian who are told."""
    due_city(schools=SCHOOLS, pupils=PUPILS)


@pytest.fixture
def postgres(city) -> Iterator[Postgres]:
    if connection.vendor == "sqlite":
        pytest.skip("the laptop engine has no database server that could be restarted")
    with own_postgres() as server:
        yield server


@pytest.fixture
def broker(city, tmp_path) -> Iterator[Broker]:
    found = Broker(tmp_path)
    yield found
    found.stop()


@pytest.fixture
def worker(request, broker, tmp_path) -> Iterator[Worker]:
    """In the middle of the second school."""
    found = Worker(broker, tmp_path, without=getattr(request, "param", ""))
    try:
        broker.tick()
        found.wait_for("alerts")
        found.let_go()
        found.wait_for("alerts")
        assert states() == {RoundPart.State.DONE: 1, RoundPart.State.WAITING: SCHOOLS - 1}
        yield found
    finally:
        found.stop()


def states() -> Counter[str]:
    return Counter(RoundPart.objects.values_list("state", flat=True))


def expect_everybody_told_once() -> None:
    assert states() == {RoundPart.State.DONE: SCHOOLS}
    assert not RobotRound.objects.get().is_open
    assert Alert.objects.count() == SCHOOLS * PUPILS
    told = Counter(Notification.objects.values_list("recipient__username", flat=True))
    teachers = {f"opettaja{number}": PUPILS for number in range(SCHOOLS)}
    families = {f"huoltaja{n}-{place}": 1 for n in range(SCHOOLS) for place in range(PUPILS)}
    assert told == teachers | families


def test_postgres_restarted_in_the_middle_of_a_round_loses_nothing(postgres, worker):
    postgres.restart()
    worker.work_to_the_end()

    expect_everybody_told_once()
    # It was no fault of the school's: it keeps all its tries.
    assert not RoundPart.objects.filter(attempts__gt=0).exists()


@pytest.mark.parametrize("worker", ["one-transaction"], indirect=True)
def test_control_alerts_that_are_not_one_with_their_notices_stay_untold(postgres, worker):
    postgres.restart()
    worker.work_to_the_end()

    with pytest.raises(AssertionError):
        expect_everybody_told_once()


def test_the_broker_emptied_in_the_middle_of_a_round_loses_nothing(many_connections, worker):
    assert worker.broker.empty() == SCHOOLS - 2
    worker.work_to_the_end()

    expect_everybody_told_once()


@pytest.mark.parametrize("worker", ["handing-out-again"], indirect=True)
def test_control_a_broker_that_is_trusted_leaves_schools_unwalked(many_connections, worker):
    worker.broker.empty()
    worker.work_to_the_end()

    with pytest.raises(AssertionError):
        expect_everybody_told_once()
