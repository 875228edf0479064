"""Pupils, groups, guardians and staff: out of a CSV of any columns, or out of OneRoster."""

from pathlib import Path

from wilma.parsers.errors import FileRefused
from wilma.parsers.files import refuse_unfit
from wilma.parsers.oneroster import read_oneroster
from wilma.parsers.roster_csv import read_roster_csv
from wilma.parsers.roster_rows import RosterFile

MOST_REASONS = 3


def read_roster(path: Path) -> RosterFile:
    """Understand a roster: a CSV file, or OneRoster's CSVs as a folder or a zip.

    Raises FileRefused.
    """
    if path.is_dir():
        return read_oneroster(path)
    refuse_unfit(path, zip_is_fine=True)
    with path.open("rb") as source:
        is_zip = source.read(4) == b"PK\x03\x04"
    found = read_oneroster(path) if is_zip else read_roster_csv(path)
    if not found.pupils and not found.staff:
        raise FileRefused(_why_nobody(found))
    return found


def _why_nobody(found: RosterFile) -> str:
    if not found.rejected:
        return "Tiedostossa ei ole yhtään oppilasta."
    reasons = list(dict.fromkeys(one.reason for one in found.rejected))[:MOST_REASONS]
    return (
        f"Yksikään rivi ei kelpaa: {'; '.join(reasons)}. Ovatko sarakkeet oikeassa järjestyksessä?"
    )
