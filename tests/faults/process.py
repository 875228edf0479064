"""One process of the portal, like the real one but for three things: its clock stands at a school
morning, beat ticks every second, and before each statement to the database it asks whether it may
go on (warrant.py). One of its guards may be switched off.

    python -m tests.faults.process beat|worker
    granian … tests.faults.process:application
"""

import os
import time
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

TICKS_EVERY = 1.0
WARRANT, ROLE = Path(os.environ["HOUSE_WARRANT"]), os.environ["HOUSE_ROLE"]
PAUSE = 0.01
tell = Raiser._tell


def ask(execute, sql, *arguments):
    while not warrant.may_go_on(WARRANT, role=ROLE, sql=sql, pid=os.getpid()):
        time.sleep(PAUSE)
    return execute(sql, *arguments)


def ask_always(connection, **_more: object) -> None:
    if ask not in connection.execute_wrappers:
        connection.execute_wrappers.append(ask)


def tell_apart(*arguments: object) -> int:
    """Guard off: the alerts are there before it is written who hears of them."""
    connection.connection.commit()
    return tell(*arguments)


def begin(role: str) -> None:
    tick = app.conf.beat_schedule["unilukkari-ticks"] | {"schedule": TICKS_EVERY}
    app.conf.beat_schedule = {"unilukkari-ticks": tick}
    more = {
        "beat": ["--schedule", str(Path(os.environ["PORTAL_HOME"]) / "beat")],
        "worker": ["--concurrency", "2", "--without-gossip", "--without-mingle"],
    }
    app.start([role, "--loglevel", "warning", *more[role]])


clock.now, clock.today = lambda: builders.AT, lambda: builders.ON
connection_created.connect(ask_always)
if os.environ["HOUSE_WITHOUT"] == "one-transaction":
    Raiser._tell = tell_apart
if __name__ == "__main__":
    begin(ROLE)
