"""Import, undo, move a child, say what a type means, in any order: what stands is what counts."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from absences.classes import NationalClass
from absences.models import LessonNote, NoteBatch, NoteType
from schools.models import Enrolment, Pupil, School, TeachingGroup
from tests import builders
from tests.wilma.builders import HEALTH, LATE, NUMBERED, note, state, term
from wilma.services import undo
from wilma.services.mapping import map_note_type

PUPILS = ["40001", "50001"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(PUPILS),
        st.integers(1, 2),
        st.sampled_from([HEALTH, LATE]),
        st.sampled_from([45, 90]),
    ),
    min_size=1,
    max_size=4,
)
PERIODS = st.sampled_from(["partial", "full"])
MEANINGS = st.sampled_from([NationalClass.HEALTH, NationalClass.LEAVE, NationalClass.REMARK])
BRING = st.tuples(st.just("bring"), ROWS, PERIODS)
UNDO = st.tuples(st.just("undo"), st.integers(0, 1))
MOVE = st.tuples(st.just("move"), st.sampled_from(PUPILS))
MAP = st.tuples(st.just("map"), MEANINGS)
# Two files with something between them, so that there is something to disagree about.
STEPS = st.builds(
    lambda first, between, second, rest: [first, between, second, *rest],
    BRING,
    MOVE | MAP,
    BRING,
    st.lists(UNDO | UNDO | MAP | MOVE | BRING, min_size=1, max_size=5),
)


def move(key: str) -> None:
    pupil = Pupil.objects.get(key=key)
    pupil.school = School.objects.exclude(pk=pupil.school_id).get()
    pupil.save()
    group = TeachingGroup.objects.get(school=pupil.school)
    Enrolment.objects.filter(pupil=pupil).update(group=group)


def say(kind: str, means: str) -> None:
    map_note_type(
        note_type=NoteType.objects.get(name=kind), national_class=means, by=None, at=builders.AT
    )


def reckon(standing) -> dict:
    """What the files that stand give, one after another; each knew its day's schools."""
    now: dict = {}
    for _run, rows, period, school_of in standing:
        if period == "full":
            homes = {school_of[pupil] for pupil, _day, _kind in rows}
            last = max(day for _pupil, day, _kind in rows)
            now = {
                slot: minutes
                for slot, minutes in now.items()
                if school_of[slot[0]] not in homes or slot[1] > last
            }
        now |= rows
    return now


def found() -> dict:
    fields = ("pupil__key", "date", "note_type__name", "national_class", "minutes")
    live = list(LessonNote.objects.live().values_list(*fields))
    for *_rest, kind, national_class, _minutes in live:
        assert national_class == NoteType.objects.get(name=kind).national_class
    slots = {(key, date.day, kind): minutes for key, date, kind, _class, minutes in live}
    assert len(slots) == len(live)
    return slots


def begin_anew() -> None:
    LessonNote.objects.all().delete()
    NoteBatch.objects.all().delete()
    NoteType.objects.update(national_class="")
    for key in PUPILS:
        if Pupil.objects.get(key=key).school.key[-1] != {"4": "1", "5": "2"}[key[0]]:
            move(key)
    for kind, means in ((HEALTH, NationalClass.HEALTH), (LATE, NationalClass.LATE)):
        NoteType.objects.filter(name=kind).update(national_class=means)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_imports_undos_moves_and_mappings_in_any_order_agree_with_a_plain_reckoning(bring, steps):
    begin_anew()
    standing: list = []
    for what, *more in steps:
        if what == "bring":
            said, period = more
            # One lesson may hold an absence and a lateness: they are of different families.
            rows = {(pupil, day, kind): minutes for pupil, day, kind, minutes in said}
            run = bring(
                [note(p, f"{d}.9.2026", 1, m, kind) for (p, d, kind), m in rows.items()],
                period=period,
            )
            assert run.status == "imported"
            school_of = dict(Pupil.objects.values_list("key", "school_id"))
            standing.append((run, rows, period, school_of))
        elif what == "undo" and standing:
            card = standing[-1 - more[0] % len(standing)]
            try:
                undo.undo(run=card[0], by=None, at=builders.AT)
            except undo.UndoRefusedError:
                # Something lies on it. What lies on top of all can always be taken.
                assert card is not standing[-1]
            else:
                standing.remove(card)
        elif what == "move":
            move(more[0])
        elif what == "map" and NoteType.objects.filter(name=HEALTH).exists():
            say(HEALTH, more[0])
        assert found() == reckon(standing)


def test_what_lies_on_another_schools_import_is_undone_first(bring, city):
    first = bring([(*note("40001"), "a1"), (*note("40002"), "a2")], header=NUMBERED)
    move("40001")
    second = bring([(*note("40001", minutes=90), "a1")], header=NUMBERED)

    with pytest.raises(undo.UndoRefusedError, match="Peru se ensin"):
        undo.undo(run=first, by=None, at=builders.AT)
    undo.undo(run=second, by=None, at=builders.AT)
    undo.undo(run=first, by=None, at=builders.AT)

    assert state() == []


def test_another_schools_import_that_met_nobody_here_hinders_nothing(bring):
    first = bring(term())
    bring(term("50001"))

    undo.undo(run=first, by=None, at=builders.AT)

    assert len(state()) == 60


def test_an_undone_change_comes_back_as_what_its_type_means_today(bring):
    bring([(*note(), "a1")], header=NUMBERED)
    second = bring([(*note(minutes=90), "a1")], header=NUMBERED)
    say(HEALTH, NationalClass.LEAVE)

    undo.undo(run=second, by=None, at=builders.AT)

    assert set(LessonNote.objects.values_list("national_class", "minutes")) == {("leave", 45)}


def test_an_undone_note_is_found_again_where_its_type_has_come_to_another_family(bring):
    bring([note()])
    second = bring([note(kind="Luvaton poissaolo")])
    say(HEALTH, NationalClass.REMARK)
    undo.undo(run=second, by=None, at=builders.AT)

    again = bring([note()])

    assert (again.report["new"], again.report["unchanged"]) == (0, 1)
