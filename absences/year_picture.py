"""The school year as a calendar picture: weeks from left to right, weekdays from top to bottom.

Geometry and counting only; the template draws it and writes the same as a table beside it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.template.defaultfilters import floatformat
from django.utils.formats import date_format

from schools.calendar import SchoolCalendar

WEEKDAYS = 5
STEP = 20
# A square of 17 with round corners, drawn on from its upper left.
ROUNDED = "h9q4 0 4 4v9q0 4-4 4h-9q-4 0-4-4v-9q0-4 4-4z"
LEFT = 28
TOP = 22
MONTHS = {
    8: "elo", 9: "syys", 10: "loka", 11: "marras", 12: "joulu", 1: "tammi",
    2: "helmi", 3: "maalis", 4: "huhti", 5: "touko", 6: "kesä", 7: "heinä",
}  # fmt: skip
# Counted lessons of a day to four shades: none, one or two, three or four, more.
SHADES = ((0, 0), (2, 1), (4, 2))


@dataclass(frozen=True, slots=True)
class Cell:
    x: int
    y: int
    kind: str


@dataclass(frozen=True, slots=True)
class Label:
    x: int
    text: str


class DayRow(NamedTuple):
    """One day of absence, for the table, as it is read: lessons counted and not counted."""

    day: str
    counted: str
    other: str


@dataclass(frozen=True, slots=True)
class YearPicture:
    width: int
    height: int
    cells: tuple[Cell, ...]
    shapes: tuple[tuple[str, str], ...]
    months: tuple[Label, ...]
    weekdays: tuple[Cell, ...]
    days: tuple[DayRow, ...]


def shade(lessons: float) -> int:
    return next((level for most, level in SHADES if lessons <= most), 3)


def draw_year(
    counted: Mapping[dt.date, float],
    other: Mapping[dt.date, float],
    *,
    first: dt.date,
    last: dt.date,
    calendar: SchoolCalendar,
) -> YearPicture:
    """The weeks from `first` to `last`. `counted` and `other` are lessons of absence by day."""
    monday = first - dt.timedelta(days=first.weekday())
    weeks = (last - monday).days // 7 + 1
    cells, months = [], []
    seen_month = None
    for week in range(weeks):
        x = LEFT + week * STEP
        start = monday + dt.timedelta(weeks=week)
        if start.month != seen_month and (start.day <= 7 or week == 0):  # noqa: PLR2004
            seen_month = start.month
            months.append(Label(x, MONTHS[start.month]))
        for weekday in range(WEEKDAYS):
            date = start + dt.timedelta(days=weekday)
            cells.append(Cell(x, TOP + weekday * STEP, _kind(date, counted, other, calendar)))
    return YearPicture(
        width=LEFT + weeks * STEP,
        height=TOP + WEEKDAYS * STEP,
        cells=tuple(cells),
        shapes=_shapes(cells),
        months=tuple(months),
        weekdays=tuple(
            Cell(0, TOP + row * STEP + 13, name)
            for row, name in enumerate(("ma", "ti", "ke", "to", "pe"))
        ),
        days=_day_rows(counted, other),
    )


def _shapes(cells: Sequence[Cell]) -> tuple[tuple[str, str], ...]:
    """One outline for all the cells of a kind: a year is six shapes, not three hundred."""
    outlines: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        outlines[cell.kind].append(f"M{cell.x + 4} {cell.y}{ROUNDED}")
    return tuple((kind, "".join(parts)) for kind, parts in sorted(outlines.items()))


def _kind(
    date: dt.date,
    counted: Mapping[dt.date, float],
    other: Mapping[dt.date, float],
    calendar: SchoolCalendar,
) -> str:
    if counted.get(date):
        return f"absent-{shade(counted[date])}"
    if other.get(date):
        return "not-counted"
    return "school" if calendar.is_school_day(date) else "off"


def _day_rows(
    counted: Mapping[dt.date, float], other: Mapping[dt.date, float]
) -> tuple[DayRow, ...]:
    days = sorted(set(counted) | set(other), reverse=True)
    # A year has a hundred such days and few different numbers: a filter for each is most of a page.
    text = cache(floatformat)
    return tuple(
        DayRow(date_format(one, "D j.n."), text(counted.get(one, 0)), text(other.get(one, 0)))
        for one in days
    )
