"""The portal's processes on the test's database, each killed with -9 and started again.

A process stops by itself at a chosen statement (process.py) and is killed where it stands, or
another is killed while it stands there: the moment is the seed's, not the machine's.
"""

import contextlib
import http.client
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from kemi_ecosystem.engine import commands
from kemi_ecosystem.engine.children import Child
from kemi_ecosystem.engine.readiness import any_free_port
from tests.faults import warrant
from tests.faults.servers import PATIENCE, Broker, database_url

PAUSE = 0.02


def wait_until(is_so: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, f"waited in vain: {what}"
        threading.Event().wait(PAUSE)


class House:
    def __init__(self, folder: Path, broker: Broker, *, without: str = "") -> None:
        self.port, self.warrant = any_free_port(), folder / "warrant"
        self.known = {
            "DATABASE_URL": database_url(),
            "REDIS_URL": broker.url,
            "PORTAL_HOME": str(folder),
            "HOUSE_WARRANT": str(self.warrant),
            "HOUSE_WITHOUT": without,
        }
        warrant.write(self.warrant)
        program = [sys.executable, "-m", "tests.faults.process"]
        web = [*commands.web(self.port)[:-1], "tests.faults.process:application"]
        self.people = {
            "web": self._child(folder, "web", web, HOUSE_ROLE="web"),
            "worker": self._child(folder, "worker", [*program, "worker"]),
            "beat": self._child(folder, "beat", [*program, "beat"]),
        }
        self.groups: list[int] = []

    def _child(self, folder: Path, name: str, command: list[str], **more: str) -> Child:
        return Child(name, command, folder / f"{name}.log", env=self.known | more)

    def start(self, name: str) -> None:
        one = self.people[name]
        if one._out:
            one._out.close()
        one.start()
        self.groups.append(one.process.pid)

    def stopped_at(self, moment: bytes, left: int) -> int:
        """Who has come to this moment, and stands there."""
        warrant.write(self.warrant, moment, left)
        wait_until(self._stopped, f"{moment} {left}")
        return self._stopped()

    def _stopped(self) -> int:
        pid = warrant.who_stopped(self.warrant)
        return pid if pid and _state(pid) == "T" else 0

    def kill(self, name: str, *, stopped: int) -> None:
        """Kill a process for good, start it again, and let go who had stopped."""
        if name == "child":
            os.kill(stopped, signal.SIGKILL)
            return
        one = self.people[name].process
        if name == "web":
            os.killpg(one.pid, signal.SIGKILL)
        # The children of a killed worker are not killed: they come to the end of their school.
        one.kill()
        one.wait()
        with contextlib.suppress(ProcessLookupError):
            os.kill(stopped, signal.SIGCONT)
        self.start(name)

    def stop(self) -> None:
        for group in self.groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        for one in self.people.values():
            one.stop()


def _state(pid: int) -> str:
    """As the kernel says: "T" for one that has stopped."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


class Administrator(threading.Thread):
    """Presses for a round by hand again and again, whether the page answers or not."""

    def __init__(self, house: House, session: str) -> None:
        super().__init__()
        self.house, self.leaves = house, threading.Event()
        token = "k" * 32
        self.body = urlencode({"csrfmiddlewaretoken": token})
        self.head = {
            "Cookie": f"kemi={session}; kemi-csrf={token}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.answers: set[int] = set()

    def run(self) -> None:
        while not self.leaves.wait(PAUSE):
            line = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=PATIENCE)
            with contextlib.closing(line), contextlib.suppress(OSError, http.client.HTTPException):
                line.request("POST", reverse("absences_robot:walk"), self.body, self.head)
                self.answers.add(line.getresponse().status)
        connection.close()

    def leave(self) -> None:
        self.leaves.set()
        self.join()
