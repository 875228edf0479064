"""Paper: accessible, closed in, and ended when it does not end by itself."""

import io

import pikepdf
import pytest

from kemi_ecosystem.lib import pdf, pdf_child
from kemi_ecosystem.lib.shelf import Shelf, tidy
from tests.lib import ua

pytestmark = pytest.mark.once
PAGE = (
    '<html lang="fi"><head><title>Äidin paperi</title></head><body><h1>Otsikko</h1>'
    '<p>{}</p><img src="portal:openmoji/1F332.svg" alt="Kuusi"></body></html>'
)


def test_a_paper_can_be_read_by_a_screen_reader():
    data = pdf.make(PAGE.format("Teksti"))

    assert ua.faults(data) == []
    with pikepdf.open(io.BytesIO(data)) as file:
        assert str(file.Root.Lang) == "fi"
        with file.open_metadata() as meta:
            assert meta["dc:title"] == "Äidin paperi"
        found = ua.structure(file.Root.StructTreeRoot)
    kinds = {str(one.S) for one in found}
    assert kinds >= {"/H1", "/P"}
    assert [str(one.Alt) for one in found if one.S == "/Figure"] == ["Kuusi"]


def test_a_cell_of_a_table_leads_to_its_headings():
    table = (
        "<table><tr><th>Kohta</th><th>Ei</th></tr><tr><th scope=row>Eka</th><td>x</td></tr></table>"
    )

    data = pdf.make(PAGE.format(table))

    with pikepdf.open(io.BytesIO(data)) as file:
        root = file.Root.StructTreeRoot
        cell = next(one for one in ua.structure(root) if one.S == "/TD")
        names = pikepdf.NameTree(root.IDTree)
        assert [names[str(one)].S for one in cell.A.Headers] == ["/TH", "/TH"]


@pytest.mark.parametrize(
    "source",
    ["http://127.0.0.1/x.png", "file:///etc/hostname", "portal:../manage.py",
     "portal:css/../../manage.py", "portal:puuttuu.svg", "/etc/hostname"],
)  # fmt: skip
def test_a_text_cannot_make_the_paper_fetch_anything(source):
    html = PAGE.format(f'<img src="{source}" alt="x">')

    if source.startswith("/"):
        # Relative to nowhere: WeasyPrint leaves it out by itself.
        assert pdf.make(html)
        return
    with pytest.raises(pdf.ForbiddenSourceError):
        pdf.make(html)


def test_a_paper_that_does_not_end_is_ended():
    with pytest.raises(pdf.TookTooLongError):
        pdf.make(PAGE.format("<p>x" * 50_000), seconds=0.3)


def test_a_machine_without_pango_says_so(monkeypatch, tmp_path):
    child = tmp_path / "child.py"
    child.write_text("import sys; sys.exit(3)", encoding="utf-8")
    monkeypatch.setattr(pdf, "CHILD", child)

    with pytest.raises(pdf.CannotPrintError):
        pdf.make(PAGE.format("Teksti"))


def test_parent_and_child_agree_on_their_signals():
    assert (pdf.NO_LIBRARIES, pdf.FORBIDDEN) == (pdf_child.NO_LIBRARIES, pdf_child.FORBIDDEN)


def test_only_one_makes_a_paper_and_a_lost_maker_is_replaced(tmp_path):
    place = Shelf("avain")

    assert place.claim(at=place_time(place))
    assert not place.claim(at=place_time(place))
    assert place.claim(at=place_time(place) + 1000)


def place_time(place: Shelf) -> float:
    return place.progress.stat().st_mtime if place.progress.exists() else 0.0


def test_what_nobody_has_asked_for_in_a_month_goes():
    place = Shelf("avain")
    place.paper.write_bytes(b"%PDF")
    made = place.paper.stat().st_mtime

    assert tidy(at=made + 29 * 24 * 3600) == 0
    assert tidy(at=made + 31 * 24 * 3600) == 1
    assert place.read() is None
