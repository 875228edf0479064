"""The arithmetic of the intervention model. Pure: no database, no clock."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class HourStep:
    """A step that is reached when the counted hours fill."""

    slug: str
    order: int
    threshold: int


def hours(minutes: int, *, per_hour: int) -> Decimal:
    """Minutes as hours of the model, to two decimals: 90 minutes are 2 hours of 45."""
    return (Decimal(minutes) / per_hour).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def counted_minutes(by_class: Mapping[str, int], counted: Iterable[str]) -> int:
    return sum(by_class.get(one, 0) for one in counted)


def step_reached(minutes: int, steps: Sequence[HourStep], *, per_hour: int) -> HourStep | None:
    """The highest step whose threshold is full (>=). A pupil past two gets only the higher."""
    full = [step for step in steps if minutes >= step.threshold * per_hour]
    return max(full, key=lambda step: step.threshold, default=None)


def uncovered(unresolved: Iterable[dt.date], *, told_until: dt.date | None) -> list[dt.date]:
    """The unresolved days that no earlier, answered alert has been about."""
    return sorted({day for day in unresolved if told_until is None or day > told_until})
