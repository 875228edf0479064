import datetime as dt
from typing import Any

from django.core.management.base import CommandParser

from absences import services
from absences.errors import RoundRefusedError
from absences.models import RobotRound
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.commands import PortalCommand, RefusedError, a_day


class Command(PortalCommand):
    help = "Unilukkari kulkee yhden kierroksen."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--date", type=a_day, help="päivä, jolta kierros tehdään (VVVV-KK-PP)")

    def run(self, *, date: dt.date | None = None, **_options: Any) -> dict[str, Any]:
        try:
            report = services.walk_round(
                on=date or clock.today(), cause=RobotRound.Cause.BY_HAND, at=clock.now()
            )
        except RoundRefusedError as reason:
            raise RefusedError(str(reason)) from reason
        walk = report.round
        self.say(
            f"Unilukkari kävi kierroksella: {walk.pupils_checked} oppilasta, "
            f"{walk.alerts_new} uutta herätystä, {walk.repeated} jo kerrottu."
        )
        for source in walk.stale_sources:
            self.say(f"Tiedot vanhat: {source['name']} ({source['received_on'] or 'ei tuontia'})")
        return report.as_json()
