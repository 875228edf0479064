from celery import shared_task

from kemi_ecosystem.lib import clock
from wilma.services import files


@shared_task(name="wilma.collect_dropped_files")
def collect_dropped_files() -> int:
    return files.collect_dropped_files(at=clock.now())
