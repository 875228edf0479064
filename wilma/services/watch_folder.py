"""The folder that an export drops its files in."""

import datetime as dt
import logging
import os
import uuid
from pathlib import Path

from django.conf import settings
from django.core.files import File

from kemi_ecosystem.lib.csv_sniff import UnclosedQuoteError, UnreadableTextError, open_table
from wilma.models import ImportRun
from wilma.parsers import FileRefused
from wilma.parsers.headers import NOTE_ALIASES, match_columns
from wilma.parsers.xlsx import A_LOOK, as_csv, is_xlsx
from wilma.services import queue
from wilma.services.runs import Delivery

logger = logging.getLogger(__name__)
SETTLED = dt.timedelta(seconds=30)
SHOWN = 60


def inbox() -> Path:
    """The folder that exports are dropped into."""
    folder: Path = settings.PORTAL_HOME / "inbox"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def taken() -> Path:
    """Where a received file waits a week, should somebody want it back."""
    folder = inbox() / "taken"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def collect_dropped_files(*, at: dt.datetime) -> list[ImportRun]:
    """Let what has been dropped, and lain still for a while, wait for a worker.

    A kill between receiving and moving away makes the file come twice, which changes nothing.
    """
    _forget_old(at)
    taken_now = []
    for path in sorted(inbox().iterdir()):
        try:
            if _is_settled(path, at):
                taken_now.append(_take(path, at))
        except OSError as error:
            # One file that cannot be read must not keep the others waiting.
            logger.warning("A dropped file was left where it is: %s", type(error).__name__)
    return taken_now


def _is_settled(path: Path, at: dt.datetime) -> bool:
    if path.name.startswith(".") or not path.is_file():
        return False
    return at - _touched(path, at) >= SETTLED


def _take(path: Path, at: dt.datetime) -> ImportRun:
    place = settings.UPLOADS_DIR / uuid.uuid4().hex
    with path.open("rb") as source:
        name = os.fsencode(path.name).decode("utf-8", "replace")
        delivery = Delivery(place, name, by=None, at=at)
        run = queue.receive(File(source), delivery, kind=kind_of(path))
    # A name may be as long as a file system lets it be.
    moved = path.rename(taken() / f"{run.pk}-{path.stem[:SHOWN]}{path.suffix[:SHOWN]}")
    os.utime(moved, (at.timestamp(), at.timestamp()))
    return run


def _forget_old(at: dt.datetime) -> None:
    for path in taken().iterdir():
        if at - _touched(path, at) > queue.KEPT:
            path.unlink(missing_ok=True)


def _touched(path: Path, at: dt.datetime) -> dt.datetime:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, tz=at.tzinfo)


def kind_of(path: Path) -> str:
    """A roster has names and no dates; a zip is a roster; everything else is lesson notes."""
    if is_xlsx(path):
        try:
            with as_csv(path, seconds=A_LOOK) as table:
                return _kind_of_table(table.path)
        except FileRefused:
            return ImportRun.Kind.NOTES
    with path.open("rb") as source:
        if source.read(4) == b"PK\x03\x04":
            return ImportRun.Kind.ROSTER
    return _kind_of_table(path)


def _kind_of_table(path: Path) -> str:
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
