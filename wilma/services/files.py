"""Receiving files: from the page, and from the folder that an export drops them in."""

import datetime as dt
import shutil
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from kemi_ecosystem.lib.csv_sniff import UnclosedQuoteError, UnreadableTextError, open_table
from notifications.models import Kind
from wilma.models import ImportRun
from wilma.parsers.headers import NOTE_ALIASES, match_columns
from wilma.services import notes, roster, runs
from wilma.services.runs import Delivery

SETTLED = dt.timedelta(seconds=30)
KEPT = dt.timedelta(days=7)


def store_upload(file: UploadedFile[Any]) -> Path:
    """Where only the portal reads it, under a name nobody can guess."""
    path: Path = settings.UPLOADS_DIR / uuid.uuid4().hex
    with path.open("xb") as target:
        path.chmod(0o600)
        for chunk in file.chunks():
            target.write(chunk)
    return path


def bring(delivery: Delivery, *, kind: str) -> ImportRun:
    """Import a file of either kind; a tried one keeps its file, so that one press brings it in."""
    if kind == ImportRun.Kind.ROSTER:
        run = roster.import_roster(delivery)
    else:
        run = notes.import_notes(delivery)
    if run.status == ImportRun.Status.DRY_RUN and not run.stored_as:
        runs.keep_file(run, delivery.path)
        run.save(update_fields=["stored_as"])
    return run


def confirm(run: ImportRun, delivery: Delivery) -> ImportRun:
    """Bring in for real what has been tried, from the same stored file."""
    done = bring(delivery, kind=run.kind)
    runs.drop_file(run)
    run.save(update_fields=["stored_as"])
    return done


def forget_old_files(*, at: dt.datetime) -> int:
    """Delete stored files that nobody has come back for in a week."""
    gone = 0
    stale = ImportRun.objects.exclude(stored_as="").filter(started_at__lt=at - KEPT)
    for run in stale:
        runs.drop_file(run)
        run.save(update_fields=["stored_as"])
        gone += 1
    return gone


def inbox() -> Path:
    """The folder that exports are dropped into."""
    folder: Path = settings.PORTAL_HOME / "inbox"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def collect_dropped_files(*, at: dt.datetime) -> int:
    """Import what has been dropped and lain still for a while. Returns how many files.

    Taking a file is renaming it: of two workers only one gets it.
    """
    forget_old_files(at=at)
    taken = 0
    for path in sorted(inbox().iterdir()):
        if path.is_dir() or path.name.startswith(".") or _is_fresh(path, at):
            continue
        claimed = path.with_name(f".{uuid.uuid4().hex}-{path.name}")
        try:
            path.rename(claimed)
        except FileNotFoundError:
            continue
        _import_dropped(claimed, path.name, at)
        taken += 1
    return taken


def _is_fresh(path: Path, at: dt.datetime) -> bool:
    changed = dt.datetime.fromtimestamp(path.stat().st_mtime, tz=at.tzinfo)
    return at - changed < SETTLED


def _import_dropped(claimed: Path, name: str, at: dt.datetime) -> None:
    run = bring(Delivery(claimed, name, by=None, at=at), kind=kind_of(claimed))
    is_refused = run.status == ImportRun.Status.REFUSED
    place = inbox() / ("refused" if is_refused else "done") / f"{at:%Y-%m-%d}"
    place.mkdir(parents=True, exist_ok=True)
    target = place / f"{run.pk}-{name}"
    shutil.move(claimed, target)
    if is_refused:
        target.with_name(f"{target.name}.txt").write_text(run.reason, encoding="utf-8")
        title = _("Pudotettua tiedostoa ei voitu lukea")
        runs.tell_administrators(run, kind=Kind.IMPORT_REFUSED, title=title)


def kind_of(path: Path) -> str:
    """A roster has names and no dates; a zip is a roster; everything else is lesson notes."""
    with path.open("rb") as source:
        if source.read(4) == b"PK\x03\x04":
            return ImportRun.Kind.ROSTER
    try:
        for seen, row in enumerate(open_table(path)):
            columns = match_columns(row.cells, NOTE_ALIASES, None)
            names = {cell.strip().casefold() for cell in row.cells}
            if names & {"sukunimi", "familyname", "kutsumanimi", "etunimi"}:
                has_date = "date" in columns
                return ImportRun.Kind.NOTES if has_date else ImportRun.Kind.ROSTER
            if seen > 30:  # noqa: PLR2004
                break
    except (UnreadableTextError, UnclosedQuoteError):
        pass
    return ImportRun.Kind.NOTES
