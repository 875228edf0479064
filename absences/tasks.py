from celery import shared_task

from absences import services
from kemi_ecosystem.lib import clock


@shared_task(name="absences.walk_round")
def walk_round() -> int:
    return services.walk_morning_round(at=clock.now())
