"""Writes a spreadsheet's first sheet out as a CSV and ends: run by xlsx.py in a process of its own.

The reader lays a sheet out cell by cell up to its furthest one, and memory that runs out ends the
process; so it is not the portal's. Knows no Django. Tells which sheet it was, of how many, as JSON:
their names may name a child.
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


def main(source: str, target: str, seconds: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    try:
        book = CalamineWorkbook.from_path(source)
        number, sheet = _first_with_cells(book)
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
    except BaseException as error:
        # A panic of the reader, whose class has no name to be imported by.
        if type(error).__name__ != "PanicException":
            raise
        return BROKEN
    json.dump({"read": number, "sheets": len(book.sheet_names)}, sys.stdout)
    return 0


def _first_with_cells(book: CalamineWorkbook) -> tuple[int, CalamineSheet]:
    """The first sheet, as number one; an empty one is passed over when another has something."""
    first = book.get_sheet_by_index(0)
    if first.height:
        return 1, first
    for number, name in enumerate(book.sheet_names[1:], start=2):
        other = book.get_sheet_by_name(name)
        if other.height:
            return number, other
    return 1, first


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
