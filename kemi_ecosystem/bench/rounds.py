"""Unilukkari's rounds over a generated city."""

import datetime as dt
import random
from collections.abc import Iterator

from django.db import connection

from absences import services
from absences.models import Alert, PupilToCheck, RobotRound
from absences.presets import COUNTED, KEMI
from kemi_ecosystem.bench import city
from kemi_ecosystem.bench.measure import Result, paired, scratch_database, seconds
from schools.models import Pupil

RUNS = 5
BARE_SUM = (
    "SELECT pupil_id, SUM(minutes) FROM absences_lessonnote WHERE withdrawn_in_id IS NULL "
    "AND date BETWEEN %s AND %s AND national_class IN ({marks}) GROUP BY pupil_id "
    "HAVING SUM(minutes) >= %s"
)


def rounds(scale: float) -> Iterator[Result]:
    """A round over a city against the bare sum over the same rows."""
    pupils, notes = int(20_000 * scale), int(1_000_000 * scale)
    with scratch_database():
        city.people(pupils)
        city.notes(notes)
        size = f"{pupils} pupils, {notes} notes"
        first = seconds(walk)
        bare = min(seconds(bare_sum) for _ in range(RUNS))
        found = Alert.objects.count()
        yield Result(
            name="round-first",
            ratio=round(first / bare, 2),
            goal=1.5,
            against="the bare SQL sum over the same rows; here every alert is new",
            runs=1,
            scale=f"{size}, {found} new alerts",
            seconds=round(first, 3),
            against_seconds=round(bare, 3),
        )
        ratio, one, other = paired(walk, bare_sum, runs=RUNS)
        yield Result(
            name="round",
            ratio=ratio,
            goal=1.5,
            against="the bare SQL sum over the same rows; an ordinary morning, nothing new",
            runs=RUNS,
            scale=size,
            seconds=one,
            against_seconds=other,
        )
        changed = pupils // 40
        ratio, one, other = paired(walk_new, walk, runs=RUNS, before=lambda: _change(changed))
        yield Result(
            name="round-incremental",
            ratio=ratio,
            goal=0.05,
            against="a round that looks at everybody, same city, nothing new in either",
            runs=RUNS,
            scale=f"{changed} changed of {size}",
            seconds=one,
            against_seconds=other,
        )


def walk() -> None:
    services.walk_round(on=city.ON, cause=RobotRound.Cause.BY_HAND, at=city.AT, is_full=True)


def walk_new() -> None:
    services.walk_round(on=city.ON, cause=RobotRound.Cause.BY_HAND, at=city.AT, is_full=False)


def _change(count: int) -> None:
    """Mark so many pupils as an import does, anywhere in the city, heavy and light alike."""
    ids = list(Pupil.objects.order_by("pk").values_list("pk", flat=True))
    chosen = random.Random(count).sample(ids, count)  # noqa: S311 (who has changed, no secret)
    PupilToCheck.objects.bulk_create(
        [PupilToCheck(pupil_id=pk, due_on=city.ON) for pk in chosen], ignore_conflicts=True
    )


def bare_sum() -> None:
    lowest = min(step.threshold for step in KEMI.steps if step.trigger == "hours")
    marks = ", ".join(["%s"] * len(COUNTED))
    with connection.cursor() as cursor:
        cursor.execute(
            BARE_SUM.format(marks=marks),
            [dt.date(2026, 8, 1), city.ON, *COUNTED, lowest * 45],
        )
        cursor.fetchall()
