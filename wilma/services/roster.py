"""A roster file in: parsed, handed to schools, and reported."""

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemi_ecosystem.lib import clock
from schools.services import roster as schools
from schools.services import roster_ledger
from schools.services.roster_values import RosterIn, RosterReport
from wilma import rules
from wilma.models import ImportRun
from wilma.parsers import FileRefused, RosterFile, read_roster
from wilma.parsers.xlsx import as_csv
from wilma.services import runs
from wilma.services.roster_undo import keep_before
from wilma.services.runs import Delivery, FileOddError

SHOWN = 100


def import_roster(delivery: Delivery) -> ImportRun:
    """Bring a roster in. Whatever becomes of it, the run says so; twice changes nothing."""
    run = runs.begin(delivery, kind=ImportRun.Kind.ROSTER)
    return read_in(run, delivery.path, at=delivery.at)


def read_in(run: ImportRun, path: Path, *, at: dt.datetime) -> ImportRun:
    """Carry a begun run out."""
    issues: list[tuple[int, str, dict[str, str]]] = []
    try:
        with as_csv(path) as table:
            found = read_roster(table.path)
        issues = [(one.line, one.reason, {}) for one in found.rejected]
        with transaction.atomic():
            before = None if run.is_trial else roster_ledger.snapshot()
            report = schools.bring_in(roster=_as_values(found), on=clock.local_date(at))
            odd = _odd(run, found, report, on=clock.local_date(at))
            run.report = _report(found, report) | {"odd": odd}
            run.status = ImportRun.Status.DRY_RUN if run.is_trial else ImportRun.Status.IMPORTED
            if before is None:
                transaction.set_rollback(True)
            else:
                runs.finish(run, issues)
                keep_before(run, roster_ledger.changes_since(before))
    except FileOddError as found_odd:
        runs.refused_as_odd(run, found_odd.reasons, path)
    except FileRefused as reason:
        runs.refused(run, str(reason))
    except UnicodeError:
        runs.refused(run, _(runs.UNREADABLE))
    # What went in has its report with it, in the same transaction.
    return run if run.status == ImportRun.Status.IMPORTED else runs.finish(run, issues)


def _odd(run: ImportRun, found: RosterFile, report: RosterReport, *, on: dt.date) -> list[str]:
    """What is odd in it. Raises FileOddError unless somebody has seen that, or it is a trial."""
    beside = rules.RosterBeside(
        known=report.known,
        renamed=report.renamed,
        rehomed=report.rehomed,
        moved=len(report.moved_keys),
        climbing=report.climbing,
        standing=report.standing,
        ends=found.ends,
    )
    odd = rules.odd_roster(beside, on=on)
    if odd and not (run.is_trial or run.takes_odd):
        raise FileOddError(odd)
    return odd


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
        spared=frozenset(found.spared),
        is_piece=found.is_piece,
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
        "remarks": [*found.remarks, *_two_cards(found), *report.remarks],
        "dropped": dict(found.dropped),
        "moves": [
            {"words": words, "count": len(keys), "keys": keys[:SHOWN], "more": len(keys) > SHOWN}
            for words, keys in (
                (_("Uusia"), report.joined_keys),
                (_("Vaihtaa luokkaa"), report.moved_keys),
                (_("Lähtee"), report.left_keys),
                (_("Jokin huoltaja poistuu"), report.unguarded_keys),
            )
            if keys
        ],
    }


def _two_cards(found: RosterFile) -> list[str]:
    """Two keys, one child? The hours would be split between them. Keys only, no name."""
    alike: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for key, one in found.pupils.items():
        guardians = frozenset(guardian.key for guardian in one.guardians)
        if guardians:
            place = (one.school_key, one.group_key)
            alike[(one.first_name, one.last_name, *place, guardians)].append(key)
    words = _(
        "Tunnisteilla %(keys)s on sama nimi, luokka ja huoltaja. Onko lapsella kaksi korttia?"
    )
    return [words % {"keys": ", ".join(keys)} for keys in alike.values() if len(keys) > 1]


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
