from celery import shared_task

from kemi_ecosystem.lib import clock
from notifications.services import is_standing_still
from wellbeing.services import calls, rounds


@shared_task(name="wellbeing.tick")
def tick() -> None:
    """Every morning: close what has had its day, remind of wishes that wait."""
    if is_standing_still():
        return
    rounds.close_old(on=clock.today(), at=clock.now())
    rounds.remind(on=clock.today(), at=clock.now())


@shared_task(name="wellbeing.pass_calls_on")
def pass_calls_on() -> None:
    """Every ten minutes: a child who asked for an adult is not left with one who is silent."""
    if not is_standing_still():
        calls.pass_calls_on(at=clock.now())
