"""Timing two things in turn, and a database of one's own to do it in."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Result:
    """`ratio` is the median of the pairs. The goal may be missed: the figure stands as it is."""

    name: str
    ratio: float
    goal: float
    against: str
    runs: int
    scale: str
    seconds: float
    against_seconds: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def seconds(work: Work) -> float:
    begins = time.perf_counter()
    work()
    return time.perf_counter() - begins


def paired(
    work: Work, other: Work, *, runs: int, before: Work = lambda: None
) -> tuple[float, float, float]:
    """Both in turn, once to warm up and then `runs` times: median ratio, and each one's median.

    `before` puts things back before each; its time does not count.
    """

    def one(job: Work) -> float:
        before()
        return seconds(job)

    one(work), one(other)
    pairs = [(one(work), one(other)) for _ in range(runs)]
    ratio = statistics.median(mine / theirs for mine, theirs in pairs)
    first = statistics.median(mine for mine, _ in pairs)
    second = statistics.median(theirs for _, theirs in pairs)
    return round(ratio, 2), round(first, 4), round(second, 4)


Suite = Callable[[float], Iterator[Result]]


@contextmanager
def scratch_database() -> Iterator[None]:
    """An empty database beside the real one, on the same engine; gone afterwards."""
    real = connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory() as folder:
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "bench.sqlite3")
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(str(real), verbosity=0)
