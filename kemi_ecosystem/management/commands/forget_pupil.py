"""Erase everything about one pupil."""

from typing import Any

from django.core.management.base import CommandParser

from kemi_ecosystem.keeping import rights
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.commands import PortalCommand


class Command(PortalCommand):
    help = "Poistaa kaiken, mitä portaali tietää yhdestä oppilaasta."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("key", help="oppilaan avain")

    def run(self, *, key: str, **_options: Any) -> dict[str, Any]:
        if day := rights.forgotten_on(key):
            self.say(f"Oppilas poistettiin jo {day:%-d.%-m.%Y}. Mitään ei ole jäljellä.")
            return {"removed": {}}
        counts = rights.forget(rights.find_pupil(key), at=clock.now())
        self.say(f"Poistettu {sum(counts.values())} riviä.")
        self.say("Jos oppilas on yhä Primuksessa, seuraava tuonti tuo hänet takaisin.")
        return {"removed": counts}
