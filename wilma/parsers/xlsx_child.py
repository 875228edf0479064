"""Writes a spreadsheet's first sheet out as a CSV and ends: run by xlsx.py in a process of its own.

The reader lays a sheet out cell by cell up to its furthest one, and memory that runs out ends the
process; so it is not the portal's. Knows no Django. Tells the other sheets' names as JSON.
"""

import csv
import datetime as dt
import json
import resource
import sys
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

TOO_LARGE, BROKEN = 3, 4
MOST_ROWS = 400_000
MOST_COLUMNS = 200
MOST_MEMORY = 1536 * 1024 * 1024
MOST_SECONDS = 300


def main(source: str, target: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        book = CalamineWorkbook.from_path(source)
        sheet = _first_with_cells(book)
        if sheet.height > MOST_ROWS or sheet.width > MOST_COLUMNS:
            return TOO_LARGE
        with open(target, "w", encoding="utf-8", newline="") as out:  # noqa: PTH123 (starts sooner)
            writer = csv.writer(out, delimiter=";")
            for row in sheet.iter_rows():
                writer.writerow([_cell(value) for value in row])
    except MemoryError:
        return TOO_LARGE
    except (CalamineError, IndexError, OSError):
        return BROKEN
    names = [name for name in book.sheet_names if name != sheet.name]
    json.dump({"read": sheet.name, "others": names}, sys.stdout)
    return 0


def _first_with_cells(book: CalamineWorkbook) -> CalamineSheet:
    """The first sheet; an empty one is passed over when another has something."""
    first = book.get_sheet_by_index(0)
    if first.height:
        return first
    for name in book.sheet_names[1:]:
        other = book.get_sheet_by_name(name)
        if other.height:
            return other
    return first


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "kyllä" if value else "ei"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    return str(value)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
