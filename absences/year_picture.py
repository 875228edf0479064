"""The school year as a calendar picture: weeks from left to right, weekdays from top to bottom.

Pure geometry and counting; the template draws it and writes the same as a table beside it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.template.defaultfilters import floatformat
from django.utils.dates import MONTHS, WEEKDAYS_ABBR

from schools.calendar import SchoolCalendar

WEEKDAYS = 5
STEP = 20
# A square of 17 with round corners, drawn on from its upper left.
ROUNDED = "h9q4 0 4 4v9q0 4-4 4h-9q-4 0-4-4v-9q0-4 4-4z"
LEFT = 44
# Weeks that a month's name is as wide as.
ROOM = 4
TOP = 22
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


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of absence, for the table: lessons counted and not counted, in words.

    A year has a hundred of them: what repeats is put into words once.
    """

    date: dt.date
    name: str
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
            months.append(Label(x, str(MONTHS[start.month])))
        for weekday in range(WEEKDAYS):
            date = start + dt.timedelta(days=weekday)
            cells.append(Cell(x, TOP + weekday * STEP, _kind(date, counted, other, calendar)))
    return YearPicture(
        width=max(LEFT + weeks * STEP, *(one.x + ROOM * STEP for one in months)),
        height=TOP + WEEKDAYS * STEP,
        cells=tuple(cells),
        shapes=_shapes(cells),
        months=tuple(_with_room(months)),
        weekdays=tuple(
            Cell(0, TOP + row * STEP + 13, str(WEEKDAYS_ABBR[row])) for row in range(WEEKDAYS)
        ),
        days=_day_rows(counted, other),
    )


def _with_room(months: list[Label]) -> list[Label]:
    """The first month may have begun long before: its name would run into the next one's."""
    is_crowded = len(months) > 1 and months[1].x - months[0].x < ROOM * STEP
    return months[1:] if is_crowded else months


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
    said = {hours: floatformat(hours) for hours in {0.0, *counted.values(), *other.values()}}
    weekdays = [str(WEEKDAYS_ABBR[number]) for number in range(7)]
    return tuple(
        DayRow(
            one,
            f"{weekdays[one.weekday()]} {one.day}.{one.month}.",
            said[counted.get(one, 0.0)],
            said[other.get(one, 0.0)],
        )
        for one in days
    )
