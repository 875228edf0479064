from typing import Any

from django.core.management.base import CommandParser

from kemi_ecosystem.bench.suites import SHARE, SUITES
from kemi_ecosystem.lib.commands import PortalCommand


class Command(PortalCommand):
    help = "Mittaa nopeuden suhteina: portaalin työ pienimpään mahdolliseen verrattuna."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--only", choices=sorted(SUITES), help="vain tämä, koko laajuudessaan")
        parser.add_argument("--scale", type=float, default=1.0, help="koko: 0.1 on kymmenesosa")

    def make_ready(self) -> None:
        """Nothing: a bench makes a database of its own and leaves the portal's alone."""

    def run(self, *, only: str | None, scale: float, **_options: Any) -> list[dict[str, Any]]:
        results = []
        self.say(f"{'mitta':<14} {'suhde':>7} {'tavoite':>8}   verrattuna")
        for name, suite in SUITES.items():
            if only and name != only:
                continue
            for one in suite(scale if only else scale * SHARE.get(name, 1)):
                results.append(one.as_json())
                met = " " if one.ratio <= one.goal else "!"
                self.say(
                    f"{one.name:<14} {one.ratio:>7.2f} {one.goal:>7}{met}   {one.against} "
                    f"({one.scale}; {one.seconds} s / {one.against_seconds} s)"
                )
        return results
