"""When adults are promised to somebody. Apps that know it register; nobody imports them for it."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Busy:
    user_id: int
    begins: dt.datetime
    ends: dt.datetime


Source = Callable[[dt.date, dt.date], Iterable[Busy]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """`source(first, last)` tells who is promised to somebody on these days."""
    if source not in _sources:
        _sources.append(source)


def promised(first: dt.date, last: dt.date) -> Iterator[Busy]:
    for source in _sources:
        yield from source(first, last)
