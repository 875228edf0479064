"""A Celery worker like the portal's, but for three things: its clock stands at a school morning,
it stops in the middle of each school until a byte comes, and one of its guards may be switched off.

    python -m tests.faults.worker SAYS WAITS [WITHOUT]
"""

import os
import sys
from collections.abc import Callable

import django
from celery.signals import task_postrun

django.setup()

from django.db import connection  # noqa: E402

from absences import tasks  # noqa: E402
from absences.services.raising import Raiser  # noqa: E402
from kemi_ecosystem.celery import app  # noqa: E402
from kemi_ecosystem.lib import clock  # noqa: E402
from tests import builders  # noqa: E402

SAYS, WAITS = int(sys.argv[1]), int(sys.argv[2])
tell, hand_out = Raiser._tell, tasks.hand_out
handed_out: list[bool] = []


def say(word: str) -> None:
    os.write(SAYS, f"{word}\n".encode())


def stop_and_tell(*arguments: object) -> int:
    """The alerts of the school are written; those who are to hear of them are not."""
    say("alerts")
    os.read(WAITS, 1)
    return tell(*arguments)


def tell_apart(*arguments: object) -> int:
    """Guard off: the alerts are there before it is written who hears of them."""
    connection.connection.commit()
    return stop_and_tell(*arguments)


def hand_out_once() -> None:
    """Guard off: the broker is trusted to keep what it was given."""
    if not handed_out:
        handed_out.append(True)
        hand_out()


def begin(without: str) -> None:
    told: dict[str, Callable[..., int]] = {"one-transaction": tell_apart}
    Raiser._tell = told.get(without, stop_and_tell)
    if without == "handing-out-again":
        tasks.hand_out = hand_out_once
    clock.now = lambda: builders.AT
    task_postrun.connect(lambda task, **_more: say(task.name), weak=False)
    app.worker_main(
        ["worker", "--pool", "threads", "--concurrency", "1", "--loglevel", "warning",
         "--without-gossip", "--without-mingle"]
    )  # fmt: skip


if __name__ == "__main__":
    begin(*sys.argv[3:])
