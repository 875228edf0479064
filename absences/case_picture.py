"""A pupil's year as numbers and pictures. Pure: from notes to what the case page draws."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.utils.dates import MONTHS

from absences.rules import IsSchoolDay, hours, runs

Key = TypeVar("Key")
WEEK = dt.timedelta(weeks=1)
MONTH = dt.timedelta(days=31)
BEFORE_AND_AFTER = 4
LONG_RUN = 3
CHART_HEIGHT = 120
BAR = 14
GAP = 6
MOST_SHADES = 3


@dataclass(frozen=True, slots=True)
class CaseNote:
    date: dt.date
    lesson: int | None
    national_class: str
    minutes: int
    unresolved: bool


@dataclass(frozen=True, slots=True)
class WeekBar:
    """One week: hours counted and not counted, and where its bars stand in the picture."""

    monday: dt.date
    counted: Decimal
    other: Decimal
    x: int
    counted_y: float
    counted_height: float
    other_y: float
    other_height: float


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One lesson of the day: how often away, Monday to Friday, each with its shade from 0 to 3."""

    lesson: int
    cells: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    weeks: tuple[WeekBar, ...]
    width: int
    height: int
    # Where a month begins under the weeks, and the hours of the highest week.
    months: tuple[tuple[int, str], ...]
    most: Decimal
    heat: tuple[HeatRow, ...]
    # Weekday (0 is Monday), lesson and count of the most frequent cell; of several alike, of the
    # weekday, without a lesson. None when nothing stands out.
    peak: tuple[int, int | None, int] | None
    runs: tuple[tuple[dt.date, dt.date, int], ...]
    latenesses: tuple[tuple[dt.date, int], ...]
    by_class: tuple[tuple[str, Decimal, bool], ...]
    total: Decimal


def draw(  # noqa: PLR0913
    notes: Sequence[CaseNote],
    *,
    absences: Collection[str],
    counted: Collection[str],
    per_hour: int,
    first: dt.date,
    last: dt.date,
    is_school_day: IsSchoolDay,
) -> Picture:
    """All that the page shows of the notes from `first` to `last`."""
    away = [one for one in notes if one.national_class in absences]
    weeks = _weeks(away, counted, per_hour, first, last)
    by_class: Counter[str] = Counter()
    for one in away:
        by_class[one.national_class] += one.minutes
    total = sum(minutes for name, minutes in by_class.items() if name in counted)
    heat = _heat(away)
    return Picture(
        weeks=weeks,
        width=len(weeks) * (BAR + GAP) + GAP,
        height=CHART_HEIGHT,
        months=_month_marks(weeks),
        most=max((one.counted + one.other for one in weeks), default=Decimal(0)),
        heat=heat,
        peak=_peak(heat),
        runs=tuple(
            (run[0], run[-1], len(run))
            for run in reversed(runs((one.date for one in away), is_school_day))
            if len(run) >= LONG_RUN
        ),
        latenesses=_months(one.date for one in notes if one.national_class == "late"),
        by_class=tuple(
            (name, hours(minutes, per_hour=per_hour), name in counted)
            for name, minutes in by_class.most_common()
        ),
        total=hours(total, per_hour=per_hour),
    )


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _weeks(
    away: Iterable[CaseNote],
    counted: Collection[str],
    per_hour: int,
    first: dt.date,
    last: dt.date,
) -> tuple[WeekBar, ...]:
    minutes: dict[dt.date, list[int]] = defaultdict(lambda: [0, 0])
    for one in away:
        minutes[_monday(one.date)][one.national_class not in counted] += one.minutes
    most = max((sum(pair) for pair in minutes.values()), default=0) or 1
    bars = []
    monday, place = _monday(first), 0
    while monday <= last:
        counts, other = minutes.get(monday, [0, 0])
        low, high = counts / most * CHART_HEIGHT, other / most * CHART_HEIGHT
        bars.append(
            WeekBar(
                monday=monday,
                counted=hours(counts, per_hour=per_hour),
                other=hours(other, per_hour=per_hour),
                x=GAP + place * (BAR + GAP),
                counted_y=round(CHART_HEIGHT - low, 1),
                counted_height=round(low, 1),
                other_y=round(CHART_HEIGHT - low - high, 1),
                other_height=round(high, 1),
            )
        )
        monday, place = monday + WEEK, place + 1
    return tuple(bars)


def _month_marks(weeks: Sequence[WeekBar]) -> tuple[tuple[int, str], ...]:
    """The first week of each month; a month of a few weeks at an edge has no room for its name."""
    first: dict[dt.date, int] = {}
    for one in weeks:
        first.setdefault(one.monday.replace(day=1), one.x)
    marks = [(x, str(MONTHS[month.month])) for month, x in first.items()]
    return tuple(
        mark
        for mark, after in zip(marks, [*marks[1:], None], strict=True)
        if after is None or after[0] - mark[0] > 3 * (BAR + GAP)
    )


def _heat(away: Iterable[CaseNote]) -> tuple[HeatRow, ...]:
    count: Counter[tuple[int, int]] = Counter()
    for one in away:
        if one.lesson and one.date.weekday() < 5:  # noqa: PLR2004 (Monday to Friday)
            count[one.lesson, one.date.weekday()] += 1
    lessons = sorted({lesson for lesson, _day in count})
    most = max(count.values(), default=0)
    return tuple(
        HeatRow(
            lesson,
            tuple((count[lesson, day], _shade(count[lesson, day], most)) for day in range(5)),
        )
        for lesson in lessons
    )


def _shade(count: int, most: int) -> int:
    """Of three shades, by the pupil's own most: a lot behind still shows where it is most."""
    return -(-MOST_SHADES * count // max(most, MOST_SHADES))


def _peak(heat: Iterable[HeatRow]) -> tuple[int, int | None, int] | None:
    cells = Counter(
        {(day, row.lesson): count for row in heat for day, (count, _s) in enumerate(row.cells)}
    )
    days = Counter[int]()
    for (day, _lesson), count in cells.items():
        days[day] += count
    if best := _highest(cells):
        (day, lesson), count = best
        return day, lesson, count
    if best_day := _highest(days):
        return best_day[0], None, best_day[1]
    return None


def _highest(count: Counter[Key]) -> tuple[Key, int] | None:
    """The one that is more than any other, and more than once."""
    best = count.most_common(2)
    if not best or best[0][1] <= 1 or (len(best) > 1 and best[0][1] == best[1][1]):
        return None
    return best[0]


def _months(days: Iterable[dt.date]) -> tuple[tuple[dt.date, int], ...]:
    """Month by month from the first one to the last; a month without any is a month, too."""
    count = Counter(day.replace(day=1) for day in days)
    if not count:
        return ()
    months, month = [], min(count)
    while month <= max(count):
        months.append((month, count[month]))
        month = (month + MONTH).replace(day=1)
    return tuple(months)


def before_and_after(
    on: dt.date, weeks: Mapping[dt.date, Decimal], *, today: dt.date
) -> tuple[Decimal, Decimal, int] | None:
    """Counted hours a week in the four weeks before and after a day, and how many came after.

    `weeks` are those that had school: a holiday is no change for the better. None where there is
    nothing to set beside it, as until one whole week has passed.
    """
    this = _monday(on)
    before = [one for one in sorted(weeks) if one < this][-BEFORE_AND_AFTER:]
    whole = [one for one in sorted(weeks) if this < one <= today + dt.timedelta(days=1) - WEEK]
    after = whole[:BEFORE_AND_AFTER]
    if not before or not after:
        return None
    return _mean(before, weeks), _mean(after, weeks), len(after)


def _mean(mondays: Sequence[dt.date], weeks: Mapping[dt.date, Decimal]) -> Decimal:
    total = sum((weeks[one] for one in mondays), Decimal(0))
    return (total / len(mondays)).quantize(Decimal("0.1"))
