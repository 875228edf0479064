"""Lays out one page and ends: run by pdf.make in a process of its own. Knows no Django.

Reads an order as JSON, writes the PDF. Has no way to the network and reads only the files that
the order names.
"""

import json
import logging
import mimetypes
import re
import resource
import sys
from pathlib import Path
from typing import Any

NO_LIBRARIES, FORBIDDEN = 3, 4
SHEET = re.compile(r"Page (\d+)")

try:
    import pydyf
    import weasyprint
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
except (ImportError, OSError) as reason:
    sys.stderr.write(str(reason))
    sys.exit(NO_LIBRARIES)


class Shelf(URLFetcher):  # type: ignore[misc]
    """Hands out what was laid on it, and `data:` addresses; anything else ends the work."""

    def __init__(self, files: dict[str, str]) -> None:
        super().__init__(allowed_protocols={"data"})
        self._shelf = files

    def fetch(self, url: str, headers: Any = None) -> Any:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        path = self._shelf.get(url.removeprefix("portal:")) if url.startswith("portal:") else None
        if path is None:
            raise FatalURLFetchingError(f"not allowed: {url[:200]}")
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": kind})


class Counter(logging.Handler):
    """Writes down how many sheets are laid out."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = Path(path)

    def emit(self, record: logging.LogRecord) -> None:
        if found := SHEET.search(record.getMessage()):
            self._path.write_text(found.group(1), encoding="ascii")


def set_decoration_aside(tree: Any) -> None:
    """A picture with an empty `alt` says nothing: a background is no part of what is read aloud.

    PDF/UA allows no figure without its text, and a picture's own element always is a figure.
    """
    for picture in list(tree.iter("img")):
        if picture.get("alt") == "":
            source = picture.attrib.pop("src", "")
            picture.tag = "span"
            picture.set(
                "style",
                f"display: inline-block; background: url('{source}') center/contain no-repeat",
            )


def list_named(_document: Any, pdf: Any) -> None:
    """Writes down where each named part is: a table's cells call their headings by name.

    The format asks for this list as soon as anything is named, and WeasyPrint leaves it out.
    """
    parts: list[Any] = [one for one in pdf.objects if isinstance(one, dict)]
    named = sorted((one for one in parts if "ID" in one), key=lambda one: str(one["ID"].string))
    root = next((one for one in parts if one.get("Type") == "/StructTreeRoot"), None)
    if named and root is not None:
        pairs = [item for one in named for item in (one["ID"], one.reference)]
        root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(pairs)})


def main() -> int:
    order = json.load(sys.stdin)
    # Also when the one who asked is gone: nothing lays out pages for ever.
    most = int(order["seconds"]) + 5
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    if order["progress"]:
        teller = logging.getLogger("weasyprint.progress")
        teller.setLevel(logging.INFO)
        teller.addHandler(Counter(order["progress"]))
    try:
        page = weasyprint.HTML(string=order["html"], url_fetcher=Shelf(order["files"]))
        set_decoration_aside(page.etree_element)
        data = page.write_pdf(finisher=list_named, pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:
        sys.stderr.write(str(error))
        return FORBIDDEN
    sys.stdout.buffer.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
