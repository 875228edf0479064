"""Work in processes of its own: side by side, their memory limited and its peak measured."""

import json
import os
import resource
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from django.db import connections

from kemi_ecosystem.bench.measure import Work, seconds

MEBI = 1 << 20


@dataclass(frozen=True, slots=True)
class Spent:
    seconds: float
    peak_mebibytes: int


def apart(work: Work, *, memory: int | None = None) -> Spent:
    """The work in one process, which may use so many bytes of memory."""
    return side_by_side([work], memory=memory)[0]


def side_by_side(works: Sequence[Work], *, memory: int | None = None) -> list[Spent]:
    """Each in a process of its own, all at once. Raises RuntimeError when one of them fails."""
    connections.close_all()
    return [_wait_for(*one) for one in [_begin(work, memory) for work in works]]


def _begin(work: Work, memory: int | None) -> tuple[int, int]:
    hears, says = os.pipe()
    pid = os.fork()
    if pid == 0:
        _work_and_leave(work, memory, says)
    os.close(says)
    return pid, hears


def _work_and_leave(work: Work, memory: int | None, says: int) -> NoReturn:
    # As the portal's own processes: the kernel shares a busy processor out by session.
    os.setsid()
    code = 1
    try:
        if memory is not None:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        spent = seconds(work)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        os.write(says, json.dumps([spent, peak // MEBI]).encode())
        code = 0
    except Exception:  # noqa: BLE001 (said aloud, and the parent raises)
        traceback.print_exc()
    finally:
        os._exit(code)


def _wait_for(pid: int, hears: int) -> Spent:
    with os.fdopen(hears, "rb") as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    if not said:
        raise RuntimeError("A process of the bench has failed; what it said stands above.")
    return Spent(*json.loads(said))
