"""A whole school year of one weekly hour: both clock changes, breaks and single holidays.

What the calendars tell is read by programs that are not ours: icalendar and vobject.
"""

import datetime as dt

import icalendar
import pytest
import vobject
from django.apps import apps

from consultations import selectors
from consultations.calendar_files import calendar_file
from consultations.models import Booking, ConsultationHour
from consultations.services import bookings, hours, outcomes, waiting
from consultations.services.bookings import Matter
from consultations.tasks import tick
from kemi_ecosystem.lib.retention import purge
from schools.models import Holiday
from tests import builders
from tests.consultations.conftest import KEMI

AUGUST = dt.datetime(2026, 8, 3, 9, tzinfo=KEMI)
FIRST, LAST = dt.date(2026, 8, 11), dt.date(2027, 5, 31)
THURSDAY = 3
# Autumn break, Christmas, winter break, Maundy Thursday with Easter, Ascension Day.
AWAY = [
    (dt.date(2026, 10, 12), dt.date(2026, 10, 16)),
    (dt.date(2026, 12, 19), dt.date(2027, 1, 6)),
    (dt.date(2027, 3, 1), dt.date(2027, 3, 5)),
    (dt.date(2027, 3, 26), dt.date(2027, 3, 29)),
    (dt.date(2027, 5, 6), dt.date(2027, 5, 6)),
]


def school_thursdays():
    """Reckoned here by itself, a day at a time."""
    days = [FIRST + dt.timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    return [
        day
        for day in days
        if day.weekday() == THURSDAY and not any(first <= day <= last for first, last in AWAY)
    ]


@pytest.fixture
def booked(cast):
    """The colleague has booked every Thursday of the school year."""
    year = builders.year(with_holidays=False)
    for first, last in AWAY:
        Holiday.objects.create(school_year=year, name="loma", begins=first, ends=last)
    hour = ConsultationHour(
        teacher=cast["special_teacher"], home_school=cast.school, kind="ela", weekday=THURSDAY,
        starts=dt.time(8, 15), part_minutes=45, parts=1, place="Pesä", begins=FIRST, ends=LAST,
    )  # fmt: skip
    hours.offer_hour(hour=hour, schools=[cast.school], at=AUGUST)
    return [
        bookings.book(
            slot=slot, by=cast["class_teacher"], school=cast.school, at=AUGUST,
            matter=Matter(about="E. K., 7C", question="Miten aloitan?"),
        )
        for slot in hour.slots.order_by("starts_at")
    ]  # fmt: skip


def calendar_of(person, at=AUGUST) -> str:
    return calendar_file(selectors.calendar_entries(person, at=at), name="Koe", at=at).decode()


def events(person) -> dict[str, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(calendar_of(person))
    return {str(one["UID"]): one for one in calendar.walk("VEVENT")}


def test_the_lesson_stays_at_a_quarter_past_eight_all_year(cast, booked):
    expected = school_thursdays()

    for person in (cast["class_teacher"], cast["special_teacher"]):
        seen = [one["DTSTART"].dt for one in events(person).values()]
        walls = sorted(moment.astimezone(KEMI) for moment in seen)
        assert [wall.date() for wall in walls] == expected
        assert {f"{wall:%H:%M}" for wall in walls} == {"08:15"}
        # 25 October and 28 March: summer, winter and summer time again.
        hours_from_utc = [wall.utcoffset() // dt.timedelta(hours=1) for wall in walls]
        turns = [
            (wall.date(), before, after)
            for wall, before, after in zip(
                walls[1:], hours_from_utc, hours_from_utc[1:], strict=False
            )
            if before != after
        ]
        assert turns == [(dt.date(2026, 10, 29), 3, 2), (dt.date(2027, 4, 1), 2, 3)]
        again = vobject.readOne(calendar_of(person))
        again.validate(raiseException=True)
        assert sorted(one.dtstart.value for one in again.vevent_list) == walls


def test_changes_of_the_year_reach_the_calendar_as_the_same_events(cast, booked):
    """Moved, changed for a free time, let go by the colleague, and the teacher away for a week."""
    before = events(cast["class_teacher"])
    moved, let_go, away = booked[3], booked[9], booked[15]
    hours.move_slot(
        slot=moved.slot, starts_at=moved.slot.starts_at + dt.timedelta(days=1, hours=2),
        place="Kirjasto", at=AUGUST,
    )  # fmt: skip
    bookings.cancel(booking=let_go, at=AUGUST)
    first = away.slot.starts_at.date() - dt.timedelta(days=3)
    hours.be_away(
        teacher=cast["special_teacher"], first=first, last=first + dt.timedelta(days=4), at=AUGUST
    )
    bookings.reschedule(booking=booked[20], to=let_go.slot, at=AUGUST)

    after = events(cast["class_teacher"])

    assert set(before) == set(after)
    changed = {uid for uid in before if before[uid].to_ical() != after[uid].to_ical()}
    assert changed == {f"varaus-{one.pk}@127.0.0.1" for one in (moved, let_go, away, booked[20])}
    for uid in before:
        grown = after[uid]["SEQUENCE"] - before[uid]["SEQUENCE"]
        assert grown > 0 if uid in changed else grown == 0
    status = {uid: str(after[uid]["STATUS"]) for uid in changed}
    cancelled = {f"varaus-{one.pk}@127.0.0.1" for one in (let_go, away)}
    assert {uid for uid, said in status.items() if said == "CANCELLED"} == cancelled
    new = after[f"varaus-{moved.pk}@127.0.0.1"]
    assert (new["DTSTART"].dt.astimezone(KEMI).hour, str(new["LOCATION"])) == (10, "Kirjasto")


def test_initials_go_after_each_meeting_and_the_rest_with_the_school_year(
    cast, booked, monkeypatch
):
    """The portal's own clockwork over a year: what there is left of a booking on each day."""
    first, second = booked[0], booked[1]
    outcomes.write_outcome(
        booking=second, took_place=True, measures=[], note="Kokeillaan taukoa", at=AUGUST,
        follow_up_on=None,
    )  # fmt: skip
    waiting.join(who=cast["other_class"], school=cast.school, kind="ela", at=AUGUST)

    def after_night(day):
        monkeypatch.setattr(
            "kemi_ecosystem.lib.clock.now", lambda: dt.datetime.combine(day, dt.time(3), KEMI)
        )
        tick()
        purge(on=day)
        return Booking.objects.exclude(about="").count(), Booking.objects.count()

    every = len(booked)
    assert after_night(first.slot.starts_at.date()) == (every - 1, every)  # the second has its note
    assert after_night(first.slot.starts_at.date() + dt.timedelta(days=1)) == (every - 2, every)
    assert after_night(dt.date(2026, 12, 31)) == (
        sum(one.slot.starts_at.date() > dt.date(2026, 12, 31) for one in booked), every,
    )  # fmt: skip
    assert after_night(dt.date(2027, 7, 31)) == (0, every)
    second.refresh_from_db()
    assert (second.question, second.outcome.note) == ("Miten aloitan?", "Kokeillaan taukoa")

    after_night(dt.date(2027, 8, 1))

    for model in ("Booking", "Outcome", "Waiting", "Slot", "ConsultationHour", "TermSum"):
        assert not apps.get_model("consultations", model).objects.exists()


def test_the_purge_itself_takes_initials_when_the_clockwork_stands_still(cast, booked):
    met = booked[0]

    purge(on=met.slot.starts_at.date())
    kept = Booking.objects.get(pk=met.pk).about
    purge(on=met.slot.starts_at.date() + dt.timedelta(days=1))

    assert (kept, Booking.objects.get(pk=met.pk).about) == ("E. K., 7C", "")
