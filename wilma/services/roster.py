"""A roster file in: parsed, handed to schools, and reported."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import transaction

from kemi_ecosystem.lib import clock
from schools.services import roster as schools
from schools.services.roster import RosterIn, RosterReport
from wilma.models import ImportRun
from wilma.parsers import FileRefused, RosterFile, read_roster
from wilma.services import runs
from wilma.services.runs import Delivery


def import_roster(delivery: Delivery) -> ImportRun:
    """Bring a roster in. Whatever becomes of it, the run says so; twice changes nothing."""
    run = runs.begin(delivery, kind=ImportRun.Kind.ROSTER)
    return read_in(run, delivery.path, at=delivery.at)


def read_in(run: ImportRun, path: Path, *, at: dt.datetime) -> ImportRun:
    """Carry a begun run out."""
    issues: list[tuple[int, str]] = []
    try:
        found = read_roster(path)
        issues = [(line, reason) for line, reason in found.rejected]
        with transaction.atomic():
            report = schools.bring_in(roster=_as_values(found), on=clock.local_date(at))
            if run.is_trial:
                transaction.set_rollback(True)
        run.report = _report(found, report)
        run.status = ImportRun.Status.DRY_RUN if run.is_trial else ImportRun.Status.IMPORTED
    except FileRefused as reason:
        runs.refused(run, str(reason))
    return runs.finish(run, issues)


def _as_values(found: RosterFile) -> RosterIn:
    guardians: dict[str, dict[str, Any]] = {}
    pairs = []
    for pupil in found.pupils.values():
        for one in pupil.guardians:
            guardians.setdefault(one.key, one._asdict())
            pairs.append((one.key, pupil.key))
    return RosterIn(
        schools={key: one.name for key, one in found.schools.items()},
        groups={place: one._asdict() for place, one in found.groups.items()},
        pupils={key: one._asdict() for key, one in found.pupils.items()},
        guardians=guardians,
        guardianships=pairs,
        staff={key: one._asdict() for key, one in found.staff.items()},
    )


def _report(found: RosterFile, report: RosterReport) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "schools": report.schools.as_json(),
        "groups": report.groups.as_json(),
        "pupils": report.pupils.as_json() | {"left": report.left},
        "guardians": report.guardians.as_json(),
        "staff": report.staff.as_json(),
        "created_schools": report.created_schools,
        "remarks": [*found.remarks, *report.remarks],
        "dropped": dict(found.dropped),
    }


def as_json(run: ImportRun) -> dict[str, Any]:
    """What `import_roster --json` prints."""
    return {
        "run": run.pk,
        "status": run.status,
        **run.report,
        "rejected": [
            {"line": line, "reason": reason}
            for line, reason in run.issues.values_list("line", "reason")
        ],
    }
