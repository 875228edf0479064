"""Spreadsheets as people really save them, and as nobody should."""

import io
import zipfile

import openpyxl
import pytest
from django.urls import reverse

from absences.models import LessonNote
from tests import builders
from tests.wilma.builders import HEADER, note
from wilma.models import ImportRun
from wilma.services.notes import import_notes
from wilma.services.preview import first_rows
from wilma.services.runs import Delivery


def book(*sheets) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, change) -> bytes:
    """The same book with one of its parts written otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for one in old.namelist():
            new.writestr(one, change(old.read(one)) if one == name else old.read(one))
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return out.getvalue()


@pytest.fixture
def sheet(city, tmp_path):
    def bring(data: bytes) -> ImportRun:
        path = tmp_path / "merkinnat.xlsx"
        path.write_bytes(data)
        return import_notes(Delivery(path, path.name, by=None, at=builders.AT))

    return bring


def far_away(data: bytes) -> bytes:
    last = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    return with_part(
        data,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</sheetData>", last + b"</sheetData>"),
    )


def test_a_cell_at_the_far_corner_neither_fills_the_memory_nor_ends_the_process(sheet):
    run = sheet(far_away(book(("Taul1", [HEADER, note()]))))

    assert run.status == "refused"
    assert "liian suuri" in run.reason


def test_nor_does_it_when_a_profile_is_tried_on_it(city, tmp_path):
    path = tmp_path / "kaukana.xlsx"
    path.write_bytes(far_away(book(("Taul1", [HEADER, note()]))))

    assert "liian suuri" in first_rows(path, columns={}, lesson_minutes=45).reason


@pytest.fixture
def endless() -> bytes:
    """A reference so far away that counting to it takes for ever."""
    return with_part(
        book(("Taul1", [["a"]])),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'r="A1"', b'r="ZZZZZZZZZ99999999999"', 1),
    )


def test_who_looks_at_the_first_rows_does_not_wait_for_a_sheet_without_end(
    city, tmp_path, endless, monkeypatch
):
    monkeypatch.setattr("wilma.services.preview.A_LOOK", 1)
    path = tmp_path / "loputon.xlsx"
    path.write_bytes(endless)

    preview = first_rows(path, columns={}, lesson_minutes=45)

    assert preview.rows == []
    assert "Vie tiedot CSV-muodossa" in preview.reason


def test_a_fault_of_our_own_reader_is_not_told_as_the_files(city, tmp_path, monkeypatch):
    monkeypatch.setattr("wilma.parsers.xlsx.CHILD", tmp_path / "puuttuu.py")
    path = tmp_path / "hyvä.xlsx"
    path.write_bytes(book(("Taul1", [HEADER, note()])))

    with pytest.raises(RuntimeError, match="ended with 2"):
        first_rows(path, columns={}, lesson_minutes=45)


def test_an_empty_sheet_before_the_notes_is_passed_over(sheet):
    run = sheet(book(("Ohje", []), ("Merkinnät", [HEADER, note()])))

    assert (run.status, run.report["new"]) == ("imported", 1)


def test_what_stands_on_other_sheets_is_told_and_not_silently_left(sheet, cast_admin):
    rows = [HEADER, note()]
    run = sheet(book(("Meri", rows), ("Lumi", [HEADER, note("50001")])))

    assert LessonNote.objects.count() == 1
    page = cast_admin.get(reverse("wilma:run", args=[run.pk])).text
    assert "Tiedostossa on 2 taulukkoa. Niistä luettiin vain 1." in page
    # A sheet may be called by a child's name.
    assert "Lumi" not in page


def test_dates_that_have_become_serial_numbers_are_refused_with_the_way_to_mend_them(sheet):
    run = sheet(book(("Taul1", [HEADER, note(day=46266)])))

    assert run.status == "refused"
    assert "muotoile sarake päivämääräksi" in run.reason


def test_a_formula_is_the_value_that_it_showed_and_is_never_run(sheet):
    formula = b'<c r="D2"><f>40+5</f><v>45</v></c>'
    data = with_part(
        book(("Taul1", [HEADER, note()])),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<c r="D2" t="n"><v>45</v></c>', formula),
    )
    assert formula in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")

    run = sheet(data)

    assert run.status == "imported"
    assert LessonNote.objects.get().minutes == 45


def test_macros_are_refused_unopened(sheet):
    data = with_part(book(("Taul1", [HEADER, note()])), "xl/vbaProject.bin", lambda _none: b"makro")

    assert "makroja" in sheet(data).reason
