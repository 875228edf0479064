"""What a file is, told by its first bytes and not by its name."""

import zipfile
from pathlib import Path

from wilma.parsers.errors import FileRefused

MAX_BYTES = 100 * 1024 * 1024
MOST_ENTRIES = 200
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200
BROKEN_ZIP = "Excel-tiedosto tai zip-paketti on rikki tai katkennut. Vie se uudelleen."
UTF_16 = "Tiedosto on Excelin Unicode-tekstiä (UTF-16). Tallenna se muodossa CSV UTF-8."
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "Tämä on vanha Excel- tai Word-tiedosto. Tallenna se CSV-muodossa."),
    (b"%PDF", "Tämä on PDF-tiedosto. Vie tiedot Primuksesta CSV-muodossa."),
    (b"\x89PNG", "Tämä on kuva. Vie tiedot Primuksesta CSV-muodossa."),
    (b"\xff\xd8\xff", "Tämä on kuva. Vie tiedot Primuksesta CSV-muodossa."),
    (b"\x1f\x8b", "Tämä on pakattu tiedosto. Pura se ensin."),
    (b"PK\x05\x06", "Zip-paketti on tyhjä."),
    (b"\xff\xfe", UTF_16),
    (b"\xfe\xff", UTF_16),
)


def refuse_unfit(path: Path, *, zip_is_fine: bool = False) -> None:
    """Raise FileRefused for what is too large, empty, or no text at all."""
    size = path.stat().st_size
    if size == 0:
        raise FileRefused(
            "Tiedosto on tyhjä. Tyhjää tiedostoa ei lueta niin, että kaikki on hyvin."
        )
    if size > MAX_BYTES:
        raise FileRefused(
            f"Tiedosto on liian suuri: {size // 2**20} Mt, suurin sallittu on "
            f"{MAX_BYTES // 2**20} Mt. Vie tiedot pienemmissä osissa."
        )
    with path.open("rb") as source:
        head = source.read(512)
    for signature, reason in SIGNATURES:
        if head.startswith(signature):
            raise FileRefused(reason)
    if head.startswith(b"PK\x03\x04") and (reason := _why_no_package(path, zip_is_fine)):
        raise FileRefused(reason)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise FileRefused("Tämä on verkkosivu tai XML-tiedosto. Vie tiedot CSV-muodossa.")


def _why_no_package(path: Path, zip_is_fine: bool) -> str:  # noqa: FBT001
    """What a zip is, when it is not taken for a package of CSVs; "" when it is."""
    try:
        names = zipfile.ZipFile(path).namelist()
    except (zipfile.BadZipFile, OSError):
        return BROKEN_ZIP
    if any("vbaProject" in name for name in names):
        return (
            "Tämä on Excel-tiedosto, jossa on makroja. Sitä ei avata. Tallenna tiedot CSV-muodossa."
        )
    if any(name.startswith("xl/") for name in names):
        return "Tämä on Excel-tiedosto. Tallenna se CSV-muodossa ja tuo uudelleen."
    if {"[Content_Types].xml", "mimetype"} & set(names):
        return "Tämä on Word- tai LibreOffice-tiedosto. Tallenna taulukko CSV- tai xlsx-muodossa."
    if zip_is_fine:
        return ""
    return "Tämä on zip-paketti. Tuntimerkinnät tuodaan CSV- tai JSON-tiedostona."


def open_zip(path: Path) -> zipfile.ZipFile:
    """A zip whose contents page promises nothing monstrous. Raises FileRefused."""
    try:
        archive = zipfile.ZipFile(path)
        entries = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise FileRefused(BROKEN_ZIP) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    unsafe = any(
        entry.filename.startswith(("/", "\\")) or ".." in Path(entry.filename).parts
        for entry in entries
    )
    if unsafe or len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise FileRefused("Zip-paketissa on liian paljon tai vääriä tiedostoja.")
    if unpacked / packed > MOST_RATIO:
        raise FileRefused("Zip-paketti purkautuisi kohtuuttoman suureksi. Sitä ei avata.")
    return archive
