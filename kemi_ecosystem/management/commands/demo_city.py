from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser

from kemi_ecosystem.demo.raise_city import raise_city
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.commands import PortalCommand, RefusedError
from schools.models import Pupil
from support.models import ContentPack

PUPILS = 620
SEED = 7


class Command(PortalCommand):
    help = "Perustaa keksityn kaupungin, jossa on lukuvuosi elämää."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--pupils", type=int, default=PUPILS)
        parser.add_argument("--seed", type=int, default=SEED)

    def run(self, *, pupils: int, seed: int, **_options: Any) -> dict[str, Any]:
        if Pupil.objects.exists():
            raise RefusedError(
                "Portaalissa on jo oppilaita. Esimerkkikaupunki perustetaan vain tyhjään."
            )
        if not ContentPack.objects.exists():
            call_command("load_content", stdout=self.stdout)
        raise_city(pupils=pupils, seed=seed, at=clock.now(), say=self.say)
        return {"pupils": pupils, "seed": seed}
