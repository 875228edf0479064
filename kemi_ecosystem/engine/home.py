"""Where the portal keeps its things: everything under PORTAL_HOME. Knows no Django."""

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# A unix socket's path has room for 107 bytes; leave some for what others append.
LONGEST_SOCKET_PATH = 100


USUAL_PORT = 8000
LAST_PORT = 65535


def port() -> int:
    """PORT, or 8000. Ends the program with a sentence when it is no number of a port."""
    given = os.environ.get("PORT") or str(USUAL_PORT)
    if not given.isascii() or not given.isdigit() or int(given) > LAST_PORT:
        raise SystemExit(f"PORT on {given!r}, mutta portti on luku nollasta {LAST_PORT}:een.")
    return int(given)


def portal_home() -> Path:
    home = Path(os.environ.get("PORTAL_HOME") or BASE_DIR / ".portal").expanduser().resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def _folder(name: str) -> Path:
    folder = portal_home() / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def mail_dir() -> Path:
    return _folder("mail")


def uploads_dir() -> Path:
    return _folder("uploads")


def log_dir() -> Path:
    return _folder("log")


def broker_dir() -> Path:
    return _folder("broker")


def secret_key() -> str:
    """SECRET_KEY, or one made once. Two processes that start together agree on one."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    path = portal_home() / "secret_key"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


def broker_socket() -> Path:
    """The broker's private socket; under the system's temp folder when the home's path is long."""
    socket = broker_dir() / "broker.sock"
    if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH and " " not in str(socket):
        return socket
    name = hashlib.sha256(os.fsencode(portal_home())).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"kemi-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        message = f"{folder} belongs to somebody else: set PORTAL_HOME to a shorter path"
        raise PermissionError(message)
    return folder / f"{name}.sock"


def broker_url() -> str:
    return os.environ.get("REDIS_URL") or f"redis+socket://{broker_socket()}?virtual_host=0"


def database_file() -> Path:
    return portal_home() / "portal.sqlite3"
