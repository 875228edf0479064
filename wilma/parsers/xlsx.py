"""A spreadsheet read safely: its first sheet's values, written out as the CSV that is then read.

Nothing in it is run: formulas come as the values that Excel stored, macros are refused unopened.
The reading is done by a process of its own (xlsx_child.py), so that no file takes the portal down.
"""

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wilma.parsers.errors import FileRefused
from wilma.parsers.files import open_zip

CHILD = Path(__file__).with_name("xlsx_child.py")
# How the child says why there is no table.
TOO_LARGE, BROKEN = 3, 4
# Processor time. A real export takes seconds; somebody waits for a look at it.
LONGEST, A_LOOK = 300, 20
# A busy machine takes longer than its processor time.
WAITS = 4


@dataclass(frozen=True, slots=True)
class Table:
    """A file to be read as text. Of a spreadsheet, which of its sheets that is."""

    path: Path
    sheet: int = 1
    sheets: int = 1


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
def as_csv(path: Path, *, seconds: int = LONGEST) -> Iterator[Table]:
    """The file itself, or for a spreadsheet its first sheet as a CSV for a while.

    Raises FileRefused for macros, a broken or a monstrous file.
    """
    if not is_xlsx(path):
        yield Table(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield _write(path, Path(folder) / "taulukko.csv", seconds)


def _write(path: Path, target: Path, seconds: int) -> Table:
    with open_zip(path) as archive:
        if any("vbaProject" in name for name in archive.namelist()):
            raise FileRefused(
                "Tämä on Excel-tiedosto, jossa on makroja. Sitä ei avata. "
                "Tallenna tiedot CSV-muodossa."
            )
    code, told = _ask_child(path, target, seconds)
    if code == BROKEN:
        raise FileRefused("Excel-tiedosto on rikki tai katkennut. Vie se uudelleen.")
    # Also when the child has been ended by what memory or time it was allowed.
    if code == TOO_LARGE or code < 0:
        raise FileRefused(
            "Taulukko on liian suuri, tai jokin solu on kaukana muista. Vie tiedot CSV-muodossa."
        )
    if code:
        raise RuntimeError(f"The reader of spreadsheets ended with {code}.")
    answer = json.loads(told)
    return Table(target, answer["read"], answer["sheets"])


def _ask_child(path: Path, target: Path, seconds: int) -> tuple[int, bytes]:
    """Its exit code and what it says. Our own interpreter and our own file."""
    words = [sys.executable, "-I", str(CHILD), str(path), str(target), str(seconds)]
    try:
        done = subprocess.run(words, capture_output=True, check=False, timeout=seconds * WAITS)  # noqa: S603
    except subprocess.TimeoutExpired:
        return TOO_LARGE, b""
    return done.returncode, done.stdout
