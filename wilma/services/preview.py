"""How a profile would read a file: its first rows, understood. Nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from wilma.parsers import FileRefused, NoteRow, Rejected, read_notes
from wilma.parsers.xlsx import A_LOOK, as_csv
from wilma.services.gather import as_cells

FIRST = 5


@dataclass(slots=True)
class Preview:
    """`fields` are what the rows have; a row is its line and its cells, or why it was left out."""

    fields: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str], str]] = field(default_factory=list)
    dropped: tuple[str, ...] = ()
    reason: str = ""


def first_rows(path: Path, *, columns: Mapping[str, str], lesson_minutes: int) -> Preview:
    """Read the first rows as a profile would have it. A file that cannot be read says why."""
    try:
        with as_csv(path, seconds=A_LOOK) as table:
            found = read_notes(table.path, profile=columns, lesson_minutes=lesson_minutes)
            rows = list(islice(found, FIRST))
    except FileRefused as refusal:
        return Preview(reason=str(refusal))
    told = [(one, as_cells(one) if isinstance(one, NoteRow) else {}) for one in rows]
    fields = [name for name in found.columns if any(name in cells for _row, cells in told)]
    return Preview(
        fields=fields,
        rows=[
            (
                row.line,
                [cells.get(name, "") for name in fields],
                row.reason if isinstance(row, Rejected) else "",
            )
            for row, cells in told
        ],
        dropped=found.dropped_columns,
    )
