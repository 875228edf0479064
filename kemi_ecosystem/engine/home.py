"""Where the portal keeps its things: everything under PORTAL_HOME."""

import os
import secrets
import tempfile
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent


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


def secret_key() -> str:
    if given := os.environ.get("SECRET_KEY"):
        return given
    path = portal_home() / "secret_key"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as draft:
            draft.write(secrets.token_urlsafe(64))
        try:
            os.link(draft.name, path)
        except FileExistsError:
            pass
        finally:
            Path(draft.name).unlink()
    return path.read_text()


def broker_socket() -> Path:
    return portal_home() / "broker.sock"


def broker_url() -> str:
    return os.environ.get("REDIS_URL") or f"redis+socket://{broker_socket()}?virtual_host=0"


def database_url() -> str:
    return os.environ.get("DATABASE_URL") or f"sqlite:///{portal_home() / 'portal.sqlite3'}"
