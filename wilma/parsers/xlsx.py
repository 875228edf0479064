"""A spreadsheet read safely: its first sheet's values, written out as the CSV that is then read.

Nothing in it is run: formulas come as the values that Excel stored, macros are refused unopened.
"""

import csv
import datetime as dt
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from wilma.parsers.errors import FileRefused
from wilma.parsers.files import open_zip

MOST_ROWS = 400_000
MOST_COLUMNS = 200


def is_xlsx(path: Path) -> bool:
    """Whether a file is Excel's, told by what is in it and not by its name."""
    if path.is_dir():
        return False
    with path.open("rb") as source:
        if source.read(4) != b"PK\x03\x04":
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


@contextmanager
def as_csv(path: Path) -> Iterator[Path]:
    """The path itself, or for a spreadsheet the path of its first sheet as a CSV for a while.

    Raises FileRefused for macros, a broken or a monstrous file.
    """
    if not is_xlsx(path):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "taulukko.csv"
        _write(path, target)
        yield target


def _write(path: Path, target: Path) -> None:
    with open_zip(path) as archive:
        if any("vbaProject" in name for name in archive.namelist()):
            raise FileRefused(
                "Tämä on Excel-tiedosto, jossa on makroja. Sitä ei avata. "
                "Tallenna tiedot CSV-muodossa."
            )
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)
        if sheet.height > MOST_ROWS or sheet.width > MOST_COLUMNS:
            raise FileRefused("Taulukko on liian suuri. Vie tiedot CSV-muodossa.")
        with target.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, delimiter=";")
            for row in sheet.iter_rows():
                writer.writerow([_cell(value) for value in row])
    except (CalamineError, IndexError, OSError) as error:
        raise FileRefused("Excel-tiedosto on rikki tai katkennut. Vie se uudelleen.") from error


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
