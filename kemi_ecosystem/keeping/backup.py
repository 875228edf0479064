"""One file that holds the portal: its database, with a manifest that a restore checks.

SQLite is copied while the portal writes (the engine's own online copy), PostgreSQL by its own
`pg_dump`. Secrets are not in it: the key of `PORTAL_HOME` or `SECRET_KEY` is kept elsewhere.
"""

import contextlib
import datetime as dt
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.services import record
from kemi_ecosystem.keeping import rights
from kemi_ecosystem.lib.commands import RefusedError, why_not_written
from notifications import services as notifications
from schools.models import ErasedPupil

MANIFEST, DATABASE = "manifest.json", "database"
FORMAT = 1
MOST_MINUTES = 60


def back_up(target: Path, *, at: dt.datetime) -> dict[str, Any]:
    """Write the backup; returns its manifest. Raises RefusedError when the file cannot be made."""
    if target.exists():
        raise RefusedError(_("Tiedosto on jo olemassa: valitse toinen nimi."))
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as name:
            folder = Path(name)
            _dump(folder / DATABASE)
            manifest = {
                "format": FORMAT,
                "made_at": at.isoformat(),
                "database": connection.vendor,
                "rows": _rows(),
            }
            (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
            draft = folder / "backup.tar.gz"
            with tarfile.open(draft, "w:gz") as archive:
                archive.add(folder / MANIFEST, MANIFEST)
                archive.add(folder / DATABASE, DATABASE)
            draft.chmod(0o600)
            draft.rename(target)
    except OSError as error:
        reason = _("Varmuuskopiota ei voitu kirjoittaa: %s.") % why_not_written(error)
        raise RefusedError(reason) from error
    record(actor=None, action="backup", subject_type="portal", subject_key="", at=at)
    return manifest


def restore(source: Path, *, at: dt.datetime) -> dict[str, Any]:
    """Put the portal back to what the backup holds. It stands still until `resume`.

    Whoever was erased since stays erased. Raises RefusedError when the file is not a whole backup
    of this kind of database; then nothing has changed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manifest = _unpack(source, folder)
        erased = list(ErasedPupil.objects.values("key_digest", "erased_at"))
        _load(folder / DATABASE)
    call_command("migrate", verbosity=0, interactive=False)
    with transaction.atomic():
        ErasedPupil.objects.bulk_create(
            [ErasedPupil(**one) for one in erased], ignore_conflicts=True
        )
        again = rights.forget_again(at=at)
        notifications.stand_still(at=at)
        record(actor=None, action="restore", subject_type="portal", subject_key="", at=at)
    return manifest | {"erased_again": again}


def _rows() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
    }


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, "r:gz") as archive:
            if sorted(archive.getnames()) != sorted([DATABASE, MANIFEST]):
                raise RefusedError(_("Tiedosto ei ole portaalin varmuuskopio."))
            archive.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, EOFError, tarfile.TarError, ValueError) as error:
        raise RefusedError(_("Varmuuskopiota ei voitu lukea. Mitään ei muuttunut.")) from error
    if manifest.get("format") != FORMAT or manifest.get("database") != connection.vendor:
        raise RefusedError(_("Varmuuskopio on toisenlaisesta tietokannasta. Mitään ei muuttunut."))
    _must_be_whole(folder / DATABASE)
    return manifest


def _must_be_whole(database: Path) -> None:
    if connection.vendor != "sqlite":
        return
    with contextlib.closing(sqlite3.connect(database)) as copy:
        try:
            is_whole = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        except sqlite3.DatabaseError:
            is_whole = False
    if not is_whole:
        raise RefusedError(_("Varmuuskopio on vioittunut. Mitään ei muuttunut."))


def _dump(target: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
        return
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def _load(database: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(database)) as copy:
            copy.backup(connection.connection)
        connection.close()
        return
    connection.close()
    _run(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
        f"--dbname={settings.DATABASES['default']['NAME']}", str(database),
    )  # fmt: skip


def _run(program: str, *arguments: str) -> None:
    """PostgreSQL's own programs; where the database is, they hear from the environment."""
    own = settings.DATABASES["default"]
    where = {
        "PGHOST": own["HOST"] or "",
        "PGPORT": str(own["PORT"] or ""),
        "PGUSER": own["USER"] or "",
        "PGPASSWORD": own["PASSWORD"] or "",
        "PGDATABASE": own["NAME"],
    }
    try:
        subprocess.run(  # noqa: S603 (a fixed program, arguments of our own)
            [program, *arguments],
            env={**os.environ, **{name: value for name, value in where.items() if value}},
            check=True,
            capture_output=True,
            timeout=MOST_MINUTES * 60,
        )
    except FileNotFoundError as missing:
        raise RefusedError(_("Ohjelmaa %s ei ole asennettu.") % program) from missing
    except subprocess.CalledProcessError as error:
        words = error.stderr.decode(errors="replace").strip().splitlines()
        raise RefusedError(words[0] if words else program) from error
