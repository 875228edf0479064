"""Worker, beat and web process killed with -9 in the middle of a round, over three hundred alerts.

Real processes on the databases of this run: a Celery worker with two children, beat, and the web
server, in which somebody presses for rounds by hand beside the scheduled one.
"""

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client

from absences import services
from absences.models import Alert, AlertRecipient, RobotRound
from notifications.models import Notification
from schools.roles import Role
from tests import builders
from tests.faults.house import Administrator, House, wait_until
from tests.faults.servers import Broker

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]
PUPILS = 15
# Who is killed, and at whose statement. A child dies at its own.
KILLS = [
    ("child", b"work"), ("child", b"tell"), ("child", b"work"), ("worker", b"work"),
    ("worker", b"work"), ("beat", b"work"), ("beat", b"work"), ("web", b"page"), ("web", b"page"),
]  # fmt: skip
FARTHEST = 25


def told_in_peace(schools: int) -> dict[str, Counter]:
    """So many schools of fifteen who are due. Who hears of what, when nothing is killed."""
    for number in range(schools):
        home = builders.school(f"99{number:02}")
        group = builders.group(home)
        builders.staff(f"opettaja{number}", Role.CLASS_TEACHER, in_group=group)
        builders.batch(home)
        for place in range(PUPILS):
            child = builders.pupil(group, f"{number}-{place}")
            builders.absent(child, 26)
            builders.guardian(child, f"huoltaja{number}-{place}")
    with transaction.atomic():
        services.walk_round(on=builders.ON, cause="scheduled", at=builders.AT)
        told = who_was_told()
        transaction.set_rollback(True)
    assert sum(told["alerts"].values()) == schools * PUPILS
    return told


def who_was_told() -> dict[str, Counter]:
    return {
        "alerts": Counter(Alert.objects.values_list("pupil", "step_slug")),
        "recipients": Counter(AlertRecipient.objects.values_list("alert__pupil", "user")),
        "notices": Counter(Notification.objects.values_list("recipient", "kind")),
    }


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


@pytest.fixture
def presses(house) -> Iterator[Administrator]:
    client = Client()
    client.force_login(administrator(), "accounts.backends.PasswordBackend")
    found = Administrator(house, client.cookies["kemi"].value)
    yield found
    found.leave()


def administrator():
    user = builders.staff("paakayttaja", Role.ADMINISTRATOR)
    user.is_superuser = user.is_staff = True
    user.save()
    return user


def kill_in_the_middle(house: House, kills) -> None:
    for name, moment, left in kills:
        stopped = house.stopped_at(moment, left)
        assert not is_over(), "the round was over before its kills"
        house.kill(name, stopped=stopped)


def is_over() -> bool:
    walked = RobotRound.objects.all()
    return walked.exists() and not walked.filter(is_open=True).exists()


def test_worker_beat_and_web_killed_in_the_middle_of_a_round_lose_nothing(house, presses):
    expected = told_in_peace(schools=20)
    rnd = random.Random(7)  # noqa: S311 (when to kill, not a secret)
    kills = [(*one, 1 if b"tell" in one else rnd.randint(1, FARTHEST)) for one in KILLS]
    rnd.shuffle(kills)
    for name in ("web", "worker", "beat"):
        house.start(name)
    presses.start()

    kill_in_the_middle(house, kills)
    wait_until(is_over, "the end of the round")
    presses.leave()

    assert who_was_told() == expected
    assert presses.answers == {302}


@pytest.mark.parametrize("house", ["one-transaction"], indirect=True)
def test_control_alerts_that_are_not_one_with_their_notices_are_lost(house):
    expected = told_in_peace(schools=3)
    for name in ("worker", "beat"):
        house.start(name)

    kill_in_the_middle(house, [("child", b"tell", 1)])
    wait_until(is_over, "the end of the round")

    assert who_was_told() != expected
