"""How things were before a roster, kept for a while and brought back."""

from collections.abc import Iterable

from django.apps import apps
from django.db.models import QuerySet

from accounts.models import User
from schools.models import Guardian, Pupil
from schools.services import roster_ledger
from schools.services.roster_ledger import Change
from wilma.models import ImportRun, RosterBefore

OWNERS = {Pupil: "pupil_id", Guardian: "guardian_id", User: "user_id"}


def keep_before(run: ImportRun, changes: Iterable[Change]) -> None:
    """Keep what a saved run changed."""
    RosterBefore.objects.bulk_create(
        [
            RosterBefore(
                run=run,
                model=one.model._meta.label,
                row=one.pk,
                was=one.was,
                now=one.now,
                **({OWNERS[one.model]: one.pk} if one.model in OWNERS else {}),
            )
            for one in changes
        ],
        batch_size=500,
    )


def later_ones(run: ImportRun) -> QuerySet[ImportRun]:
    """Rosters that went in after this one and changed something."""
    return ImportRun.objects.filter(
        kind=run.kind, status=ImportRun.Status.IMPORTED, rows_before__pk__gt=_last_row(run)
    )


def _last_row(run: ImportRun) -> int:
    return run.rows_before.order_by("-pk").values_list("pk", flat=True).first() or 0


def take_back(run: ImportRun) -> int:
    """Returns how many rows became what they were. Raises InUseError."""
    count = roster_ledger.take_back(
        [
            Change(apps.get_model(one.model), one.row, one.was, one.now)
            for one in run.rows_before.iterator()
        ]
    )
    run.rows_before.all().delete()
    return count
