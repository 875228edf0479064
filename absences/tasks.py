import datetime as dt

from celery import shared_task

from absences.services import contradictions, digests, rounds, trials
from kemi_ecosystem.lib import clock


@shared_task(name="absences.tick")
def tick() -> None:
    """Every minute: plan the morning's round when it is due, and hand out what is left of one."""
    at = clock.now()
    rounds.free_days_ahead(at=at)
    if rounds.is_morning_round_due(at=at):
        rounds.plan_morning_round(at=at)
    hand_out()


@shared_task(name="absences.walk_round")
def walk_round(date: str | None = None) -> None:
    """Plan this morning's round, or that of another school day (ISO), and hand it out."""
    on = dt.date.fromisoformat(date) if date else None
    rounds.plan_morning_round(at=clock.now(), on=on)
    hand_out()


@shared_task(name="absences.walk_part")
def walk_part(part_id: int) -> None:
    """Walk one school; whoever walks the last one joins the round."""
    rounds.walk_part(part_id=part_id, at=clock.now())
    rounds.join(at=clock.now())


def hand_out() -> None:
    for part_id in rounds.parts_left():
        walk_part.delay(part_id)
    rounds.join(at=clock.now())


@shared_task(name="absences.tell_of_the_week")
def tell_of_the_week() -> None:
    """On the last school day of a week: the class's week to its teacher."""
    digests.tell_of_the_week(at=clock.now())


@shared_task(name="absences.tell_contradictions")
def tell_contradictions() -> None:
    """Every night: what cannot all be true, told once to those who can mend it."""
    contradictions.tell(on=clock.today(), at=clock.now())


@shared_task(name="absences.try_model")
def try_model(trial_id: int) -> None:
    trials.carry_out(trial_id=trial_id, at=clock.now())
