"""What heads see: whole past months of one term, in fives, with nothing to subtract."""

import datetime as dt
from types import SimpleNamespace

from django.forms.models import model_to_dict
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from consultations.models import Booking, ConsultationHour, Outcome, Waiting
from consultations.selectors import figures_page
from consultations.services import bookings, outcomes, sums, waiting
from consultations.services.bookings import Matter
from consultations.services.sums import publish_sums
from schools.models import School
from support.models import Checklist, ChecklistRound, ConsultationRequest
from tests import builders
from tests.consultations.conftest import AT, KEMI, at, offer
from tests.consultations.test_pages import as_

SPRING = dt.date(2027, 3, 10)
JANUARY = dt.date(2027, 1, 10)


def figures(cast, on, term="syksy"):
    publish_sums(on=on)
    schools = School.objects.filter(pk=cast.school.pk)
    return figures_page(schools, on=on, wanted=term)


def term_of_meetings(cast, count=6):
    """So many colleagues meet the special teacher in December; the two have not written yet."""
    made = offer(cast["special_teacher"], cast.school, parts=4)
    slots = made.slots.filter(starts_at__month=12).order_by("starts_at")[:count]
    return [
        bookings.book(
            slot=slot, by=builders.staff(f"varaaja{number}"), school=cast.school,
            matter=Matter(), at=AT,
        )
        for number, slot in enumerate(slots)
    ]  # fmt: skip


def test_a_term_stands_alone_and_the_year_is_never_told(cast):
    term_of_meetings(cast)
    principal = as_(cast["principal"])
    publish_sums(on=builders.ON)

    autumn = figures(cast, SPRING)
    spring = figures(cast, SPRING, "kevat")
    unknown = figures(cast, SPRING, "koko-vuosi")

    assert (autumn.term.first, autumn.last) == (dt.date(2026, 8, 1), dt.date(2026, 12, 31))
    assert (spring.term.first, spring.last) == (dt.date(2027, 1, 1), dt.date(2027, 2, 28))
    assert (autumn.schools[0].booked, spring.schools[0].booked) == (5, 0)
    assert unknown == spring
    page = principal.get(reverse("consultations:figures"), {"lukukausi": "kevat"})
    assert "Syyslukukausi: 1.8.2026–31.10.2026" in page.text


def test_nothing_that_comes_later_changes_what_has_been_told(cast):
    """Rewritten, corrected, taken back, erased: each would show one person between two days."""
    met = term_of_meetings(cast)
    for one in met[:5]:
        write(one, at(20, 9, month=12))
    for number in range(5):
        person = builders.staff(f"jonottaja{number}")
        waits = Waiting.objects.create(who=person, school=cast.school, kind="ela", since=at(10, 9))
    told = [figures(cast, JANUARY), figures(cast, JANUARY, "kevat")]

    write(met[0], dt.datetime(2027, 1, 5, 9, tzinfo=KEMI))
    Outcome.objects.filter(booking=met[1]).update(took_place=False)
    met[2].booked_by.delete()
    waiting.leave(entry=waits, at=dt.datetime(2027, 1, 6, 9, tzinfo=KEMI))
    Booking.objects.filter(pk=met[3].pk).update(state="cancelled")
    met[4].slot.delete()

    assert told[0].schools[0].used == told[0].schools[0].not_got == 5
    for day in (JANUARY, JANUARY.replace(day=31)):
        assert [figures(cast, day), figures(cast, day, "kevat")] == told


def test_before_the_first_whole_month_nothing_is_told(cast, monkeypatch):
    monkeypatch.setattr("kemi_ecosystem.lib.clock.today", lambda: dt.date(2027, 1, 10))
    publish_sums(on=dt.date(2027, 1, 10))

    page = as_(cast["principal"]).get(reverse("consultations:figures"))

    assert "Kevätlukukausi: ensimmäiset luvut kerrotaan, kun kuukausi on täynnä." in page.text
    assert "Ei yhtään" not in page.text


def write(booking, when):
    outcomes.write_outcome(
        booking=booking, took_place=True, measures=[], note="", follow_up_on=None, at=when
    )


def people(most):
    return st.integers(0, most)


@given(
    booked=people(12), held=people(12), asked=people(12), lag=st.integers(0, 9), topics=people(12)
)
def test_fewer_than_five_of_anything_are_told_as_none(booked, held, asked, lag, topics):
    """Property: what is told is the same as if the remainder of each five had not been there."""
    full = reckoned(booked, held, asked, topics, lag)
    fives = reckoned(*(one - one % 5 for one in (booked, held, asked, topics)), lag)

    assert full == fives
    for key in ("booked", "used", "not_got"):
        assert full[key] % 5 == 0


def reckoned(booked, held, asked, topics, lag):
    unit, hour = School(pk=1, name="Lumilinna"), ConsultationHour(
        pk=1, home_school_id=1, weekday=1, starts=dt.time(14)
    )  # fmt: skip
    begins = at(3, 14)
    slots = [SimpleNamespace(hour=hour, is_taken=number < booked) for number in range(10)]
    bookings = [
        SimpleNamespace(
            pk=number, school_id=1,
            slot=SimpleNamespace(starts_at=begins),
            made_at=begins - dt.timedelta(days=lag),
            outcome=SimpleNamespace(took_place=number < held, written_at=begins),
        )
        for number in range(booked)
    ]  # fmt: skip
    happened = sums.Happened(
        first=dt.date(2026, 8, 1), last=dt.date(2026, 11, 30), slots=slots, bookings=bookings,
        topics=[(number, "Lukeminen") for number in range(min(topics, booked))],
        asked={(1, dt.date(2026, 11, 9), who) for who in range(asked)},
    )  # fmt: skip
    return model_to_dict(sums._sum_of(unit, happened, told_on=happened.last))


def test_what_is_written_after_the_term_is_counted_a_month_later(cast):
    for one in term_of_meetings(cast)[:5]:
        outcomes.write_outcome(
            booking=one, took_place=True, measures=[], note="", follow_up_on=None,
            at=at(8, 9, month=12).replace(year=2027, month=1),
        )  # fmt: skip

    during = figures(cast, dt.date(2027, 1, 20), "syksy").schools[0]
    after = figures(cast, dt.date(2027, 2, 3), "syksy")
    assert during.used == 0
    assert (after.schools[0].used, after.last) == (5, dt.date(2026, 12, 31))


def test_what_was_written_in_time_is_counted_as_held(cast):
    for one in term_of_meetings(cast):
        outcomes.write_outcome(
            booking=one, took_place=True, measures=[], note="", follow_up_on=None,
            at=at(20, 9, month=12),
        )  # fmt: skip

    assert figures(cast, dt.date(2027, 1, 20)).schools[0].used == 5


def test_a_time_that_comes_after_the_month_does_not_change_its_figure(cast):
    for number in range(5):
        person = builders.staff(f"jonottaja{number}")
        Waiting.objects.create(who=person, school=cast.school, kind="ela", since=at(10, 9))
    before = figures(cast, dt.date(2026, 12, 2)).schools[0].not_got

    waiting.end_as_served(who=person, kind="ela", at=at(1, 10, month=12))

    assert before == 5
    assert figures(cast, dt.date(2026, 12, 2)).schools[0].not_got == 5
    later = figures(cast, dt.date(2027, 1, 2))
    assert later.schools[0].not_got == 5
    assert [one.asked for one in later.weeks] == [5]


def test_who_got_a_time_in_the_month_of_asking_was_not_left_without(cast):
    for number in range(5):
        person = builders.staff(f"jonottaja{number}")
        Waiting.objects.create(who=person, school=cast.school, kind="ela", since=at(10, 9))
    waiting.end_as_served(who=person, kind="ela", at=at(27, 10))

    assert figures(cast, dt.date(2026, 12, 2)).schools[0].not_got == 0


def test_a_request_from_a_checklist_is_an_hour_asked_for(cast):
    for number in range(5):
        checklist = Checklist.objects.create(
            slug=f"lista{number}", title="Lista", intro="", order=number
        )
        filled = ChecklistRound.objects.create(
            checklist=checklist, kind="group", school=cast.school, group=cast.group,
            begun_on=builders.ON,
        )  # fmt: skip
        person = builders.staff(f"pyytaja{number}")
        ConsultationRequest.objects.create(
            round=filled, school=cast.school, made_by=person, made_at=at(10, 9)
        )
        Waiting.objects.create(who=person, school=cast.school, kind="ela", since=at(11, 9))

    page = figures(cast, dt.date(2026, 12, 20))

    assert page.schools[0].not_got == 5  # asked in two ways in one week is asked once
    assert [(one.first, one.asked) for one in page.weeks] == [(dt.date(2026, 11, 9), 5)]


def test_an_empty_hour_is_named_with_its_unit(cast, monkeypatch):
    offer(cast["special_teacher"], cast.school, parts=3)
    publish_sums(on=SPRING)
    monkeypatch.setattr("kemi_ecosystem.lib.clock.today", lambda: SPRING)

    page = as_(cast["coordinator"]).get(reverse("consultations:figures"), {"lukukausi": "syksy"})

    assert "Lumilinna, tiistai 14.00: kymmenestä viime ajasta varattiin alle viisi" in page.text


def test_nobody_is_named_in_the_figures(cast):
    term_of_meetings(cast)

    page = as_(cast["principal"]).get(reverse("consultations:figures"))

    assert "Varaaja" not in page.text
    assert "Erja" not in page.text
