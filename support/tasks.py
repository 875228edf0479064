from celery import shared_task

from kemi_ecosystem.lib import clock
from notifications.services import is_standing_still
from support import press
from support.services import evaluations, screenings


@shared_task(name="support.make_paper")
def make_paper(name: str, slug: str = "", is_large: bool = False) -> None:  # noqa: FBT001, FBT002
    press.make_waited_for(name, slug, is_large=is_large, at=clock.now())


@shared_task(name="support.remind")
def remind() -> int:
    """Goals whose day has come, screenings that are due and over. Safe to repeat."""
    if is_standing_still():
        return 0
    on, at = clock.today(), clock.now()
    screenings.publish_sums(on=on)
    goals = evaluations.remind_of_goals(on=on, at=at)
    return goals + screenings.remind_of_screenings(on=on, at=at)
