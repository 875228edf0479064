from typing import Any

from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.commands import PortalCommand
from notifications import services


class Command(PortalCommand):
    help = "Lähettää odottavat ilmoitukset sähköpostiin."

    def run(self, **_options: Any) -> dict[str, Any]:
        done = services.deliver(at=clock.now())
        self.say(f"Lähetetty {done.sent}, ei lähtenyt {done.failed}, odottaa {done.waiting}.")
        return {"sent": done.sent, "failed": done.failed, "waiting": done.waiting}
