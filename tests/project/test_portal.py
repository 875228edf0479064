"""One command raises the whole house; it stops cleanly and starts again after a kill."""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from kemi_ecosystem.engine.readiness import any_free_port, page_answers, port_is_free
from tests.conftest import SAMPLES

pytestmark = pytest.mark.slow
BASE = Path(settings.BASE_DIR)
# A portal that does not come up ends by itself; a busy machine is no fault of it.
PATIENCE = 600


class Portal:
    """A portal of one's own, on a free port, in a folder whose name has a space."""

    def __init__(self, home: Path, port: int, **engine: str) -> None:
        self.port = port
        self.log = home.with_suffix(".log")
        self.env = {key: value for key, value in os.environ.items() if "_URL" not in key} | engine
        self.env |= {"PORTAL_HOME": str(home), "PORT": str(port), "PORTAL_DEMO": "0"}
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "portal"],
                cwd=BASE, env=self.env, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def manage(self, *arguments: str) -> str:
        """Run a command beside the running portal; its last line."""
        done = subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *arguments],
            cwd=BASE, env=self.env, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.splitlines()[-1]

    def wait_open(self) -> None:
        self._wait(lambda: "Portaali on auki" in self.words() and page_answers(self.port))

    def wait_for_round(self) -> None:
        walks = "from absences.models import RobotRound as R; print(len(R.objects.all()))"
        self._wait(lambda: self.manage("shell", "-v0", "-c", walks) == "1")

    def _wait(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            if is_so():
                return
            self._pause()
        raise AssertionError(self.words())

    @staticmethod
    def _pause() -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(["sleep", "0.1"], check=False, timeout=1)  # noqa: S607

    def words(self) -> str:
        return self.log.read_text()

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("portal") / "koti jossa on väli"


def _others(home: Path) -> list[str]:
    found = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True)  # noqa: S607
    return [line for line in found.stdout.splitlines() if str(home) in line]


@pytest.mark.once
def test_the_portal_opens_serves_and_leaves_nothing_behind(home):
    portal = Portal(home, any_free_port())
    try:
        portal.wait_open()
        line = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=10)
        line.request("GET", "/tukipuu/")
        page = line.getresponse()
        text = page.read().decode()
        style = re.search(r'href="(/static/css/tokens[^"]+)"', text)[1]
        line.request("GET", style)
        styled = line.getresponse()
        styled.read()
        line.close()
    finally:
        code = portal.end()

    assert (page.status, styled.status, code) == (200, 200, 0)
    assert "74 tukitoimea" in text
    assert "createsuperuser" in portal.words()
    assert "Portaali on kiinni" in portal.words()
    # Who looks into the logs after a good start is not frightened for nothing.
    assert not [one for one in home.glob("log/*.log") if "ERROR" in one.read_text()]
    assert "immutable" in styled.headers["Cache-Control"]
    assert port_is_free(portal.port)
    assert _others(home) == []


@pytest.mark.once
def test_after_a_kill_the_next_start_is_an_ordinary_one(home):
    port = any_free_port()
    portal = Portal(home, port)
    portal.wait_open()
    portal.end(signal.SIGKILL)

    again = Portal(home, any_free_port())
    try:
        again.wait_open()
    finally:
        code = again.end(signal.SIGINT)

    assert code == 0
    assert "ennallaan" in again.words()
    assert _others(home) == []


@pytest.mark.once
def test_a_taken_port_and_a_second_portal_are_told_apart_in_words(home):
    first = Portal(home, any_free_port())
    try:
        first.wait_open()
        taken = Portal(home.with_name("toinen"), first.port)
        second = Portal(home, any_free_port())
        codes = [one.process.wait(PATIENCE) for one in (taken, second)]
    finally:
        first.end()

    assert codes == [1, 1]
    assert f"Portti {first.port} on varattu" in taken.words()
    assert "jo käynnissä" in second.words()


@pytest.fixture
def engine(db) -> Iterator[dict[str, str]]:
    """The databases of this run: on PostgreSQL a database of the portal's own, made and removed."""
    if connection.vendor == "sqlite":
        yield {}
        return
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    broker, _slash, _number = os.environ["REDIS_URL"].rpartition("/")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as line:
        line.execute("DROP DATABASE IF EXISTS kemi_portal_test WITH (FORCE)")
        line.execute("CREATE DATABASE kemi_portal_test")
        try:
            yield {"DATABASE_URL": f"{server}/kemi_portal_test", "REDIS_URL": f"{broker}/7"}
        finally:
            line.execute("DROP DATABASE kemi_portal_test WITH (FORCE)")


def test_a_celery_worker_walks_the_round_on_the_databases_of_this_run(home, engine):
    sample = SAMPLES / "canonical-utf8"
    expected = json.loads((sample / "expected.json").read_text())
    day = expected["round_date"]
    portal = Portal(home, any_free_port(), **engine)
    try:
        portal.wait_open()
        portal.manage("import_roster", str(sample / "roster.csv"))
        portal.manage("import_notes", str(sample / "notes.csv"))
        walk = f"from absences.tasks import walk_round; walk_round.delay('{day}'); print()"
        portal.manage("shell", "-v0", "-c", walk)
        portal.wait_for_round()
        after = json.loads(portal.manage("robot_round", "--date", day, "--json"))
    finally:
        code = portal.end()

    assert code == 0
    assert after["alerts"] == []
    assert after["repeated"] == len(expected["steps"]) + len(expected["unresolved"])
