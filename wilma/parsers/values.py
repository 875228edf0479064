"""One cell to one value. Cached where a file repeats itself two hundred thousand times."""

import datetime as dt
import re
import unicodedata
from functools import lru_cache

from wilma.parsers.errors import RowRejected

EARLIEST = dt.date(2000, 1, 1)
LATEST = dt.date(2100, 12, 31)
YES = frozenset({"kyllä", "kylla", "k", "x", "1", "true", "on", "yes", "y", "tosi", "kuitattu"})
NO = frozenset({"ei", "e", "0", "false", "no", "n", "-", "epätosi"})
FINNISH_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?:\s+(?:klo\s*)?[\d.:]+)?")
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ][\d:.+Z-]*)?")
PHONE = re.compile(r"\+\d[\d\s()-]{4,24}")
TIME = re.compile(r"(\d{1,2})[:.](\d{2})")
IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])\d{6}[-+ABCDEFYXWVU]\d{3}[0-9A-FHJ-NPR-Y](?![0-9A-Za-z])", re.IGNORECASE
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# Control characters, and the halves of a character that a JSON may hold.
UNFIT = frozenset({"Cc", "Cs"})
# The days of our time as a spreadsheet counts them in a cell that is not formatted as a date.
SERIAL = re.compile(r"(?:3[6-9]|[4-6]\d|7[0-2])\d{3}")
TELLABLE = re.compile(r"[\d\s.,:/+-]{1,24}")
# What is left of ä and ö when a file has been read in a wrong encoding and saved again.
BROKEN_LETTERS = re.compile("[\ufffd\u2500-\u257f]")
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@lru_cache(maxsize=4096)
def parse_date(text: str) -> dt.date:
    """A date as Finns write it or ISO, with or without a time. Raises RowRejected."""
    found = text.strip().replace("\u00a0", " ")
    if match := FINNISH_DATE.fullmatch(found):
        day, month, year = (int(part) for part in match.groups())
        year += 2000 if year < 100 else 0  # noqa: PLR2004
    elif match := ISO_DATE.fullmatch(found):
        year, month, day = (int(part) for part in match.groups())
    elif SERIAL.fullmatch(found):
        raise RowRejected("päiväys on Excelin järjestysnumero: muotoile sarake päivämääräksi")
    else:
        raise RowRejected(
            f"päiväystä ei tunnistettu: ”{_shown(found)}”" if found else "päiväys puuttuu"
        )
    try:
        date = dt.date(year, month, day)
    except ValueError:
        raise RowRejected(f"päivää {_shown(found)} ei ole kalenterissa") from None
    if not EARLIEST <= date <= LATEST:
        raise RowRejected(f"päiväys {_shown(found)} ei voi olla oikein")
    return date


@lru_cache(maxsize=1024)
def parse_decimal(text: str) -> float:
    """A number with a comma or a point. Raises RowRejected."""
    found = text.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        number = float(found)
    except ValueError:
        raise RowRejected(f"lukua ei tunnistettu: ”{_shown(text)}”") from None
    if number != number or abs(number) > 1e6:  # noqa: PLR0124, PLR2004
        raise RowRejected(f"lukua ei tunnistettu: ”{_shown(text)}”")
    return number


@lru_cache(maxsize=256)
def parse_bool(text: str) -> bool | None:
    """Yes or no; None for an empty cell. Raises RowRejected for anything else."""
    found = text.strip().casefold()
    if not found:
        return None
    if found in YES:
        return True
    if found in NO:
        return False
    raise RowRejected(f"kyllä/ei-arvoa ei tunnistettu: ”{_shown(text)}”")


@lru_cache(maxsize=256)
def parse_time(text: str) -> str:
    """A time of day as HH:MM, or nothing."""
    match = TIME.match(text.strip())
    return f"{int(match[1]):02d}:{match[2]}" if match else ""


@lru_cache(maxsize=8192)
def clean_text(text: str) -> str:
    """Composed, stripped text. Raises RowRejected for control characters and formula cells."""
    found = unicodedata.normalize("NFC", text.replace("\u00a0", " ")).strip()
    if any(unicodedata.category(char) in UNFIT or char in BIDI for char in found):
        raise RowRejected("solussa on merkkejä, joita tekstissä ei ole")
    if found.startswith(FORMULA) and len(found) > 1 and not PHONE.fullmatch(found):
        raise RowRejected("solu alkaa kaavan merkillä (= + - @)")
    return found


def clean_name(text: str) -> str:
    """Clean text that stays to be read. Raises RowRejected also when its letters are broken."""
    found = clean_text(text)
    if BROKEN_LETTERS.search(found):
        raise RowRejected("ääkköset ovat rikkoutuneet: vie tiedosto uudelleen UTF-8-muodossa")
    return found


def looks_like_identity_number(text: str) -> bool:
    """Does the text hold a Finnish personal identity code, of any century sign?"""
    return len(text) > 10 and IDENTITY.search(text) is not None  # noqa: PLR2004


def _shown(text: str) -> str:
    """What a report may repeat of a cell. A cell with a word in it may well be a name."""
    return text if TELLABLE.fullmatch(text) else "…"
