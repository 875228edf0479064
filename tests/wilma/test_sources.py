"""Whose file it was: a child who has moved does not bring another school's notes along."""

import datetime as dt

import pytest

from absences.freshness import stale_sources
from schools.calendar import SchoolCalendar
from schools.models import Enrolment, Pupil, TeachingGroup
from schools.selectors import calendar_for
from tests import builders
from tests.builders import AT, ON
from tests.wilma.builders import HEADER, note, state, term
from wilma.models import ImportRun
from wilma.services.notes import import_notes
from wilma.services.runs import Delivery

LONG_AGO = AT - dt.timedelta(days=30)


@pytest.fixture
def calendar(db) -> SchoolCalendar:
    builders.year()
    return calendar_for(ON)


@pytest.fixture
def send(city, write):
    def deliver(rows, at=AT, **options) -> ImportRun:
        path = write(rows, HEADER)
        return import_notes(Delivery(path, path.name, by=None, at=at, **options))

    return deliver


def moves(key: str, group: str, since: dt.date) -> None:
    to = TeachingGroup.objects.get(name=group)
    Enrolment.objects.filter(pupil__key=key).update(ends=since - dt.timedelta(days=1))
    Enrolment.objects.create(pupil=Pupil.objects.get(key=key), group=to, begins=since)
    Pupil.objects.filter(key=key).update(school=to.school)


def silent(calendar) -> list[str]:
    return [one.school for one in stale_sources(on=ON, calendar=calendar)]


def test_a_school_is_silent_though_one_of_anothers_files_children_has_moved_to_it(send, calendar):
    send([note("40001", day="1.10.2026"), note("50001", day="1.10.2026")], LONG_AGO)
    moves("40003", "8A", dt.date(2026, 11, 20))

    send([note("40001", day="19.11.2026"), note("40003", day="19.11.2026")])

    assert silent(calendar) == ["9902"]


def test_what_the_new_school_itself_notes_of_the_child_is_its_own_voice(send, calendar):
    send([note("40001", day="1.10.2026"), note("50001", day="1.10.2026")], LONG_AGO)
    moves("40003", "8A", dt.date(2026, 11, 19))

    send([note("40001", day="19.11.2026"), note("40003", day="19.11.2026")])

    assert silent(calendar) == []


@pytest.mark.parametrize("period", ["auto", "full"])
def test_a_whole_file_takes_nothing_from_the_school_to_which_a_child_moved(send, period):
    send([note("40001"), note("40003"), note("50001")])
    moves("40003", "8A", dt.date(2026, 11, 20))

    run = send([note("40001"), note("40003")], period=period)

    assert run.report["withdrawn"] == 0


def test_the_hours_of_a_child_who_moved_are_not_gone_when_the_new_school_knows_nothing_of_them(
    send,
):
    send(term("40001") + term("40003", days=5))
    send(term("50001") + term("50002"))
    moves("40003", "8A", dt.date(2026, 11, 1))

    run = send(term("50001")[1:] + term("50002"))

    assert (run.report["withdrawn"], len(state())) == (1, 184)


def test_a_file_of_both_schools_withdraws_what_a_child_had_in_the_former_one(send):
    send(term("40001") + term("40003", days=5) + term("50001"))
    moves("40003", "8A", dt.date(2026, 11, 1))

    run = send(term("40001") + term("40003", days=4) + term("50001"))

    assert run.report["withdrawn"] == 1
