"""A roster can be taken back: everybody is where and what they were before it."""

import pytest
from django.urls import reverse

from accounts.models import User
from kemi_ecosystem.keeping import rights
from schools.models import (
    Enrolment,
    Guardian,
    Guardianship,
    Membership,
    Pupil,
    School,
    TeachingGroup,
)
from tests import builders
from tests.wilma.test_nothing_lost import KilledError
from wilma.models import ImportRun, RosterBefore
from wilma.services import roster_undo, undo
from wilma.services.roster import import_roster
from wilma.services.runs import Delivery

HEADER = (
    "oppilas_id;sukunimi;kutsumanimi;luokka;koulukoodi;koulu;huoltaja1_sahkoposti;"
    "luokanvalvoja_sahkoposti\n"
)


def row(number, *, last="Kivelä", group="7C", school="9903;Lumilinna", home="", teacher="ope"):
    home = home or f"koti{number}@example.org"
    return f"{number};{last};Elsa;{group};{school};{home};{teacher}@example.org\n"


FIRST = "".join(row(n) for n in range(1, 8))
# One renamed, one moved, one in a new school, one left, one new; a guardian and a teacher change.
LATER = "".join(
    [
        row(1, last="Laine"),
        row(2, group="7D"),
        row(3, school="9904;Koivula"),
        row(4, home="uusi@example.org"),
        *(row(n, teacher="toinen") for n in (5, 6)),
        row(8),
    ]
)


@pytest.fixture
def bring(db, tmp_path):
    def deliver(text, **options) -> ImportRun:
        path = tmp_path / "roster.csv"
        path.write_text(HEADER + text, encoding="utf-8")
        return import_roster(Delivery(path, path.name, by=None, at=builders.AT, **options))

    return deliver


def everything():
    return [
        sorted(model.objects.values_list(*fields), key=str)
        for model, fields in {
            School: ("key", "name"),
            TeachingGroup: ("school__key", "key"),
            Pupil: ("key", "first_name", "last_name", "school__key", "left_on"),
            Enrolment: ("pupil__key", "group__key", "begins", "ends"),
            Guardian: ("key", "email", "user__username"),
            Guardianship: ("guardian__key", "pupil__key"),
            Membership: ("user__username", "role", "group__key", "begins", "ends"),
            User: ("username", "email"),
        }.items()
    ]


def test_an_undone_roster_leaves_everything_as_it_was(bring):
    bring(FIRST)
    before = everything()
    run = bring(LATER)
    assert everything() != before

    undo.undo(run=run, by=None, at=builders.AT)

    assert everything() == before
    assert run.status == "undone"
    assert not RosterBefore.objects.filter(run=run).exists()


def test_it_can_go_in_again_and_comes_out_the_same(bring):
    bring(FIRST)
    run = bring(LATER)
    after = everything()
    undo.undo(run=run, by=None, at=builders.AT)

    bring(LATER)

    assert everything() == after


def test_the_first_roster_of_all_can_be_taken_back(bring):
    before = everything()
    run = bring(FIRST)

    undo.undo(run=run, by=None, at=builders.AT)

    assert everything() == before


def test_the_later_roster_is_taken_back_first(bring):
    first = bring(FIRST)
    bring(LATER)

    with pytest.raises(undo.UndoRefusedError, match="Peru se tuonti ensin"):
        undo.undo(run=first, by=None, at=builders.AT)


def test_a_child_with_notes_is_not_taken_away(bring):
    run = bring(FIRST)
    builders.absent(Pupil.objects.get(key="1"), 1)
    before = everything()

    with pytest.raises(undo.UndoRefusedError, match="on jo muuta tietoa"):
        undo.undo(run=run, by=None, at=builders.AT)

    assert everything() == before


def test_what_somebody_has_mended_since_stays(bring):
    bring(FIRST)
    run = bring(LATER)
    Pupil.objects.filter(key="1").update(last_name="Laine-Kivelä")

    undo.undo(run=run, by=None, at=builders.AT)

    assert Pupil.objects.get(key="1").last_name == "Laine-Kivelä"


def test_a_forgotten_child_does_not_live_on_in_what_was_before(bring):
    bring(FIRST)
    run = bring(LATER)

    rights.forget(Pupil.objects.get(key="1"), at=builders.AT)

    assert not any("Kivelä" in str(one.was) for one in run.rows_before.exclude(pupil=None))
    undo.undo(run=run, by=None, at=builders.AT)
    assert not Pupil.objects.filter(key="1").exists()


def test_a_roster_killed_while_it_remembers_leaves_all_as_it_was(bring, monkeypatch):
    bring(FIRST)
    before = everything()

    def kill(*_args):
        raise KilledError

    monkeypatch.setattr("wilma.services.roster.keep_before", kill)
    with pytest.raises(KilledError):
        bring(LATER)

    assert everything() == before
    assert ImportRun.objects.count() == 1
    assert roster_undo.later_ones(ImportRun.objects.get()).count() == 0


def test_the_page_of_a_roster_offers_to_take_it_back(bring, cast_admin):
    run = bring(FIRST)
    page = cast_admin.get(reverse("wilma:run", args=[run.pk]))
    assert "Peru tuonti" in page.text

    page = cast_admin.post(reverse("wilma:undo", args=[run.pk]), follow=True)

    assert "Tuonti on peruttu" in page.text
    assert not Pupil.objects.filter(school__key="9903").exists()
