import datetime as dt

from celery import shared_task

from absences import services
from kemi_ecosystem.lib import clock


@shared_task(name="absences.walk_round")
def walk_round(date: str | None = None) -> int:
    """This morning's round, or that of another school day (ISO)."""
    on = dt.date.fromisoformat(date) if date else None
    return services.walk_morning_round(at=clock.now(), on=on)
