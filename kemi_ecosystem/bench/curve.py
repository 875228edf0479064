"""From a small town to the largest city there is: does a pupil cost as much everywhere?"""

import statistics
from collections.abc import Iterator

from absences.models import Alert
from kemi_ecosystem.bench import city
from kemi_ecosystem.bench.apart import MEBI, apart
from kemi_ecosystem.bench.measure import Result, scratch_database
from kemi_ecosystem.bench.rounds import walk

SIZES = (1_000, 10_000, 50_000, 100_000, 300_000)
NOTES = 10_000_000
MEMORY = 2048 * MEBI
MORNINGS = 3
STRAIGHT = 1.25


def curve(scale: float) -> Iterator[Result]:
    """A round over everybody in cities of growing size; each round a process of at most 2 GB.

    The ratio is the time of a pupil against that of a pupil in the smallest city: 1 is straight.
    """
    smallest: tuple[int, float] | None = None
    for pupils in SIZES:
        if pupils > SIZES[-1] * scale:
            break
        with scratch_database():
            notes = NOTES * pupils // SIZES[-1]
            city.people(pupils)
            city.notes(notes)
            first = apart(walk, memory=MEMORY)
            mornings = [apart(walk, memory=MEMORY) for _ in range(MORNINGS)]
            spent = statistics.median(one.seconds for one in mornings)
            smallest = smallest or (pupils, spent)
            yield Result(
                name=f"curve-{pupils}",
                ratio=round(spent / pupils / (smallest[1] / smallest[0]), 2),
                goal=STRAIGHT,
                against=f"a pupil in a city of {smallest[0]}",
                runs=MORNINGS,
                scale=f"{notes} notes; {spent / notes * 1e6:.2f} s for a million; at most "
                f"{max(one.peak_mebibytes for one in mornings)} MB; the first round "
                f"{first.seconds:.1f} s, {first.peak_mebibytes} MB, {Alert.objects.count()} alerts",
                seconds=round(spent, 3),
                against_seconds=round(smallest[1], 3),
            )
