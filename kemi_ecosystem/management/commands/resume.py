"""Let a restored portal go on."""

from typing import Any

from accounts.services import record
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.commands import PortalCommand
from notifications import services as notifications


class Command(PortalCommand):
    help = "Antaa palautetun portaalin jatkaa: viestit lähtevät ja Unilukkari kulkee."

    def run(self, **_options: Any) -> dict[str, Any]:
        went_on = notifications.resume()
        if went_on:
            record(
                actor=None, action="resume", subject_type="portal", subject_key="", at=clock.now()
            )
        self.say("Portaali jatkaa." if went_on else "Portaali ei seissyt.")
        return {"resumed": went_on}
