"""Kills over due alerts: real processes, a real mail server, kill -9 at any step.

    run(random_steps(kills=30, seed=1))

Each try is a process that plans the round, walks it and sends the mails. It kills itself at a
random step (before or after a statement, a commit, or a line to the mail server) and another
follows: how far it gets does not depend on how fast the machine is. Time is an argument: each try
comes twenty minutes later, so that what a dead one had claimed is free again.
"""

import datetime as dt
import os
import random
import signal
import smtplib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection, connections

from absences.models import Alert, RobotRound
from absences.services import rounds
from kemi_ecosystem.engine.readiness import any_free_port
from notifications.models import MailDelivery, Notification
from notifications.services import deliver
from tests import builders
from tests.faults.peace import who_was_told

LATER = dt.timedelta(minutes=20)
HOUR = dt.timedelta(hours=1)
# So many steps at most: in fewer no round of three hundred is ever walked to its end, and all of
# it takes some thousands.
FARTHEST = 260


class MailServer:
    """Keeps the Message-ID of every mail it has taken in."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.controller = Controller(self, hostname="127.0.0.1", port=any_free_port())

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        head = envelope.content.decode(errors="replace")
        line = next(row for row in head.splitlines() if row.lower().startswith("message-id:"))
        self.taken[line.split(":", 1)[1].strip()] += 1
        return "250 OK"


@dataclass(frozen=True)
class Outcome:
    alerts: int
    notices: int
    told: dict[str, Counter] = field(repr=False)
    mails: int
    mails_twice: int
    more_often_than_tried: int
    killed: int


def due_alerts(cast, pupils: int) -> None:
    """So many pupils of the cast's class are past 25 hours; each has a guardian who is told."""
    builders.batch(cast.school, cast.neighbour)
    for number in range(pupils):
        child = builders.pupil(cast.group, f"k{number}")
        builders.absent(child, 26)
        builders.guardian(child, f"huoltaja{number}")


def random_steps(*, kills: int, seed: int) -> list[int]:
    rnd = random.Random(seed)  # noqa: S311 (when to kill, not a secret)
    return [rnd.randint(1, FARTHEST) for _ in range(kills)]


def run(steps: Iterable[int]) -> Outcome:
    """Kill one process at each of these steps, let one finish, and count what came of it."""
    server = MailServer()
    server.controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.controller.port
    killed = 0
    at = builders.AT.replace(hour=8)
    try:
        for step in steps:
            killed += _kill_at(step, at)
            at += LATER
        _finish(at)
    finally:
        server.controller.stop()
    return _count(server, killed)


def one_try(at: dt.datetime) -> None:
    """What a worker does: the morning's round, whatever is left of it, and the mails."""
    if not RobotRound.objects.filter(date=builders.ON, cause="scheduled").exists():
        rounds.plan_round(on=builders.ON, cause="scheduled", at=at)
    if walk := rounds.open_round():
        rounds.walk_open(walk, at=at)
    deliver(at=at, limit=2000)


def _kill_at(step: int, at: dt.datetime) -> bool:
    """True when the process was still at it."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        _die_at(step)
        _work_and_leave(at)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _die_at(step: int) -> None:
    """Let this process kill itself at its n-th step from here."""
    left = step

    def tick() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(call: Callable, *arguments):
        tick()
        found = call(*arguments)
        tick()
        return found

    def statement(execute, *arguments):
        return around(execute, *arguments)

    connection.execute_wrappers.append(statement)
    commit, send = connection.commit, smtplib.SMTP.send
    connection.commit = lambda: around(commit)
    smtplib.SMTP.send = lambda server, line: around(send, server, line)


def _work_and_leave(at: dt.datetime) -> None:
    code = 1
    try:
        one_try(at)
        code = 0
    finally:
        os._exit(code)


def _finish(at: dt.datetime) -> None:
    """Let processes work in peace until nothing waits. What was written late waits for morning."""
    waiting = MailDelivery.objects.filter(state__in=["ready", "sending"])
    for _ in range(5 * 24):
        one_try(at)
        if not waiting.exists():
            return
        at += HOUR


def _count(server: MailServer, killed: int) -> Outcome:
    host = settings.PORTAL_URL.split("//", 1)[-1].split(":", 1)[0]
    tries = {f"<{one.notification_id}@{host}>": one.attempts for one in MailDelivery.objects.all()}
    return Outcome(
        alerts=Alert.objects.count(),
        notices=Notification.objects.count(),
        told=who_was_told(),
        mails=len(server.taken),
        mails_twice=sum(1 for count in server.taken.values() if count > 1),
        more_often_than_tried=sum(
            1 for name, count in server.taken.items() if count > tries.get(name, 0)
        ),
        killed=killed,
    )


def expect_nothing_lost(outcome: Outcome, *, expected: dict[str, Counter]) -> None:
    """Each alert and each notice of a round in peace is there, once; and each mail has left."""
    assert outcome.told == expected
    assert outcome.mails == MailDelivery.objects.count()
    assert not MailDelivery.objects.exclude(state="sent").exists()
    # A mail goes twice only where a kill fell between the server's answer and ours.
    assert outcome.mails_twice <= outcome.killed
    assert outcome.more_often_than_tried == 0
