"""At which statement to the database a process is to stop: a few bytes that a house shares."""

import fcntl
import struct
from pathlib import Path

# Which moment, how many statements are left until it, and who has stopped there.
LAYOUT = struct.Struct("=4sii")
# Any statement of a worker or of the web process; or a worker's first after the alerts of a
# school are written, when nobody has been told of them.
MOMENTS = {
    b"work": ("worker", ""),
    b"page": ("web", ""),
    b"tell": ("worker", 'INSERT INTO "absences_alertrecipient"'),
}
NEVER = b"none"


def write(path: Path, moment: bytes = NEVER, left: int = 0) -> None:
    path.write_bytes(LAYOUT.pack(moment, left, 0))


def who_stopped(path: Path) -> int:
    """The process that has come to its moment; 0 until then."""
    return LAYOUT.unpack(path.read_bytes())[2]


def is_time(path: Path, *, role: str, sql: str, pid: int) -> bool:
    """Count this statement. True when it is the one."""
    with path.open("r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        moment, left, stopped = LAYOUT.unpack(file.read())
        whose, words = MOMENTS.get(moment, ("", ""))
        if stopped or whose != role or words not in sql:
            return False
        file.seek(0)
        file.write(LAYOUT.pack(moment, left - 1, pid if left == 1 else 0))
        return left == 1
