"""Worker, beat and web process killed with -9 in the middle of a round, over three hundred alerts.

Real processes on the databases of this run: a Celery worker with two children, beat, and the web
server, in which somebody presses for rounds by hand beside the scheduled one.
"""

import os
import random
import signal
from collections.abc import Iterator
from functools import partial

import pytest
from django.db import connection
from django.test import Client

from absences.models import Alert, RobotRound
from accounts.models import User
from schools.models import Membership
from schools.roles import Role
from tests import builders
from tests.faults.due import due_city
from tests.faults.house import House, wait_until
from tests.faults.peace import told_in_peace, who_was_told
from tests.faults.servers import Broker

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]
PUPILS = 15
FARTHEST = 25
# Of a page's statements the first are the person's own.
DEEP = 60


@pytest.fixture
def house(request, transactional_db, tmp_path) -> Iterator[House]:
    if connection.vendor == "sqlite":
        pytest.skip("a worker with children of its own is a city's: PostgreSQL and Redis")
    broker = Broker(tmp_path)
    found = House(tmp_path, broker, without=getattr(request, "param", ""))
    try:
        yield found
    finally:
        found.stop()
        broker.stop()


def kill_a_child(house: House, moment: bytes, left: int) -> None:
    os.kill(house.go_on_until(moment, left), signal.SIGKILL)


def kill_the_worker(house: House, left: int) -> None:
    house.go_on_until(b"work", left)
    house.kill("worker")


def kill_beat(house: House, left: int) -> None:
    house.go_on_until(b"work", left)
    house.kill("beat")


def kill_the_page(house: House, left: int) -> None:
    with house.pressed(session()):
        house.go_on_until(b"page", DEEP + left)
        house.kill("web")


def session() -> str:
    """An administrator's, who may press for a round by hand."""
    user, _new = User.objects.get_or_create(username="admin", is_superuser=True, is_staff=True)
    Membership.objects.get_or_create(user=user, role=Role.ADMINISTRATOR, begins=builders.YEAR)
    client = Client()
    client.force_login(user, "accounts.backends.PasswordBackend")
    return client.cookies["kemi"].value


def is_over() -> bool:
    walked = RobotRound.objects.all()
    return walked.exists() and not walked.filter(is_open=True).exists()


def test_worker_beat_and_web_killed_in_the_middle_of_a_round_lose_nothing(house):
    # They come up and stand still while the city is made.
    house.start("web", "worker", "beat")
    due_city(schools=20, pupils=PUPILS)
    expected = told_in_peace()
    rnd = random.Random(7)  # noqa: S311 (when to kill, not a secret)
    kills = [partial(kill_a_child, moment=b"work"), kill_the_worker, kill_beat, kill_the_page] * 2
    rnd.shuffle(kills)

    # The first dies as he plans the round.
    kill_a_child(house, b"work", rnd.randint(1, FARTHEST))
    kill_a_child(house, b"tell", 1)
    for kill in kills:
        kill(house, left=rnd.randint(1, FARTHEST))
        assert not is_over(), "the round was over before its kills"
    house.go_on()
    wait_until(is_over, "the end of the round")

    assert Alert.objects.count() == 20 * PUPILS
    assert who_was_told() == expected
    assert not RobotRound.objects.filter(errors__gt=0).exists()


@pytest.mark.parametrize("house", ["one-transaction"], indirect=True)
def test_control_alerts_that_are_not_one_with_their_notices_are_lost(house):
    house.start("worker", "beat")
    due_city(schools=3, pupils=PUPILS)
    expected = told_in_peace()

    kill_a_child(house, b"tell", 1)
    house.go_on()
    wait_until(is_over, "the end of the round")

    assert who_was_told() != expected
