"""Reading a table of text whose encoding and delimiter nobody has told us. Streaming."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

BLOCK = 1 << 20
DELIMITERS = ";\t|,"
# The letters of Finnish and Swedish in cp1252 and in MS-DOS's cp850, and bytes cp1252 lacks.
CP1252_LETTERS = frozenset("äöåÄÖÅéÉüÜ–’”".encode("cp1252"))
CP850_LETTERS = frozenset("äöåÄÖÅéÉüÜ".encode("cp850"))
NOT_IN_CP1252 = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})
# How ä, ö, å, Ä, Ö and é look when UTF-8 was read as cp1252 and saved again.
MOJIBAKE = ("Ã¤", "Ã¶", "Ã¥", "Ã„", "Ã–", "Ã©")
FIELD_LIMIT = 1 << 20
# A record over more lines than this is a quote left open, not a long remark.
MOST_LINES = 25


class UnreadableTextError(Exception):
    """The bytes are not text in any encoding that a school exports."""


class Row(NamedTuple):
    """One record: the physical line where it starts, and its cells; none when it is broken."""

    line: int
    cells: list[str]
    is_broken: bool = False


class UnclosedQuoteError(Exception):
    """A quotation mark that is never closed would swallow the rest of the file."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, slots=True)
class Table:
    path: Path
    encoding: str
    delimiter: str
    mojibake: bool = False

    def __iter__(self) -> Iterator[Row]:
        """Records in order; a broken one is told apart and the next is read.

        Raises UnclosedQuoteError for a quote that runs to the end or over many lines.
        """
        with self.path.open(encoding=self.encoding, newline="") as source:
            lines = _repaired(source) if self.mojibake else source
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            start = 1
            while True:
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    if "end of data" in str(error) or "field larger" in str(error):
                        raise UnclosedQuoteError(start) from error
                    yield Row(start, [], is_broken=True)
                else:
                    if cells is None:
                        return
                    if reader.line_num - start >= MOST_LINES:
                        raise UnclosedQuoteError(start)
                    yield Row(start, cells)
                start = reader.line_num + 1

    def ends_with_newline(self) -> bool:
        with self.path.open("rb") as source:
            source.seek(-1, 2)
            return source.read(1) in b"\r\n"


def _repaired(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        try:
            yield line.encode("cp1252").decode("utf-8")
        except UnicodeError:
            yield line


def open_table(path: Path) -> Table:
    """Sniff a file. Raises UnreadableTextError when it is not text."""
    csv.field_size_limit(FIELD_LIMIT)
    encoding = sniff_encoding(path)
    with path.open(encoding=encoding, newline="") as source:
        head = source.read(64_000)
    mojibake = encoding.startswith("utf-8") and any(pair in head for pair in MOJIBAKE)
    return Table(path, encoding, sniff_delimiter(head), mojibake)


def sniff_encoding(path: Path) -> str:
    """utf-8 with or without mark if the whole file is that; otherwise cp1252 or cp850."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, first = True, b""
    windows = dos = 0
    with path.open("rb") as source:
        while block := source.read(BLOCK):
            first = first or block[:4]
            if b"\x00" in block:
                message = "NUL bytes: not text, or UTF-16"
                raise UnreadableTextError(message)
            if is_utf8:
                is_utf8 = _decodes(decoder, block)
            high = block.translate(None, bytes(range(128)))
            windows += sum(byte in CP1252_LETTERS for byte in high)
            dos += sum(byte in CP850_LETTERS or byte in NOT_IN_CP1252 for byte in high)
    if is_utf8 and _decodes(decoder, b"", final=True):
        return "utf-8-sig" if first.startswith(codecs.BOM_UTF8) else "utf-8"
    return "cp850" if dos > windows else "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def sniff_delimiter(head: str) -> str:
    """The delimiter that divides most of the first lines into the same number of cells."""
    lines = [line for line in head.splitlines()[:40] if line.strip()]

    def score(delimiter: str) -> tuple[int, int]:
        widths = [line.count(delimiter) for line in lines]
        common = max(set(widths), key=lambda width: (width > 0) * widths.count(width), default=0)
        return (widths.count(common) * common if common else 0, -DELIMITERS.index(delimiter))

    return max(DELIMITERS, key=score)
