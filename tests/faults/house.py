"""The portal's processes on the test's database, each killed with -9 and started again.

They go on only until one of them comes to a chosen statement (warrant.py), and there one is
killed: the moment is the seed's, not the machine's.
"""

import contextlib
import http.client
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from kemi_ecosystem.engine import commands
from kemi_ecosystem.engine.children import Child
from kemi_ecosystem.engine.readiness import any_free_port
from tests.faults import warrant
from tests.faults.servers import PATIENCE, Broker, database_url

PAUSE = 0.02


def wait_until(is_so: Callable[[], object], what: str) -> None:
    until, pause = time.monotonic() + PATIENCE, threading.Event()
    while not is_so():
        assert time.monotonic() < until, f"waited in vain: {what}"
        pause.wait(PAUSE)


class House:
    """Worker, beat and web process. They stand still until they are asked."""

    def __init__(self, folder: Path, broker: Broker, *, without: str = "") -> None:
        self.port, self.warrant = any_free_port(), folder / "warrant"
        warrant.write(self.warrant, warrant.STAND_STILL)
        known = {
            "DATABASE_URL": database_url(),
            "REDIS_URL": broker.url,
            "PORTAL_HOME": str(folder),
            "SECRET_KEY": settings.SECRET_KEY,
            "HOUSE_WARRANT": str(self.warrant),
            "HOUSE_WITHOUT": without,
        }
        program = [sys.executable, "-m", "tests.faults.process"]
        programs = {
            "web": [*commands.web(self.port)[:-1], "tests.faults.process:application"],
            "worker": [*program, "worker"],
            "beat": [*program, "beat"],
        }
        self.people = {
            role: Child(role, command, folder / f"{role}.log", env=known | {"HOUSE_ROLE": role})
            for role, command in programs.items()
        }
        self.groups: list[int] = []

    def start(self, *roles: str) -> None:
        for one in (self.people[role] for role in roles):
            if one._out:
                one._out.close()
            one.start()
            self.groups.append(one.process.pid)

    def go_on_until(self, moment: bytes, left: int) -> int:
        """So many statements; then all stand still. Returns who has come to the last of them."""
        warrant.write(self.warrant, moment, left)
        wait_until(lambda: warrant.who_is_there(self.warrant), f"{moment} {left}")
        return warrant.who_is_there(self.warrant)

    def go_on(self) -> None:
        warrant.write(self.warrant, warrant.FREE)

    def kill(self, role: str) -> None:
        """Kill a process where it stands and start it again.

        The children of a killed worker are not killed: they come to the end of their school.
        """
        one = self.people[role].process
        if role == "web":
            os.killpg(one.pid, signal.SIGKILL)
        one.kill()
        one.wait()
        self.start(role)

    def stop(self) -> None:
        for group in self.groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        for one in self.people.values():
            one.stop()

    @contextmanager
    def pressed(self, session: str) -> Iterator[None]:
        """Somebody presses for a round by hand, whether the page answers or not."""
        leaves = threading.Event()
        presses = threading.Thread(target=self._press, args=[session, leaves])
        presses.start()
        try:
            yield
        finally:
            leaves.set()
            presses.join()

    def _press(self, session: str, leaves: threading.Event) -> None:
        token = "k" * 32
        body = urlencode({"csrfmiddlewaretoken": token})
        cookies = {"Cookie": f"kemi={session}; kemi-csrf={token}"}
        head = cookies | {"Content-Type": "application/x-www-form-urlencoded"}
        while not leaves.wait(PAUSE):
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            with contextlib.closing(line), contextlib.suppress(OSError, http.client.HTTPException):
                line.request("POST", reverse("absences_robot:walk"), body, head)
                line.getresponse()
