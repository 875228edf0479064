"""The portal back from a backup. It stands still until `resume`."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from kemi_ecosystem.keeping import backup
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.commands import PortalCommand


class Command(PortalCommand):
    help = "Palauttaa portaalin varmuuskopiosta. Portaali seisoo, kunnes ajetaan resume."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="varmuuskopio")

    def run(self, *, file: Path, **_options: Any) -> dict[str, Any]:
        manifest = backup.restore(file, at=clock.now())
        self.say(f"Palautettu {manifest['made_at']} tehty varmuuskopio.")
        self.say("Portaali seisoo: viestejä ei lähde eikä Unilukkari kulje. Jatka: resume.")
        return manifest
