"""Calendars: what other programs read from the feed and the files, judged by readers not ours."""

import datetime as dt
import itertools
import re

import icalendar
import pytest
import recurring_ical_events
import vobject
from django.test import Client
from django.urls import reverse

from consultations.models import CalendarFeed
from consultations.services import bookings, hours, waiting
from consultations.services.bookings import Matter
from tests import builders
from tests.consultations.conftest import AT, KEMI, at, offer
from tests.consultations.test_pages import as_, feed


def book(slot, by, school, when=AT, **matter):
    return bookings.book(slot=slot, by=by, school=school, matter=Matter(**matter), at=when)


def event(person):
    """The one event of the person's feed, as an independent reader sees it."""
    return vobject.readOne(feed(person).decode()).vevent


def file_of(person, booking) -> bytes:
    return as_(person).get(reverse("consultations:booking_file", args=[booking.pk])).content


def test_every_line_is_as_the_standard_says(cast, hour, slot):
    book(slot, cast["class_teacher"], cast.school, question="Ääkkösiä " * 30)
    hours.cancel_slots(slots=list(hour.slots.all()[:2]), at=AT)

    raw = feed(cast["special_teacher"])

    lines = raw.split(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    calendar = icalendar.Calendar.from_ical(raw)
    assert not any(one.errors for one in calendar.walk())
    events = calendar.walk("VEVENT")
    zones = {one["TZID"] for one in calendar.walk("VTIMEZONE")}
    assert len({one["UID"] for one in events}) == len(events) == hour.slots.count()
    for one in events:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS"} <= set(one)
        assert one["DTSTART"].params["TZID"] in zones
        assert one["DTSTAMP"].dt.utcoffset() == dt.timedelta(0)
    vobject.readOne(raw.decode()).validate(raiseException=True)


def test_a_meeting_that_moves_stays_the_same_event_with_a_higher_sequence(cast, hour, slot):
    made = book(slot, cast["class_teacher"], cast.school)
    seen = [event(cast["class_teacher"])]
    hours.move_slot(slot=slot, starts_at=at(25, 9), place="Huone 3", at=AT)
    seen.append(event(cast["class_teacher"]))
    made.refresh_from_db()
    bookings.reschedule(booking=made, to=hour.slots.order_by("starts_at")[4], at=AT)
    seen.append(event(cast["class_teacher"]))
    made.refresh_from_db()
    bookings.cancel(booking=made, at=AT)
    seen.append(event(cast["class_teacher"]))

    sequences = [int(one.sequence.value) for one in seen]
    assert {one.uid.value for one in seen} == {f"varaus-{made.pk}@127.0.0.1"}
    assert sequences == sorted(set(sequences))
    assert [one.status.value for one in seen] == ["CONFIRMED"] * 3 + ["CANCELLED"]
    assert seen[1].dtstart.value == at(25, 9)
    assert seen[1].location.value == "Huone 3"


def test_an_offer_that_was_never_taken_is_in_no_calendar(cast, slot, colleague):
    waiting.join(who=colleague, school=cast.school, kind="ela", at=at(18, 9))
    waiting.pass_on(booking=waiting.offer(slot=slot, at=AT), at=AT)

    assert b"VEVENT" not in feed(colleague)


def test_a_cancelled_file_takes_the_event_away_again(cast, slot):
    made = book(slot, cast["class_teacher"], cast.school)
    put = vobject.readOne(file_of(cast["class_teacher"], made).decode())
    bookings.cancel(booking=made, at=AT)

    taken = vobject.readOne(file_of(cast["class_teacher"], made).decode())

    assert (put.method.value, taken.method.value) == ("PUBLISH", "CANCEL")
    assert put.vevent.uid.value == taken.vevent.uid.value
    assert int(taken.vevent.sequence.value) > int(put.vevent.sequence.value)
    assert taken.vevent.status.value == "CANCELLED"
    assert taken.vevent.organizer.value == "mailto:unilukkari@example.org"


def test_the_file_and_the_feed_of_one_person_tell_of_one_event(cast, slot):
    made = book(slot, cast["class_teacher"], cast.school)

    for person in (cast["class_teacher"], cast["special_teacher"]):
        uid = vobject.readOne(file_of(person, made).decode()).vevent.uid.value
        assert f"UID:{uid}".encode() in feed(person)


def test_no_calendar_names_anybody_or_tells_what_it_is_about(cast, slot, measure):
    made = book(
        slot, cast["class_teacher"], cast.school, question="Elsa ei jaksa", about="E. K., 7C",
        tried=[measure],
    )  # fmt: skip

    for person in (cast["class_teacher"], cast["special_teacher"]):
        for raw in (feed(person), file_of(person, made)):
            text = raw.decode().replace("\r\n ", "")
            for word in ("Elsa", "E. K.", "7C", "Liisa", "Erja", "Virkanen", measure.name):
                assert word not in text


def test_mentoring_is_called_so_in_the_calendar(cast):
    slot = offer(cast["other_class"], cast.school, kind="mentor").slots.first()
    book(slot, cast["class_teacher"], cast.school)

    assert event(cast["class_teacher"]).summary.value == "Mentorointi"


def test_a_term_through_summer_time_and_a_break_meets_at_two_each_week(cast):
    """A colleague books every Tuesday of the spring: the clock turns on 28 March."""
    builders.year()
    made = offer(
        cast["special_teacher"], cast.school, parts=1, begins=dt.date(2026, 9, 1),
        ends=dt.date(2027, 5, 31),
    )  # fmt: skip
    coming = made.slots.filter(starts_at__gt=AT).order_by("starts_at")
    for slot in coming:
        book(slot, cast["class_teacher"], cast.school)

    calendar = icalendar.Calendar.from_ical(feed(cast["class_teacher"]))

    found = recurring_ical_events.of(calendar).between(
        at(1, 0), dt.datetime(2027, 6, 1, tzinfo=KEMI)
    )
    walls = [one["DTSTART"].dt.astimezone(KEMI) for one in found]
    assert len(walls) == coming.count() >= 25
    assert {f"{wall:%A %H:%M}" for wall in walls} == {"Tuesday 14:00"}
    assert {wall.utcoffset() // dt.timedelta(hours=1) for wall in walls} == {2, 3}
    march = sorted(wall for wall in walls if wall.month in (3, 4))
    moments = [wall.astimezone(dt.UTC) for wall in march]
    gaps = {later - sooner for sooner, later in itertools.pairwise(moments)}
    assert gaps == {dt.timedelta(days=7), dt.timedelta(days=6, hours=23)}


@pytest.mark.parametrize("guess", ["x", "A" * 31, "A" * 33, "A" * 32, "%00", "ä" * 32, "A" * 5000])
def test_a_guessed_address_shows_nothing(cast, guess, django_assert_max_num_queries):
    feed(cast["class_teacher"])
    path = f"/konsultaatio/kalenteri/{guess}.ics"
    is_shaped = re.fullmatch("A{32}", guess)

    with django_assert_max_num_queries(1 if is_shaped else 0):
        page = Client().get(path)

    assert page.status_code in {400, 404}


def test_who_guesses_addresses_is_told_to_stop_and_a_right_one_still_answers(cast, monkeypatch):
    monkeypatch.setattr("accounts.guesses.MOST_WRONG", 3)
    link = as_(cast["class_teacher"]).post(reverse("consultations:calendar")).context["link"]
    right = link[link.index("/konsultaatio") :]
    wrong = f"/konsultaatio/kalenteri/{'A' * 32}.ics"

    def ask(path, address):
        return Client(REMOTE_ADDR=address).get(path)

    guesses = [ask(wrong, "192.0.2.1").status_code for _ in range(5)]
    told = ask(wrong, "192.0.2.1")

    assert guesses == [404] * 3 + [429] * 2
    assert int(told["Retry-After"]) > 0
    assert ask(right, "192.0.2.1").status_code == 200
    assert ask(wrong, "192.0.2.2").status_code == 404


def test_the_owner_sees_when_the_address_was_last_read(cast, slot):
    before = as_(cast["class_teacher"]).post(reverse("consultations:calendar"))
    path = before.context["link"]
    Client().get(path[path.index("/konsultaatio") :])

    page = as_(cast["class_teacher"]).get(reverse("consultations:calendar"))

    assert CalendarFeed.objects.get().last_read_on == builders.ON
    assert "Kalenteri on viimeksi lukenut sen 20.11.2026." in page.text
