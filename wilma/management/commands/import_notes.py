from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.commands import PortalCommand, RefusedError
from wilma.models import ImportProfile, ImportRun
from wilma.services import notes
from wilma.services.runs import Delivery

EVERY = 50_000
SHOWN = 20


class Command(PortalCommand):
    help = "Tuo tuntimerkinnät CSV- tai Wilma JSON -tiedostosta."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("path", type=Path)
        parser.add_argument("--profile", help="tallennettu tuontiprofiili")
        parser.add_argument("--dry-run", action="store_true", help="kerro, mitä tapahtuisi")
        parser.add_argument(
            "--anyway", action="store_true", help="tuo, vaikka jokin näyttää oudolta"
        )
        parser.add_argument("--period", choices=["auto", "full", "partial"], default="auto")

    def run(self, *, path: Path, **options: Any) -> dict[str, Any]:
        if not path.is_file():
            raise RefusedError(f"Tiedostoa ei löydy: {path}")
        delivery = Delivery(
            path=path,
            file_name=path.name,
            by=None,
            at=clock.now(),
            profile=self._profile(options["profile"]),
            dry_run=options["dry_run"],
            period=options["period"],
            takes_odd=options["anyway"],
        )
        run = notes.import_notes(delivery, progress=self._progress)
        self._tell(run)
        return notes.as_json(run)

    def _profile(self, name: str | None) -> ImportProfile | None:
        if not name:
            return None
        found = ImportProfile.objects.filter(name=name).first()
        if found is None:
            raise RefusedError(f"Tuontiprofiilia ”{name}” ei ole.")
        return found

    def _progress(self, count: int) -> None:
        if count % EVERY == 0:
            self.say(f"{count} riviä luettu…")

    def _tell(self, run: ImportRun) -> None:
        report = run.report
        if run.status == ImportRun.Status.REFUSED:
            odd = report.get("odd", [])
            words = " ".join(odd) + " Jos se on oikein: --anyway." if odd else run.reason
            self.refuse_with(words)
            return
        if run.status == ImportRun.Status.NEEDS_MAPPING:
            names = ", ".join(one["name"] or one["code"] for one in report["unmapped_types"])
            self.stderr.write(f"Odottaa luokitusta: {names}. Mitään ei vielä laskettu.")
            return
        self.say(
            f"{run.get_status_display().capitalize()}: {report['rows']} riviä, uusia "
            f"{report['new']}, muuttuneita {report['changed']}, ennallaan {report['unchanged']}, "
            f"poistuneita {report['withdrawn']}, hylättyjä {report['rejected']}."
        )
        self.say(report["period_why"])
        for line, reason in run.issues.values_list("line", "reason")[:SHOWN]:
            self.say(f"  rivi {line}: {reason}")
        if report["rejected"] > SHOWN:
            self.say(f"  … ja {report['rejected'] - SHOWN} muuta riviä.")
