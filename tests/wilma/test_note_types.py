"""What a school's own note type means, and what is asked about."""

import pytest
from django.urls import reverse

from absences.models import LessonNote, NoteType
from absences.note_types import known_class, suggest_class
from tests import builders
from tests.wilma.builders import HEADER, HEALTH, LATE, NATIONAL, OPEN, carry_out_waiting, note
from wilma.services import mapping
from wilma.services.notes import as_json


def test_the_files_own_class_decides_for_its_row_and_maps_no_type(bring):
    mapped = bring([(*note(kind="Poissaolo"), "luvaton poissaolo")], header=NATIONAL)
    silent = bring([(*note(kind="Poissaolo", lesson=2), "")], header=NATIONAL)

    assert mapped.status == "imported"
    assert LessonNote.objects.get().national_class == "unauthorised"
    assert silent.status == "needs-mapping"


def test_a_file_with_nothing_but_the_national_class_is_understood_and_the_unknown_asked(bring):
    header = ("oppilas_id", "pvm", "kansallinen_luokitus")
    known = bring([("40001", "1.9.2026", "Luvaton poissaolo")], header=header)
    unknown = bring([("40001", "2.9.2026", "Jotain muuta")], header=header)

    assert known.status == "imported"
    assert as_json(unknown)["unmapped_types"] == [{"code": "", "name": "Jotain muuta", "rows": 1}]


def test_a_bare_code_means_what_all_its_types_agree_on(bring):
    header = ("oppilas_id", "pvm", "koodi", "merkinta_nimi")
    bring([("40001", "1.9.2026", "02", LATE)], header=header)

    run = bring([("40001", "2.9.2026", "02", "")], header=header)

    assert run.status == "imported"
    assert set(LessonNote.objects.values_list("national_class", flat=True)) == {"late"}


@pytest.mark.parametrize(
    "name",
    [
        "luvallinen poissaolo – terveydellinen",
        "LUVALLINEN POISSAOLO-TERVEYDELLINEN",
        "Terveydellisiin  syihin liittyvä poissaolo",
        "(Poissa) Terveydelliset syyt",
    ],
)
def test_dashes_spaces_and_case_make_no_difference_to_a_name(name):
    assert known_class(name) == "health"


def test_a_guess_is_only_a_guess(bring):
    assert suggest_class("Lääkärissä käynti") == "health"
    assert suggest_class("Sairaana kotona") == "health"
    assert suggest_class("Pois ilman lupaa") == "unauthorised"
    assert suggest_class("Etä") is None
    assert bring([note(kind="Lääkärissä käynti")]).status == "needs-mapping"


def test_two_types_of_one_name_can_be_told_apart_by_their_codes(bring, cast_admin):
    header = ("oppilas_id", "pvm", "koodi", "merkinta_nimi")
    bring([("40001", "1.9.2026", "21", LATE), ("40001", "2.9.2026", "22", LATE)], header=header)
    bring([("40001", "3.9.2026", "31", "Outo"), ("40001", "4.9.2026", "32", "Outo")], header=header)

    page = cast_admin.get(reverse("wilma:mapping")).text

    for words in (f"{LATE} (21)", f"{LATE} (22)", "Outo (31)", "Outo (32)"):
        assert words in page


def test_another_meaning_is_told_of_the_stored_notes_and_the_next_export_agrees(bring):
    rows = [note(kind="Outo"), note(kind="Outo", lesson=2), note(kind=HEALTH, lesson=3)]
    bring(rows)
    outo = NoteType.objects.get(name="Outo")

    mapping.map_note_type(note_type=outo, national_class="unresolved", by=None, at=builders.AT)
    carry_out_waiting()
    were_open = LessonNote.objects.filter(unresolved=True).count()
    mapping.map_note_type(note_type=outo, national_class="late", by=None, at=builders.AT)
    run = bring(rows)

    assert were_open == 2
    assert LessonNote.objects.filter(national_class="late", unresolved=False).count() == 2
    assert as_json(run)["unchanged"] == 3


def test_a_new_meaning_leaves_notes_alone_whose_file_said_their_class(bring):
    bring([(*note(kind="Poissa"), "terveydellinen")], header=NATIONAL)
    poissa = NoteType.objects.get(name="Poissa")
    for meaning in ("unauthorised", "late"):
        mapping.map_note_type(note_type=poissa, national_class=meaning, by=None, at=builders.AT)

    assert LessonNote.objects.get().national_class == "health"


@pytest.mark.parametrize(
    ("kind", "cleared", "is_open"),
    [
        (OPEN, "", True),
        (OPEN, "kyllä", False),
        (HEALTH, "", False),
        (HEALTH, "ei", True),
        (LATE, "ei", False),
    ],
)
def test_an_absence_is_open_by_the_files_word_or_else_by_its_type(bring, kind, cleared, is_open):
    bring([(*note(kind=kind), cleared)], header=(*HEADER, "selvitetty"))

    assert LessonNote.objects.get().unresolved is is_open
