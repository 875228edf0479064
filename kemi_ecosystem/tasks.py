from celery import shared_task

from kemi_ecosystem.lib import clock, retention


@shared_task(name="kemi_ecosystem.purge_expired")
def purge_expired() -> None:
    """Every night: what has been kept long enough goes."""
    retention.purge(on=clock.today())
