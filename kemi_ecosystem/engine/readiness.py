"""Is it there yet? Asked of the broker, the port and the page."""

import contextlib
import http.client
import socket
import time
from collections.abc import Callable
from pathlib import Path

from kemi_ecosystem.engine.children import Child

PAUSE = 0.05


def wait_until(ready: Callable[[], bool], child: Child, *, seconds: float) -> bool:
    """Ask until it is ready, its process has died, or the time is up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and child.is_running():
        if ready():
            return True
        time.sleep(PAUSE)
    return False


def broker_answers(path: Path) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        line.connect(str(path))
        line.sendall(b"PING\r\n")
        return line.recv(16).startswith(b"+PONG")
    return False


def page_answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(line), contextlib.suppress(OSError, http.client.HTTPException):
        line.request("GET", "/health/")
        return line.getresponse().status == http.HTTPStatus.OK
    return False


def port_is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    with socket.socket(socket.AF_INET) as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
