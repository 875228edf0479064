"""Files that a page received and a worker reads. The database is the queue; Celery only wakes."""

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import record
from kemi_ecosystem.lib import clock
from notifications.models import Kind
from wilma.models import ImportRun
from wilma.services import notes, roster, runs
from wilma.services.runs import Delivery

# A worker that has given no sign of life for this long is gone, and another may take its run.
LEASE = dt.timedelta(minutes=10)
TRIES = 3
GONE = "Odottava tiedosto on vanhentunut ja poistettu. Tuo se uudelleen."
KEPT = dt.timedelta(days=7)
Status = ImportRun.Status


class Chunks(Protocol):
    """What Django's uploaded files and plain ones have in common."""

    def chunks(self) -> Any: ...


def receive(file: Chunks, delivery: Delivery, *, kind: str) -> ImportRun:
    """Store a file where only the portal reads it, and let it wait for a worker."""
    with delivery.path.open("xb") as target:
        delivery.path.chmod(0o600)
        for chunk in file.chunks():
            target.write(chunk)
    run = runs.begin(delivery, kind=kind)
    run.stored_as, run.status = delivery.path.name, Status.WAITING
    run.save()
    return run


@transaction.atomic
def confirm(*, run: ImportRun, by: User, at: dt.datetime) -> bool:
    """Let what has been tried wait for its turn to go in for real, from the same stored file.

    Of two presses at once the second waits here, and sees what the first one did: False.
    """
    run.refresh_from_db(from_queryset=ImportRun.objects.select_for_update())
    if not run.can_be_confirmed:
        return False
    run.is_trial, run.takes_odd, run.reason = False, True, ""
    run.started_by, run.started_at = by, at
    _back_in_line(run)
    record(actor=by, action="import:confirm", subject_type="import", subject_key=str(run.pk), at=at)
    return True


@transaction.atomic
def release_mapped() -> list[ImportRun]:
    """Put every file that waited for a mapping back in line. Returns them."""
    found = list(ImportRun.objects.filter(status=Status.NEEDS_MAPPING).exclude(stored_as=""))
    for run in sorted(found, key=lambda one: one.started_at):
        _back_in_line(run)
    return found


def _back_in_line(run: ImportRun) -> None:
    run.status, run.lines_read, run.tries = Status.WAITING, 0, 0
    run.save()


def due(*, at: dt.datetime) -> QuerySet[ImportRun]:
    """Whose turn it is: those that wait, and those whose worker was killed."""
    is_abandoned = Q(status=Status.READING, touched_at__lt=at - LEASE)
    return ImportRun.objects.filter(Q(status=Status.WAITING) | is_abandoned).order_by("started_at")


def carry_out(*, run_id: int, at: dt.datetime) -> ImportRun | None:
    """Read one waiting file. None when somebody else has it already or there is none.

    Whatever kills the worker, the file goes in whole or not at all: the merge is one transaction,
    and the same file twice changes nothing.
    """
    claim = due(at=at).filter(pk=run_id)
    if not claim.update(status=Status.READING, touched_at=at, tries=F("tries") + 1):
        return None
    run = ImportRun.objects.select_related("profile").get(pk=run_id)
    path = settings.UPLOADS_DIR / run.stored_as
    if run.tries > TRIES:
        return _give_up(run, _("Tiedoston lukeminen keskeytyi kolmesti. Mitään ei muuttunut."))
    if not run.stored_as or not path.is_file():
        return _give_up(run, _(GONE))
    try:
        _read(run, path, at)
    except Exception:
        _give_up(run, _("Lukeminen päättyi portaalin omaan virheeseen. Mitään ei muuttunut."))
        raise
    if run.status == Status.REFUSED:
        _tell_of_dropped(run)
    if run.status in {Status.IMPORTED, Status.REFUSED} and not run.is_odd:
        _forget_file(run)
    return run


def _read(run: ImportRun, path: Path, at: dt.datetime) -> None:
    if run.kind == ImportRun.Kind.ROSTER:
        roster.read_in(run, path, at=at)
    else:
        notes.read_in(run, path, at=at, progress=partial(_sign_of_life, run))


def _sign_of_life(run: ImportRun, count: int) -> None:
    """The page shows how far the reading is; the lease runs from here."""
    run.lines_read, run.touched_at = count, clock.now()
    ImportRun.objects.filter(pk=run.pk).update(lines_read=count, touched_at=run.touched_at)


def _give_up(run: ImportRun, reason: str) -> ImportRun:
    runs.refused(run, reason)
    _forget_file(run)
    _tell_of_dropped(run)
    return run


def _tell_of_dropped(run: ImportRun) -> None:
    """Who sends a file sees what became of it; of a dropped one the administrators are told."""
    if run.started_by is not None:
        return
    title = _("Pudotettua tiedostoa ei voitu lukea")
    if run.is_odd:
        title = _("Pudotettu tiedosto odottaa vastausta: se poikkeaa tavallisesta")
    runs.tell_administrators(run, kind=Kind.IMPORT_REFUSED, title=title)


def _forget_file(run: ImportRun) -> None:
    runs.drop_file(run)
    run.save()


def forget_old_files(*, at: dt.datetime) -> int:
    """Delete stored files that nobody has come back for in a week."""
    stale = ImportRun.objects.exclude(stored_as="").filter(started_at__lt=at - KEPT)
    for run in stale:
        if run.status == Status.NEEDS_MAPPING:
            runs.refused(run, _(GONE))
        _forget_file(run)
    return len(stale)
