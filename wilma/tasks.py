from celery import shared_task

from kemi_ecosystem.lib import clock
from wilma.services import queue, watch_folder


@shared_task(name="wilma.carry_out", time_limit=int(queue.LEASE.total_seconds()) - 60)
def carry_out(run_id: int) -> None:
    queue.carry_out(run_id=run_id, at=clock.now())


@shared_task(name="wilma.sweep")
def sweep() -> None:
    """Take up dropped files and what a killed worker left; delete what nobody came for."""
    at = clock.now()
    queue.forget_old_files(at=at)
    watch_folder.collect_dropped_files(at=at)
    for run in queue.due(at=at):
        carry_out.delay(run.pk)
