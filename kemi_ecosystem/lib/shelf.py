"""Made papers under PORTAL_HOME/paper, each by what stands on it. Losing them loses nothing."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from kemi_ecosystem.lib import pdf

# After so long a worker that said it had begun is taken for lost.
LOST_AFTER = 180
# How long a failure is told before somebody may try again.
FAILED_FOR = 60
KEPT = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Shelf:
    """The place of one paper: the file, how far it is, and whether it failed."""

    key: str

    @property
    def paper(self) -> Path:
        return _folder() / f"{self.key}.pdf"

    @property
    def progress(self) -> Path:
        return _folder() / f"{self.key}.sheets"

    @property
    def failure(self) -> Path:
        return _folder() / f"{self.key}.failed"

    def read(self) -> bytes | None:
        """The paper, or None while there is none. Being asked for keeps it another month."""
        try:
            data = self.paper.read_bytes()
            os.utime(self.paper)
        except FileNotFoundError:
            return None
        return data

    def claim(self, *, at: float) -> bool:
        """Whether the one who asks shall make it: nobody else is at it (`at`: Unix time)."""
        if _is_younger(self.progress, LOST_AFTER, at):
            return False
        self.progress.unlink(missing_ok=True)
        try:
            os.close(os.open(self.progress, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            return False
        return True

    def has_failed(self, *, at: float) -> bool:
        return _is_younger(self.failure, FAILED_FOR, at)

    def sheets(self) -> int:
        """How many sheets are laid out so far."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int(self.progress.read_text(encoding="ascii"))
        return 0

    def make(self, html: str, *, seconds: float) -> bytes:
        """Make the paper and lay it here. Raises PaperError."""
        try:
            data = pdf.make(html, seconds=seconds, progress=self.progress)
        except pdf.PaperError:
            self.failure.touch()
            raise
        else:
            draft = self.paper.with_suffix(f".{os.getpid()}")
            draft.write_bytes(data)
            draft.replace(self.paper)
            return data
        finally:
            self.progress.unlink(missing_ok=True)


def tidy(*, at: float) -> int:
    """Remove what nobody has asked for in a month. Returns how many files went."""
    old = [path for path in _folder().iterdir() if not _is_younger(path, KEPT, at)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _is_younger(path: Path, seconds: float, at: float) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return at - path.stat().st_mtime < seconds
    return False


def _folder() -> Path:
    folder = Path(settings.PORTAL_HOME) / "paper"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
