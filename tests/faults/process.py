"""One process of the portal, like the real one but for three things: its clock stands at a school
morning, beat ticks twice a second, and at a given statement to the database it stops until it is
killed or let go. One of its guards may be switched off.

    python -m tests.faults.process beat|worker
    granian … tests.faults.process:application
"""

import os
import signal
import sys
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kemi_ecosystem.settings")
application = get_wsgi_application()

from django.db import connection  # noqa: E402
from django.db.backends.signals import connection_created  # noqa: E402

from absences.services.raising import Raiser  # noqa: E402
from kemi_ecosystem.celery import app  # noqa: E402
from kemi_ecosystem.lib import clock  # noqa: E402
from tests import builders  # noqa: E402
from tests.faults import warrant  # noqa: E402

TICKS_EVERY = 0.5
WARRANT = Path(os.environ["HOUSE_WARRANT"])
tell = Raiser._tell


def stop_when_it_is_time(execute, sql, *arguments):
    pid = os.getpid()
    if warrant.is_time(WARRANT, role=os.environ["HOUSE_ROLE"], sql=sql, pid=pid):
        os.kill(pid, signal.SIGSTOP)
    return execute(sql, *arguments)


def tell_apart(*arguments: object) -> int:
    """Guard off: the alerts are there before it is written who hears of them."""
    connection.connection.commit()
    return tell(*arguments)


def watch(connection, **_more: object) -> None:
    connection.execute_wrappers.append(stop_when_it_is_time)


def begin(role: str) -> None:
    os.environ["HOUSE_ROLE"] = role
    tick = app.conf.beat_schedule["unilukkari-ticks"] | {"schedule": TICKS_EVERY}
    app.conf.beat_schedule = {"unilukkari-ticks": tick}
    more = {
        "beat": ["--schedule", str(Path(os.environ["PORTAL_HOME"]) / "beat")],
        "worker": ["--concurrency", "2", "--without-gossip", "--without-mingle"],
    }
    app.start([role, "--loglevel", "warning", *more[role]])


clock.now, clock.today = lambda: builders.AT, lambda: builders.ON
connection_created.connect(watch)
if os.environ.get("HOUSE_WITHOUT") == "one-transaction":
    Raiser._tell = tell_apart
if __name__ == "__main__":
    begin(*sys.argv[1:])
