"""What PDF/UA asks of a file and a program can see, without a validator of its own."""

import io
import itertools
import re
from collections.abc import Iterator

import pikepdf

SHOWN = {"Tj", "TJ", "'", '"', "Do", "f", "f*", "F", "S", "s", "B", "B*", "b", "b*", "sh", "EI"}


def faults(data: bytes) -> list[str]:
    """What is wrong in the file, in words; an empty list when nothing of these is."""
    with pikepdf.open(io.BytesIO(data)) as file:
        return [*_of_the_file(file), *_of_the_structure(file), *_of_the_pages(file)]


def structure(node) -> list:
    """Every structure element below, in order."""
    if isinstance(node, pikepdf.Array):
        return [one for child in node for one in structure(child)]
    if not isinstance(node, pikepdf.Dictionary):
        return []
    own = [node] if "/S" in node else []
    return own + (structure(node.K) if "/K" in node else [])


def _of_the_file(file) -> Iterator[str]:
    root = file.Root
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "not marked as tagged"
    if not str(root.get("/Lang", "")):
        yield "no language"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "the title is not shown"
    with file.open_metadata() as meta:
        if meta.get("pdfuaid:part") != "1":
            yield "does not say that it is PDF/UA"
        if not meta.get("dc:title"):
            yield "no title"


def _of_the_structure(file) -> Iterator[str]:
    found = structure(file.Root.StructTreeRoot)
    levels = [int(str(one.S)[2:]) for one in found if re.fullmatch("/H[1-6]", str(one.S))]
    if levels[:1] != [1]:
        yield "the first heading is not of the first level"
    if any(after > before + 1 for before, after in itertools.pairwise(levels)):
        yield f"a level of headings is missed: {levels}"
    has_scopes = any("/Scope" in _attributes(one) for one in found if one.S == "/TH")
    for one in found:
        if one.S == "/Figure" and not str(one.get("/Alt", "")):
            yield "a picture without words"
        if one.S == "/TD" and not has_scopes and "/Headers" not in _attributes(one):
            yield "a cell does not name its headings"
    if any("/ID" in one for one in found) and "/IDTree" not in file.Root.StructTreeRoot:
        yield "named elements cannot be found by their names"


def _attributes(element) -> set[str]:
    own = element.get("/A", pikepdf.Array())
    many = own if isinstance(own, pikepdf.Array) else [own]
    return {key for one in many for key in one}


def _of_the_pages(file) -> Iterator[str]:
    for number, page in enumerate(file.pages, 1):
        if "/StructParents" not in page:
            yield f"page {number} is not in the structure"
        if page.get("/Tabs") not in (None, "/S"):
            yield f"page {number} is walked in another order than it is read"
        if any("/Contents" not in one for one in page.get("/Annots", [])):
            yield f"a link of page {number} has no words"
        for font in page.Resources.get("/Font", {}).values():
            if not _is_embedded(font):
                yield f"a font of page {number} is not in the file"
        if _has_untagged(page):
            yield f"page {number} shows what is neither tagged nor set aside"


def _is_embedded(font) -> bool:
    inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    return any(key.startswith("/FontFile") for key in inner.FontDescriptor) or font.Subtype == (
        "/Type3"
    )


def _has_untagged(page) -> bool:
    depth = 0
    for one in pikepdf.parse_content_stream(page):
        name = str(one.operator)
        if name in ("BDC", "BMC"):
            depth += 1
        elif name == "EMC":
            depth -= 1
        elif depth == 0 and name in SHOWN:
            return True
    return False
