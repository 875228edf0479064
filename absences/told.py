"""What has been told already: as the alerts say, or as a trial of a model remembers."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple, Protocol, TypeVar

from django.db.models import QuerySet

from absences.models import Alert
from absences.rules import FalseAlarm, Span, Told
from kemi_ecosystem.lib.named import named

Rows = TypeVar("Rows", bound=QuerySet[Any])
# So many are named one by one in a question to the database; of more, all are read.
FEW = 1_000


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose notes are looked at: everybody's, or those of certain pupils.

    Ids rather than the question that found them: both databases then read only these pupils' part
    of the index.
    """

    only: Collection[int] | None = None

    def of(self, rows: Rows) -> Rows:
        """Those of the rows that belong to a pupil in reach."""
        return rows if self.only is None else rows.filter(pupil_id__in=named(self.only))

    def narrowed(self, to: Collection[int]) -> "Reach":
        """These of them, when they are few enough to be named; else no fewer than before."""
        return Reach(to) if self.only is not None or len(to) <= FEW else self


class Line(NamedTuple):
    """One thing told."""

    pupil_id: int
    slug: str
    window: str
    state: str
    on: dt.date
    value: Decimal
    covers_until: dt.date | None
    days: tuple[str, ...] = ()


class Ledger(Protocol):
    def waiting(self, slug: str, reach: Reach, *, since: dt.date) -> set[int]:
        """Those in reach of whom an alert of this step has not been answered yet."""
        ...

    def lines(
        self, slugs: Collection[str], reach: Reach, *, since: dt.date, with_days: bool = False
    ) -> Iterable[Line]:
        """What has been told of these steps to the adults of those in reach, oldest first."""
        ...


class Alerts:
    """The ledger of the real rounds."""

    def waiting(self, slug: str, reach: Reach, *, since: dt.date) -> set[int]:
        alerts = Alert.objects.open().filter(step_slug=slug, raised_on__gte=since)
        return set(reach.of(alerts).order_by().values_list("pupil_id", flat=True))

    def lines(
        self, slugs: Collection[str], reach: Reach, *, since: dt.date, with_days: bool = False
    ) -> Iterable[Line]:
        alerts = Alert.objects.filter(step_slug__in=slugs, raised_on__gte=since)
        rows = reach.of(alerts).order_by("raised_on")
        wanted = ["pupil_id", "step_slug", "window", "state", "raised_on", "value", "covers_until"]
        if with_days:
            wanted.append("evidence__days")
        return (Line(*one) for one in rows.values_list(*wanted))


@dataclass(slots=True)
class Memory:
    """The ledger of a trial, in which everything told is answered before the next morning."""

    by_slug: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))

    def waiting(self, slug: str, reach: Reach, *, since: dt.date) -> set[int]:
        del slug, reach, since  # by the next morning all has been answered
        return set()

    def add(self, line: Line) -> None:
        self.by_slug[line.slug].append(line)

    def lines(
        self, slugs: Collection[str], reach: Reach, *, since: dt.date, with_days: bool = False
    ) -> Iterable[Line]:
        del with_days  # a line in memory always has its days
        wanted = None if reach.only is None else set(reach.only)
        for slug in slugs:
            for line in self.by_slug[slug]:
                if line.on >= since and (wanted is None or line.pupil_id in wanted):
                    yield line


def by_pupil(lines: Iterable[Line], limits: dict[str, Decimal], span: Span) -> dict[int, Told]:
    """What each pupil's adults have been told of the days of one window.

    The limits are those of today. Who was told of less than a limit that has since been raised has
    not been told of it; and what was told within these days under the key of another window, when
    the model had that, has been told.
    """
    told: dict[int, Told] = {}
    for line in lines:
        number = _number(line.window, span.key)
        if not number and line.on < span.first:
            continue
        known, limit = told.get(line.pupil_id, Told()), min(limits[line.slug], line.value)
        number = max(known.number, number)
        if line.state == Alert.State.WITHDRAWN:
            false = FalseAlarm(limit, line.value, line.on)
            told[line.pupil_id] = replace(
                known, number=number, false_alarms=(*known.false_alarms, false)
            )
        else:
            told[line.pupil_id] = replace(
                known,
                limit=max(known.limit, limit),
                number=number,
                last_on=line.on,
                is_open=known.is_open or line.state == Alert.State.OPEN,
            )
    return told


def _number(window: str, key: str) -> int:
    """Which one under a key a window is: the first has the key alone. 0 for another key's."""
    if window == key:
        return 1
    return int(window.removeprefix(f"{key}#")) if window.startswith(f"{key}#") else 0


def runs_told(lines: Iterable[Line]) -> dict[int, list[tuple[dt.date, dt.date]]]:
    """The runs that have been told of, each from its first to its last day known then.

    What a step told when it looked at something else than runs was about no run.
    """
    told: dict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    for line in lines:
        if line.covers_until is not None:
            begins = dt.date.fromisoformat(line.window)
            told[line.pupil_id].append((begins, line.covers_until))
    return told


def days_told(lines: Iterable[Line]) -> dict[int, set[dt.date]]:
    """Per pupil: of which days the adults have been told."""
    told: dict[int, set[dt.date]] = defaultdict(set)
    for line in lines:
        told[line.pupil_id].update(dt.date.fromisoformat(day) for day in line.days or ())
    return told
