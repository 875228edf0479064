"""Everything that the portal knows of one pupil, in a file."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from accounts.services import record
from kemi_ecosystem.keeping import rights
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.commands import PortalCommand, RefusedError, why_not_written


class Command(PortalCommand):
    help = "Kirjoittaa tiedostoon kaiken, mitä portaali tietää yhdestä oppilaasta."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("key", help="oppilaan avain")
        parser.add_argument("--out", required=True, type=Path, help="uusi tiedosto")

    def run(self, *, key: str, out: Path, **_options: Any) -> dict[str, Any]:
        pupil = rights.find_pupil(key)
        text = rights.as_json(pupil)
        try:
            descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            reason = f"Tiedostoa ei voitu kirjoittaa: {why_not_written(error)}."
            raise RefusedError(reason) from error
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        record(actor=None, action="export", subject_type="pupil", subject_key=key, at=clock.now())
        self.say(f"Kirjoitettu: {out}")
        return {"file": str(out)}
