"""Two workers against one on the same round."""

from collections.abc import Iterator

from django.db import connection

from absences.models import Alert, RobotRound
from absences.services import rounds
from kemi_ecosystem.bench import city
from kemi_ecosystem.bench.apart import side_by_side
from kemi_ecosystem.bench.measure import Result, paired, scratch_database
from kemi_ecosystem.bench.rounds import walk as walk_here

RUNS = 3
# As far as two can come: half the time, and a little for what is done once.
GOAL = round(1 / 1.7, 2)


def workers(scale: float) -> Iterator[Result]:
    """Every school has somebody to raise. PostgreSQL only: SQLite has one writer at a time."""
    if connection.vendor != "postgresql":
        return
    pupils, notes = int(20_000 * scale), int(1_000_000 * scale)
    with scratch_database():
        city.people(pupils)
        city.notes(notes)
        # The workers are born of this process: like standing ones they know addresses and texts.
        walk_here()
        ratio, two, one = paired(
            lambda: _walk_by(2), lambda: _walk_by(1), runs=RUNS, before=_forget_rounds
        )
        yield Result(
            name="two-workers",
            ratio=ratio,
            goal=GOAL,
            against="one worker, the same round: planned once, walked school by school, joined",
            runs=RUNS,
            scale=f"{pupils} pupils, {notes} notes, {Alert.objects.count()} new alerts, "
            f"{one / two:.2f} times as fast",
            seconds=two,
            against_seconds=one,
        )


def _walk_by(count: int) -> None:
    """Each worker takes what no other has taken; the last one joins the round."""
    walk, _is_new = rounds.plan_round(on=city.ON, cause=RobotRound.Cause.BY_HAND, at=city.AT)
    side_by_side([lambda: rounds.walk_open(walk, at=city.AT)] * count)


def _forget_rounds() -> None:
    """As if Unilukkari had never walked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE absences_robotround, absences_alert, notifications_notification CASCADE"
        )
    city.settle()
