"""The whole portal into one file, also while it runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from kemi_ecosystem.keeping import backup
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.commands import PortalCommand


class Command(PortalCommand):
    help = "Kirjoittaa koko portaalin yhteen tiedostoon."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="uusi tiedosto")

    def run(self, *, file: Path, **_options: Any) -> dict[str, Any]:
        manifest = backup.back_up(file.resolve(), at=clock.now())
        self.say(f"Varmuuskopio on valmis: {file}. Säilytä se salattuna.")
        return manifest
