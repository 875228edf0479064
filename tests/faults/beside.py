"""Two at the same moment, one of them held in its middle: nothing is left to chance or to time."""

import threading
from collections.abc import Callable

from django.db import DatabaseError, connection, connections

# Only a fault takes so long.
PATIENCE = 60
# How one gets in line behind another's transaction, on either engine.
IN_LINE = ("BEGIN IMMEDIATE", "SELECT pg_advisory")


class Held:
    """A piece of work that stops when it is done, the first time, until it is let go."""

    def __init__(self, work: Callable) -> None:
        self.work = work
        self.reached, self.go = threading.Event(), threading.Event()

    def __call__(self, *arguments, **named):
        found = self.work(*arguments, **named)
        if not self.reached.is_set():
            self.reached.set()
            assert self.go.wait(PATIENCE)
        return found


class Beside(threading.Thread):
    """One of the two. It says when it stands in line, and when it has finished."""

    def __init__(self, work: Callable, *arguments: object, in_line=IN_LINE) -> None:
        super().__init__()
        self.work, self.arguments, self.in_line = work, arguments, in_line
        self.error: Exception | None = None
        self.waits_or_done = threading.Event()

    def run(self) -> None:
        try:
            with connection.execute_wrapper(self._statement):
                self.work(*self.arguments)
        except (AssertionError, DatabaseError) as error:
            self.error = error
        finally:
            self.waits_or_done.set()
            connections.close_all()

    def _statement(self, execute, sql, *arguments):
        if sql.startswith(self.in_line):
            self.waits_or_done.set()
        return execute(sql, *arguments)


def at_once(first: Beside, held: Held, second: Beside) -> None:
    """The second comes when the first is held, which goes on when the second can get no farther."""
    first.start()
    assert held.reached.wait(PATIENCE)
    second.start()
    assert second.waits_or_done.wait(PATIENCE)
    held.go.set()
    for one in (first, second):
        one.join(PATIENCE)
        if one.error:
            raise one.error
