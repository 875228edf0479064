"""Has a file been cut in the middle? Then nothing of it is read as the whole."""

from kemi_ecosystem.lib.csv_sniff import Row, Table
from wilma.parsers.errors import FileRefused

TOTALS = ("yhteensä", "yhteensa", "summa", "total", "sum", "kaikki yhteensä")
TRUNCATED = (
    "Tiedosto on katkennut kesken: viimeinen rivi on vajaa. Siitä ei tuotu mitään. "
    "Vie tiedosto uudelleen."
)


def refuse_if_cut(row: Row, table: Table, width: int) -> None:
    """The last record must not be shorter than the header and without its line's end."""
    is_total = bool(row.cells) and row.cells[0].strip().casefold().startswith(TOTALS)
    if any(row.cells) and len(row.cells) < width and not is_total and not table.ends_with_newline():
        raise FileRefused(TRUNCATED)
