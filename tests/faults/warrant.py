"""Who may go on, and until which statement to the database: a few bytes that a house shares."""

import fcntl
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

# Which moment, how many statements are left until it, and who has come to it.
LAYOUT = struct.Struct("=4sii")
# Whose statements are counted, and which: any, or the first after the alerts of a school are
# written, when nobody has been told of them. The others stand still meanwhile.
MOMENTS = {
    b"work": ("worker", ""),
    b"page": ("web", ""),
    b"tell": ("worker", 'INSERT INTO "absences_alertrecipient"'),
}
STAND_STILL, FREE = b"stop", b"free"


@contextmanager
def _locked(path: Path, mode: str) -> Iterator[BinaryIO]:
    with path.open(mode, buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def write(path: Path, moment: bytes, left: int = 0) -> None:
    path.touch()
    with _locked(path, "r+b") as file:
        file.write(LAYOUT.pack(moment, left, 0))


def who_is_there(path: Path) -> int:
    """The process that has come to the moment; 0 until then."""
    with _locked(path, "rb") as file:
        return LAYOUT.unpack(file.read())[2]


def may_go_on(path: Path, *, role: str, sql: str, pid: int) -> bool:
    """Whether this process may make this statement now, which is counted."""
    with _locked(path, "r+b") as file:
        moment, left, there = LAYOUT.unpack(file.read())
        if moment == FREE:
            return True
        whose, words = MOMENTS.get(moment, ("nobody", ""))
        if there or role != whose:
            return False
        if words not in sql:
            return True
        file.seek(0)
        file.write(LAYOUT.pack(moment, left - 1, pid if left == 1 else 0))
        return left > 1
