"""Carry out the retention table: what has been kept long enough goes."""

from typing import Any

from django.core.management.base import CommandParser

from accounts.services import record
from kemi_ecosystem.lib import clock, retention
from kemi_ecosystem.lib.commands import PortalCommand


class Command(PortalCommand):
    help = "Poistaa tiedot, joiden säilytysaika on päättynyt."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="kerro, älä poista")

    def run(self, *, dry_run: bool, **_options: Any) -> dict[str, Any]:
        counts = retention.purge(on=clock.today(), dry_run=dry_run)
        total = sum(counts.values())
        if total and not dry_run:
            record(
                actor=None, action="purge", subject_type="retention", subject_key=str(total),
                at=clock.now(),
            )  # fmt: skip
        for label, count in counts.items():
            if count:
                self.say(f"{label}: {count}")
        self.say(f"{'Poistettaisiin' if dry_run else 'Poistettiin'} {total} riviä.")
        return {"dry_run": dry_run, "removed": counts, "total": total}
