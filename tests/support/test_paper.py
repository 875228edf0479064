"""The catalogue on paper: every paper exists, holds what the page holds, and is made once."""

import io
import re
import shutil
import subprocess

import pikepdf
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import get_language, override

from kemi_ecosystem.lib import pdf, shelf
from support import press, tasks
from support.models import Checklist, Measure, QualityCard, QualityPromise
from tests.lib import ua

pytestmark = pytest.mark.once
READER = shutil.which("pdftotext")
FAKE = b"%PDF-1.7 koe"


@pytest.fixture
def catalogue(db):
    call_command("load_content", "--json")


@pytest.fixture
def quick(monkeypatch):
    """Papers that cost nothing, and how many were made."""
    made = []

    def make(html, **_options):
        made.append(html)
        return FAKE

    monkeypatch.setattr(pdf, "make", make)
    return made


def test_the_poster_is_one_accessible_sheet_of_a3_with_every_leaf(catalogue):
    _kind, html = press.draw("tukipuu-a3")

    with pikepdf.open(io.BytesIO(pdf.make(html))) as file:
        assert len(file.pages) == 1
        width, height = (round(float(one) / 72 * 25.4) for one in file.pages[0].MediaBox[2:])
        assert (width, height) == (297, 420)
        assert file.Root.MarkInfo.Marked
    assert all(name in html for name in Measure.objects.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("name", "slug", "is_large"),
    [("laatukortit-a6", "", False), ("laatulupaukset-a4", "", False), ("tukipuu-a4", "", False),
     ("laatukortti", "eriyttaminen", False), ("tukitoimi", "pysyva-paikka", True),
     ("muistilista", "varhaiskasvatus", True)],
)  # fmt: skip
def test_a_paper_is_read_aloud_in_order(catalogue, name, slug, is_large):
    _kind, html = press.draw(name, slug, is_large=is_large)

    assert ua.faults(pdf.make(html)) == []


@pytest.mark.skipif(READER is None, reason="pdftotext (poppler-utils) is not installed here")
@pytest.mark.parametrize(
    ("name", "slug", "word"),
    [("laatukortti", "eriyttaminen", "yhteinen,"), ("tukitoimi", "pysyva-paikka", "Valitse")],
)
def test_large_letters_are_large(catalogue, name, slug, word):
    _kind, html = press.draw(name, slug, is_large=True)

    assert _height(pdf.make(html), word) >= 17


def _height(data: bytes, word: str) -> float:
    """How high the line of a word is, in points."""
    words = subprocess.run(  # noqa: S603
        [READER, "-bbox", "-", "-"], input=data, capture_output=True, check=True
    ).stdout.decode()
    top, bottom = re.search(
        rf'yMin="([0-9.]+)" xMax="[0-9.]+" yMax="([0-9.]+)">{word}<', words
    ).groups()
    return float(bottom) - float(top)


def test_large_letters_are_asked_for_where_the_paper_is(catalogue, client, quick):
    card, measure = QualityCard.objects.first(), Measure.objects.first()
    for page in (reverse("support:papers"), reverse("support:card", args=[card.slug]),
                 reverse("support:measure", args=[measure.slug])):  # fmt: skip
        found = re.findall(
            r'href="(/paperit/[^"]+[?]teksti=suuri)"', client.get(page).content.decode()
        )
        assert found, page
        for url in found:
            assert client.get(url)["Content-Disposition"].endswith('-suuri.pdf"'), url
    assert all('<body class="large">' in html for html in quick)

    # A poster is as large as its sheet, and so is a card of A6: they are not made twice.
    plain, asked = (press.draw("tukipuu-a4", is_large=one)[1] for one in (False, True))
    assert plain == asked
    poster = client.get("/paperit/tukipuu-a4/?teksti=suuri")
    assert "suuri" not in poster["Content-Disposition"]


def test_a_deck_has_four_cards_on_a_sheet_and_every_card_once(catalogue):
    _kind, html = press.draw("laatukortit-a6")

    titles = list(QualityCard.objects.values_list("title", flat=True))
    assert [html.count(f"<h1>{title}</h1>") for title in titles] == [1] * len(titles)
    with pikepdf.open(io.BytesIO(pdf.make(html))) as file:
        assert len(file.pages) == -(-len(titles) // 4)


def test_a_card_on_a4_is_one_page_and_so_is_every_measure(catalogue):
    _kind, html = press.draw("laatukortit-a4")
    with pikepdf.open(io.BytesIO(pdf.make(html))) as file:
        assert len(file.pages) == QualityCard.objects.count()

    _kind, html = press.draw("laatulupaukset-a4")
    with pikepdf.open(io.BytesIO(pdf.make(html))) as file:
        assert len(file.pages) == QualityPromise.objects.count()

    longest = max(
        Measure.objects.all(), key=lambda one: len(one.teacher_summary + "".join(one.teacher_steps))
    )
    _kind, html = press.draw("tukitoimi", longest.slug)
    with pikepdf.open(io.BytesIO(pdf.make(html))) as file:
        assert len(file.pages) == 1


@pytest.mark.skipif(READER is None, reason="pdftotext (poppler-utils) is not installed here")
@pytest.mark.parametrize(("length", "has_all"), [(80, True), (90, False)])
def test_a_long_card_of_a_deck_is_shortened_by_a_part_and_not_cut(catalogue, length, has_all):
    """The last words of the card stand above its foot on the sheet."""
    sentence = ("pitkä lause " * 10)[:length].strip()
    QualityCard.objects.exclude(slug="eriyttaminen").delete()
    QualityCard.objects.update(
        shows=[sentence] * 6, questions=[sentence] * 5, tomorrow=f"{sentence} VIIMEINEN",
        summary="x" * 160,
    )  # fmt: skip
    _kind, html = press.draw("laatukortit-a6")
    assert ("Arvioi itse" in html) is has_all
    assert ("koko kortti: A4" in html) is not has_all

    data = pdf.make(html)

    words = subprocess.run(  # noqa: S603
        [READER, "-bbox", "-", "-"], input=data, capture_output=True, check=True
    ).stdout.decode()
    bottom = {
        word: float(re.search(rf'yMax="([0-9.]+)">{word}<', words)[1])
        for word in ("VIIMEINEN", "Laatukortti")
    }
    assert bottom["VIIMEINEN"] < bottom["Laatukortti"] - 8


def test_every_paper_of_the_list_can_be_drawn_and_opened(catalogue, client, quick):
    checklist, measure = Checklist.objects.first(), Measure.objects.first()
    card = QualityCard.objects.first()
    urls = [reverse("support:paper", args=[name]) for name in press.WHOLE] + [
        reverse("support:paper_of", args=pair)
        for pair in (("muistilista", checklist.slug), ("tukitoimi", measure.slug),
                     ("laatukortti", card.slug))
    ]  # fmt: skip

    for url in urls:
        answer = client.get(url)
        assert answer["Content-Type"] == "application/pdf", url
    assert len(quick) == len(urls)
    page = client.get(reverse("support:papers")).content.decode()
    assert all(url in page for url in urls[: len(press.WHOLE)])


def test_the_same_paper_is_made_once_and_a_changed_text_makes_a_new_one(catalogue, client, quick):
    measure = Measure.objects.first()
    url = reverse("support:paper_of", args=["tukitoimi", measure.slug])

    client.get(url)
    client.get(url)
    assert len(quick) == 1

    Measure.objects.filter(pk=measure.pk).update(teacher_summary="Aivan uusi lause.")
    client.get(url)
    assert "Aivan uusi lause." in quick[1]


def test_a_deck_that_is_not_ready_tells_how_far_it_is(catalogue, client, quick, monkeypatch):
    asked = []
    monkeypatch.setattr("support.press_views.wake", lambda *arguments: asked.append(arguments))
    url = reverse("support:paper", args=["laatukortit-a6"])

    first = client.get(url)
    _kind, html = press.draw("laatukortit-a6")
    shelf.Shelf(pdf.key(html)).progress.write_text("3")
    second = client.get(url)

    assert (first.status_code, first["Refresh"]) == (202, "2")
    assert "jonossa" in first.content.decode()
    assert "3 arkkia on valmiina" in second.content.decode()
    assert len(asked) == 1

    tasks.make_paper("laatukortit-a6")
    assert client.get(url).content == FAKE


@pytest.mark.parametrize("url", ["/paperit/tukipuu-a3/", "/paperit/laatukortit-a6/"])
def test_a_machine_that_cannot_print_says_what_to_do_instead(catalogue, client, monkeypatch, url):
    def refuse(_html, **_options):
        raise pdf.CannotPrintError("no pango")

    monkeypatch.setattr(pdf, "make", refuse)

    for _again in range(2):
        answer = client.get(url)
        assert answer.status_code == 503
        assert "tulostaa sivun suoraan selaimesta" in answer.content.decode()


def test_a_paper_is_the_same_for_readers_of_every_language(catalogue, monkeypatch):
    monkeypatch.setattr(press, "pack_notice", lambda: f"kieli: {get_language()}")

    with override("sv"):
        _kind, html = press.draw("tukipuu-a3")

    assert "kieli: fi" in html


def test_papers_ask_the_database_little_however_large_the_catalogue(catalogue, client, quick,
                                                                  assert_flat):  # fmt: skip
    def grow():
        card = QualityCard.objects.first()
        for n in range(20):
            card.pk, card.slug = None, f"uusi-{n}"
            card.save()

    assert_flat(lambda: press.draw("laatukortit-a6"), grow=grow)
