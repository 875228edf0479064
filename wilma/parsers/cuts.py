"""Has a file been cut in the middle? Then nothing of it is read as the whole."""

import re

from kemi_ecosystem.lib.csv_sniff import Row, Table
from wilma.parsers.errors import FileRefused

TOTALS = ("yhteensä", "yhteensa", "summa", "total", "sum", "kaikki yhteensä")
# "Yhteensä", "Yhteensä poissaoloja: 25", "Summa 3,5 h"; in the other cells numbers alone.
NUMBER = r"\d[\d .,]*( [a-zåäö]+)?"
TOTAL = re.compile(rf"(?i:{'|'.join(TOTALS)})( [a-zåäö]+)* ?:? ?({NUMBER})?")
COUNT = re.compile(rf"[-–]|{NUMBER}")
TRUNCATED = (
    "Tiedosto on katkennut kesken: viimeinen rivi on vajaa. Siitä ei tuotu mitään. "
    "Vie tiedosto uudelleen."
)
HALF_CELL = "tiedosto loppuu kesken tämän rivin: viimeinen tieto on vajaa"


def is_total(cells: list[str]) -> bool:
    """Is this a sum row? A child may be called Summa or Summanen: that row has other words, too."""
    first, *others = [" ".join(cell.split()) for cell in cells if cell.strip()] or [""]
    if not first.casefold().startswith(TOTALS):
        return False
    return bool(TOTAL.fullmatch(first)) and all(COUNT.fullmatch(one) for one in others)


class LastCells:
    """Does the very last cell of a file without its last line end look cut?

    It does when it is the beginning of what the column has had, or shorter than everything there.
    """

    MOST = 500

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._lengths: set[int] = set()
        self._has_blank = False

    def note(self, cells: list[str], width: int) -> None:
        """Remember the last cell of a whole row."""
        if len(cells) != width:
            return
        if not (cell := cells[-1].strip()):
            self._has_blank = True
        elif len(self._seen) < self.MOST:
            self._seen.add(cell)
            self._lengths.add(len(cell))

    def is_cut(self, cells: list[str]) -> bool:
        cell = cells[-1].strip()
        if not cell:
            return bool(self._seen) and not self._has_blank
        if cell in self._seen:
            return False
        if len(self._lengths) == 1 and len(self._seen) > 1 and len(cell) < min(self._lengths):
            return True
        return any(one.startswith(cell) for one in self._seen)


def refuse_if_cut(row: Row, table: Table, width: int) -> None:
    """The last record must not be shorter than the header and without its line's end."""
    is_short = any(row.cells) and len(row.cells) < width
    if is_short and not is_total(row.cells) and not table.ends_with_newline():
        raise FileRefused(TRUNCATED)
