"""A tidy log: one line per step, with how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO


class Steps:
    def __init__(self, out: IO[str]) -> None:
        self.out = out

    def say(self, words: str) -> None:
        self.out.write(words + "\n")
        self.out.flush()

    @contextmanager
    def step(self, words: str) -> Iterator[list[str]]:
        """Names a piece of work, then ticks it off. What is put in the list is shown behind it."""
        remarks: list[str] = []
        begins = time.monotonic()
        self.out.write(f"  … {words}\r" if self.out.isatty() else "")
        self.out.flush()
        yield remarks
        seconds = f"{time.monotonic() - begins:.1f} s".replace(".", ",")
        more = f" – {', '.join(remarks)}" if remarks else ""
        self.say(f"  ✓ {words} ({seconds}){more}")
