"""What every import leaves behind: a run, its issues, and for a waiting one its file."""

import datetime as dt
import hashlib
import shutil
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from kemi_ecosystem.lib import clock
from notifications import services as notifications
from schools.models import Membership, active_on
from schools.roles import Role
from wilma.models import ImportProfile, ImportRun, RowIssue

MOST_ISSUES = 2000
BLOCK = 1 << 20
UNREADABLE = (
    "Tiedostossa on merkkejä, joita missään merkistössä ei ole. Vie se uudelleen UTF-8-muodossa."
)


class FileOddError(Exception):
    """Nothing is wrong with the file, but somebody should look before it goes in."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file that somebody brings, and how."""

    path: Path
    file_name: str
    by: User | None
    at: dt.datetime
    profile: ImportProfile | None = None
    dry_run: bool = False
    period: str = ImportRun.Period.AUTO
    takes_odd: bool = False


def begin(delivery: Delivery, *, kind: str) -> ImportRun:
    """A run not yet saved, so that a rolled back import does not take its own report along."""
    return ImportRun(
        kind=kind,
        file_name=delivery.file_name[:160],
        sha256=digest(delivery.path),
        profile=delivery.profile,
        is_trial=delivery.dry_run,
        takes_odd=delivery.takes_odd,
        period=delivery.period,
        started_at=delivery.at,
        started_by=delivery.by,
    )


def digest(path: Path) -> str:
    found = hashlib.sha256()
    files = sorted(path.rglob("*.csv")) if path.is_dir() else [path]
    for one in files:
        with one.open("rb") as source:
            while block := source.read(BLOCK):
                found.update(block)
    return found.hexdigest()


def finish(run: ImportRun, issues: Iterable[tuple[int, str, dict[str, str]]]) -> ImportRun:
    run.save()
    run.issues.all().delete()
    kept = list(issues)[:MOST_ISSUES]
    RowIssue.objects.bulk_create(
        [
            RowIssue(run=run, line=line, reason=reason[:300], cells=cells)
            for line, reason, cells in kept
        ],
        batch_size=500,
    )
    return run


def keep_file(run: ImportRun, path: Path) -> None:
    """Keep the file of a waiting run where only the portal reads it."""
    if run.stored_as:
        return
    run.stored_as = uuid.uuid4().hex
    target = settings.UPLOADS_DIR / run.stored_as
    shutil.copyfile(path, target)
    target.chmod(0o600)


def drop_file(run: ImportRun) -> None:
    if run.stored_as:
        (settings.UPLOADS_DIR / run.stored_as).unlink(missing_ok=True)
        run.stored_as = ""


def tell_administrators(run: ImportRun, *, kind: str, title: str) -> None:
    on = clock.local_date(run.started_at)
    users = Membership.objects.filter(
        active_on(on), role=Role.ADMINISTRATOR, user__is_active=True
    ).values_list("user_id", flat=True)
    path = reverse("wilma:run", args=[run.pk])
    drafts = [
        notifications.Draft(pk, kind, f"run:{run.pk}:{kind}", title, path) for pk in set(users)
    ]
    notifications.notify(drafts=drafts, at=run.started_at)


def refused(run: ImportRun, reason: str) -> ImportRun:
    run.status = ImportRun.Status.REFUSED
    run.reason = reason or _("Tiedostoa ei voitu lukea.")
    return run


def refused_as_odd(run: ImportRun, reasons: list[str], path: Path) -> None:
    """Not in before somebody says that it is right. A file that came by the portal is kept."""
    refused(run, _("Tiedosto poikkeaa tavallisesta. Tarkista, ja tuo se silti, jos se on oikein."))
    run.report["odd"] = reasons
    if path.is_file():
        keep_file(run, path)
