"""A round on one sheet, for the meeting: whole, accessible, and kept nowhere."""

import io
import logging
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from kemi_ecosystem.lib import pdf
from support.models import ChecklistAnswer
from tests import builders
from tests.lib import ua
from tests.project.test_access import as_
from tests.support.test_rounds import begin, tick

pytestmark = pytest.mark.once
READER = shutil.which("pdftotext")


def memo(cast, of, who="class_teacher"):
    return as_(cast[who]).get(reverse("support:round_memo", args=[of.pk]))


def fill(of, states, *, text="Kohta", did="") -> None:
    """A long list with long words: what the portal lets people write at most."""
    builders.checklist(len(states))
    of.checklist.items.update(text=text)
    ChecklistAnswer.objects.bulk_create(
        ChecklistAnswer(
            round=of,
            item=item,
            state=state,
            since=builders.YEAR if state in ("tried", "in_use") else None,
            did=did,
            number=1,
        )
        for item, state in zip(of.checklist.items.all(), states, strict=True)
    )


def words_of(data: bytes) -> str:
    done = subprocess.run([READER, "-", "-"], input=data, capture_output=True, check=True)  # noqa: S603
    return " ".join(done.stdout.decode().split())


@pytest.mark.parametrize(
    ("states", "text", "did"),
    [
        (["in_use", "tried", "not_yet"], "Kohta", "Rauhoitti"),
        (["in_use"] * 14 + ["not_yet"] * 13, "Pysyvä paikka ja oma naulakko.", "x y " * 10),
        (["in_use"] * 20 + ["no_fit"] * 20, "pitkä väite " * 10, "mitä siitä tuli " * 12),
        (["tried"] * 27, "pitkä väite " * 5, "mitä siitä tuli " * 12),
        (["not_yet"] * 60, "pitkä väite " * 11, ""),
    ],
)  # fmt: skip
def test_the_memo_is_one_tagged_sheet_however_much_has_been_tried(cast, states, text, did):
    found = begin(cast)
    fill(found, states, text=text.strip(), did=did.strip())

    answer = memo(cast, found)

    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as file:
        assert len(file.pages) == 1
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.Lang) == "fi"
        assert file.open_metadata()["pdfuaid:part"] == "1"
        assert "Elsa" not in str(file.docinfo.get("/Title"))


@pytest.mark.skipif(READER is None, reason="pdftotext (poppler-utils) is not installed here")
@pytest.mark.skipif(READER is None, reason="pdftotext (poppler-utils) is not installed here")
def test_a_memo_with_large_letters_leaves_nothing_out(cast):
    found = begin(cast)
    fill(found, ["tried"] * 27, text="pitkä väite " * 5, did="mitä siitä tuli " * 12)
    url = reverse("support:round_memo", args=[found.pk])

    data = as_(cast["class_teacher"]).get(f"{url}?teksti=suuri").content

    assert words_of(data).count("mitä siitä tuli") == 27 * 12
    assert ua.faults(data) == []


def test_the_memo_holds_what_the_page_holds(cast):
    found = begin(cast, group=cast.group, pupil=cast.child)
    tick(cast, found, since=builders.YEAR, did="Rauhoitti alun")
    tick(cast, found, 2, "no_fit")

    words = words_of(memo(cast, found).content)

    for said in ("Elsa K.", "Yleisen tuen muistilista", "2/3 kohtaa", "Rauhoitti alun",
                 "1.8.2026 alkaen · 15 viikkoa", "Vielä kokeilematta", "Mitä sovimme"):  # fmt: skip
        assert said in words


def test_a_memo_of_a_pupil_is_in_the_trail_and_nowhere_else(cast, settings, caplog):
    caplog.set_level(logging.DEBUG)
    found = begin(cast, group=cast.group, pupil=cast.child)
    tick(cast, found, did="Salainen sana")

    answer = memo(cast, found)

    assert "Elsa" not in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store, private"
    assert AuditEvent.objects.filter(action="print", subject_key=cast.child.key).count() == 1
    assert [one for one in Path(settings.PORTAL_HOME).rglob("*") if one.is_file()] == []
    assert not any("Elsa" in one or "Salainen" in one for one in caplog.messages)


def test_a_machine_that_cannot_print_says_where_the_same_is(cast, monkeypatch, caplog):
    def refuse(_html, **_options):
        raise pdf.CannotPrintError("no pango: Salainen sana")

    monkeypatch.setattr(pdf, "make", refuse)
    found = begin(cast)

    answer = memo(cast, found)

    assert answer.status_code == 503
    assert reverse("support:before", args=[found.pk]) in answer.text
    assert "Salainen" not in caplog.text
