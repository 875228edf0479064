from celery import shared_task

from kemi_ecosystem.lib import clock
from notifications import services


@shared_task(name="notifications.deliver")
def deliver() -> int:
    return services.deliver(at=clock.now()).sent
