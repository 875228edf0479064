"""Child processes that live and die with the portal."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
GRACE = 5.0
MOST_RESTARTS = 5
# A child that has lived this long has earned its restarts back.
SETTLED = 60.0


def _die_with_parent() -> None:
    """In the child, before exec: when the portal is killed, the kernel ends the child too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Child:
    """One process with its own log, started again when it dies."""

    name: str
    command: Sequence[str]
    log: Path
    env: dict[str, str] = field(default_factory=dict)
    restarts: int = 0
    started: float = 0.0
    process: subprocess.Popen[bytes] | None = None
    _out: IO[bytes] | None = None

    def start(self) -> None:
        self._out = self.log.open("ab")
        self.process = subprocess.Popen(  # noqa: S603 (our own command line)
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self.env},
            # A group of its own: Ctrl-C reaches the portal only, which stops its children in order.
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 (no threads yet when children start)
        )
        self.started = time.monotonic()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def revive(self) -> bool:
        """Start a dead child again. False when it has died too often."""
        if time.monotonic() - self.started > SETTLED:
            self.restarts = 0
        self.restarts += 1
        if self.restarts > MOST_RESTARTS:
            return False
        time.sleep(min(2 ** (self.restarts - 1) * 0.2, 3))
        self.start()
        return True

    def ask_to_stop(self) -> None:
        self._signal(signal.SIGTERM)

    def stop(self) -> None:
        """Ask, wait, and then insist: the whole group."""
        if self.process is None:
            return
        self.ask_to_stop()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self.process.wait()
        self._signal(signal.SIGKILL)
        if self._out:
            self._out.close()

    def _signal(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def last_words(self, lines: int = 5) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.strip().splitlines()[-lines:])
