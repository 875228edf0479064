"""Translations come out of `locale/*.po` at the start: no tool is needed to compile them.

gettext reads only compiled catalogues. They are made once into the portal's home, and again when a
.po file has changed; two processes that start together make the same files.
"""

import os
from pathlib import Path

import polib


def compile_all(source: Path, target: Path) -> Path:
    """Compile each catalogue of `source` that has no fresh one in `target`. Returns `target`."""
    for path in sorted(source.glob("*/LC_MESSAGES/django.po")):
        compiled = target / path.relative_to(source).with_suffix(".mo")
        stamp = path.stat().st_mtime_ns
        if compiled.exists() and compiled.stat().st_mtime_ns == stamp:
            continue
        compiled.parent.mkdir(parents=True, exist_ok=True)
        draft = compiled.with_suffix(f".{os.getpid()}")
        polib.pofile(str(path)).save_as_mofile(str(draft))
        os.utime(draft, ns=(stamp, stamp))
        draft.replace(compiled)
    return target
