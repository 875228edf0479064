from celery import shared_task

from consultations.services import hours, outcomes, sums, waiting
from kemi_ecosystem.lib import clock
from notifications.services import is_standing_still


@shared_task(name="consultations.tick")
def tick() -> None:
    """Offer on what lapsed, remind, erase what a meeting needed. Safe to repeat."""
    if is_standing_still():
        return
    at = clock.now()
    waiting.expire_holds(at=at)
    waiting.offer_all(at=at)
    outcomes.remind(at=at)
    outcomes.erase_after_meetings(at=at)
    hours.cancel_on_holidays(at=at)
    sums.publish_sums(on=clock.local_date(at))
