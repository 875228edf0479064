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
        report = run.report
        for name, words in COUNTED:
            tally = report[name]
            self.say(
                f"{words}: uusia {tally['new']}, muuttuneita {tally['changed']}, "
                f"ennallaan {tally['unchanged']}"
            )
        for name in report["created_schools"]:
            self.say(f"Uusi koulu perustettiin: {name}")
        for what, count in report["dropped"].items():
            self.say(f"Jätettiin pois: {what} ({count})")
        for remark in report["remarks"][:20]:
            self.say(remark)
        for line, reason in run.issues.values_list("line", "reason")[:20]:
            self.say(f"  rivi {line}: {reason}")
