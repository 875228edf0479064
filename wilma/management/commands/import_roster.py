from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.commands import PortalCommand, RefusedError
from wilma.models import ImportRun
from wilma.services import roster
from wilma.services.runs import Delivery

COUNTED = (
    ("schools", "Kouluja"),
    ("groups", "Ryhmiä"),
    ("pupils", "Oppilaita"),
    ("guardians", "Huoltajia"),
    ("staff", "Henkilökuntaa"),
)


SHOWN = 20


class Command(PortalCommand):
    help = "Tuo oppilaat, ryhmät ja henkilökunta CSV- tai OneRoster-aineistosta."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("path", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="kerro, mitä tapahtuisi")
        parser.add_argument(
            "--anyway", action="store_true", help="tuo, vaikka jokin näyttää oudolta"
        )

    def run(self, *, path: Path, **options: Any) -> dict[str, Any]:
        if not path.exists():
            raise RefusedError(f"Tiedostoa ei löydy: {path}")
        delivery = Delivery(
            path,
            path.name,
            by=None,
            at=clock.now(),
            dry_run=options["dry_run"],
            takes_odd=options["anyway"],
        )
        run = roster.import_roster(delivery)
        if run.status == ImportRun.Status.REFUSED:
            odd = run.report.get("odd", [])
            self.refuse_with(" ".join(odd) + " Jos se on oikein: --anyway." if odd else run.reason)
        else:
            self._tell(run)
        return roster.as_json(run)

    def _tell(self, run: ImportRun) -> None:
        if run.is_trial:
            self.say("Kokeiltu: mitään ei tallennettu.")
        for name, words in COUNTED:
            tally = run.report[name]
            self.say(
                f"{words}: uusia {tally['new']}, muuttuneita {tally['changed']}, "
                f"ennallaan {tally['unchanged']}"
            )
        for words in _more(run.report):
            self.say(words)
        for line, reason in run.issues.values_list("line", "reason")[:SHOWN]:
            self.say(f"  rivi {line}: {reason}")


def _more(report: dict[str, Any]) -> Iterator[str]:
    """Who comes, moves and leaves, what is odd, and what else should be known."""
    for move in report["moves"]:
        more = " …" if move["count"] > SHOWN else ""
        yield f"{move['words']}: {move['count']} ({', '.join(move['keys'][:SHOWN])}{more})"
    yield from (f"Outoa: {words}" for words in report["odd"])
    yield from (f"Uusi koulu perustettiin: {name}" for name in report["created_schools"])
    yield from (f"Jätettiin pois: {what} ({n})" for what, n in report["dropped"].items())
    yield from report["remarks"][:SHOWN]
