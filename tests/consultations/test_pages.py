import datetime as dt

import icalendar
import pytest
import recurring_ical_events
import vobject
from django.core import mail
from django.test import Client
from django.urls import reverse

from consultations.models import Booking, CalendarFeed, ConsultationHour, TermSum, Waiting
from consultations.selectors import figures_page
from consultations.services import bookings, hours, waiting
from consultations.services.bookings import Matter
from consultations.services.sums import publish_sums
from notifications.services import deliver
from schools.models import Membership, School
from schools.roles import Role
from support.models import MeasureUse
from tests import builders
from tests.consultations.conftest import AT, KEMI, at, offer
from tests.signed_in import as_


@pytest.fixture
def teacher(cast):
    return as_(cast["class_teacher"])


def book(slot, by, school, when=AT, **matter):
    return bookings.book(slot=slot, by=by, school=school, matter=Matter(**matter), at=when)


def test_three_presses_book_the_first_free_time(cast, slot, teacher):
    times = teacher.get(reverse("consultations:times"))
    form = teacher.get(reverse("consultations:book", args=[slot.pk]))
    done = teacher.post(
        reverse("consultations:book", args=[slot.pk]), {"school": cast.school.pk}, follow=True
    )

    assert "Ti 24.11." in times.text
    assert "klo 14.00–14.30" in times.text
    assert "Yksi painallus riittää" in form.text
    assert "Aika on varattu" in done.text
    assert Booking.objects.get().booked_by == cast["class_teacher"]


def test_where_nobody_offers_an_hour_nobody_is_sent_to_a_queue(teacher):
    page = teacher.get(reverse("consultations:times")).text

    assert "Kukaan ei vielä tarjoa tuntia" in page
    assert "Mene jonoon" not in page


def test_who_was_slower_is_told_and_sees_the_other_times(cast, slot, teacher, colleague):
    book(slot, colleague, cast.school)

    page = teacher.post(
        reverse("consultations:book", args=[slot.pk]), {"school": cast.school.pk}, follow=True
    )

    assert "Joku ehti varata ajan juuri ennen sinua" in page.text
    assert "klo 14.30–15.00" in page.text


def test_one_signed_press_in_the_mail_takes_the_offered_time(cast, slot, colleague, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    waiting.join(who=colleague, school=cast.school, kind="ela", at=at(18, 9))
    waiting.offer(slot=slot, at=AT)
    deliver(at=AT)
    body = mail.outbox[0].body
    link = next(line for line in body.splitlines() if "/tarjous/" in line)
    path = link.removeprefix(settings.PORTAL_URL)

    looked = Client().get(path)
    untouched = Booking.objects.get().state
    pressed = Client().post(path)

    assert "Otan ajan" in looked.text
    assert untouched == "held"
    assert "Aika on sinun" in pressed.text
    assert Booking.objects.get().state == "booked"
    assert "Erja" not in body
    assert Client().get(path[:-3] + "/").status_code == 404


def test_a_hold_that_lapsed_says_so_kindly(cast, slot, colleague, settings, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    waiting.join(who=colleague, school=cast.school, kind="ela", at=at(18, 9))
    waiting.offer(slot=slot, at=AT)
    deliver(at=AT)
    link = next(line for line in mail.outbox[0].body.splitlines() if "/tarjous/" in line)
    monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: at(23, 12))

    page = Client().post(link.removeprefix(settings.PORTAL_URL))

    assert page.status_code == 422
    assert "Tarjous ehti vanheta" in page.text


def test_a_weekly_hour_is_offered_on_its_page(cast):
    special = as_(cast["special_teacher"])

    page = special.post(
        reverse("consultations:new_hour"),
        {
            "kind": "ela", "home_school": cast.school.pk, "weekday": 3, "starts": "13:00",
            "part_minutes": 20, "parts": 3, "place": "Pesä", "own_first_days": 5,
            "begins": "2026-11-23", "ends": "2026-12-18",
        },
        follow=True,
    )  # fmt: skip

    assert "Tunti on nyt kollegojen varattavissa." in page.text
    assert ConsultationHour.objects.get().slots.count() == 3 * 4


def test_bad_hours_come_back_with_sentences_and_nothing_lost(cast):
    page = as_(cast["special_teacher"]).post(
        reverse("consultations:new_hour"),
        {
            "kind": "ela", "home_school": cast.school.pk, "weekday": 3, "starts": "13:00",
            "part_minutes": 20, "parts": 9, "place": "Pesä", "own_first_days": 5,
            "begins": "2026-12-18", "ends": "2026-11-23",
        },
    )  # fmt: skip

    assert page.status_code == 422
    assert "Aikoja voi olla peräkkäin yhdestä neljään." in page.text
    assert "Viimeinen päivä on ennen ensimmäistä." in page.text
    assert 'value="Pesä"' in page.text


def test_a_class_teacher_offers_mentoring_only(cast, teacher):
    page = teacher.get(reverse("consultations:new_hour"))

    assert "mentorointi" in page.text
    assert "erityisopettajan konsultaatio" not in page.text


@pytest.fixture
def daycare(db):
    return builders.school("0101", "Poukama", stage="ecec")


@pytest.mark.parametrize(("works_in_both", "offered"), [(False, {"veo"}), (True, {"ela", "veo"})])
def test_a_special_teacher_offers_the_hours_of_the_units_worked_in(
    cast, daycare, works_in_both, offered
):
    veera = builders.staff("veera", Role.SPECIAL_TEACHER, at_school=daycare)
    if works_in_both:
        Membership.objects.create(
            user=veera, role=Role.SPECIAL_TEACHER, school=cast.school, begins=builders.YEAR
        )

    form = as_(veera).get(reverse("consultations:new_hour")).context["form"]

    assert {kind for kind, _name in form.fields["kind"].choices if kind} == {*offered, "mentor"}


def test_an_early_educator_books_the_hour_of_the_daycare_in_its_own_words(cast, daycare):
    veera = builders.staff("veera", Role.SPECIAL_TEACHER, at_school=daycare)
    outi = builders.staff("outi", Role.EARLY_EDUCATOR, at_school=daycare)
    slot = offer(veera, daycare, kind="veo").slots.first()
    client = as_(outi)

    times = client.get(reverse("consultations:times")).text
    page = client.get(reverse("consultations:book", args=[slot.pk])).text
    client.post(reverse("consultations:book", args=[slot.pk]), {"school": daycare.pk})

    assert "varhaiskasvatuksen erityisopettajan konsultaatio (VEO)" in times
    assert "nimikirjaimet ja ryhmä" in page
    assert Booking.objects.get().booked_by == outi


def test_after_mentoring_the_two_write_what_they_agreed_and_nothing_is_tried(
    cast, measure, monkeypatch
):
    mentoring = offer(cast["other_class"], cast.school, kind="mentor").slots.first()
    made = book(mentoring, cast["class_teacher"], cast.school)
    monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: at(24, 16))
    monkeypatch.setattr("kemi_ecosystem.lib.clock.today", lambda: dt.date(2026, 11, 24))
    mentor = as_(cast["other_class"])

    page = mentor.get(reverse("consultations:booking", args=[made.pk]))
    saved = mentor.post(
        reverse("consultations:outcome", args=[made.pk]),
        {"took_place": "on", "note": "Jatketaan", "measures": [measure.pk]},
        follow=True,
    )

    assert "Mitä sovitte?" in page.text
    assert "Mitä kokeillaan?" not in page.text
    assert "Jatketaan" in saved.text
    assert not MeasureUse.objects.exists()


def test_after_the_meeting_the_two_write_what_they_try(cast, slot, teacher, measure, monkeypatch):
    made = book(slot, cast["class_teacher"], cast.school)
    monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: at(24, 15))
    monkeypatch.setattr("kemi_ecosystem.lib.clock.today", lambda: dt.date(2026, 11, 24))

    url = reverse("consultations:outcome", args=[made.pk])
    soon = teacher.post(url, {"took_place": "on", "follow_up_on": "2026-11-26"})
    page = teacher.post(
        url,
        {"took_place": "on", "measures": [measure.pk], "follow_up_on": "2026-12-15"},
        follow=True,
    )

    assert soon.status_code == 422
    assert "kahden–kuuden viikon päästä" in soon.text
    assert "Lyhyt tauko" in page.text
    assert "Katsotaan uudelleen 15.12.2026." in page.text


def test_pages_ask_the_database_as_often_however_much_there_is(cast, hour, assert_flat, colleague):
    slots = list(hour.slots.order_by("starts_at")[:6])
    book(slots[0], cast["class_teacher"], cast.school)
    teacher, special = as_(cast["class_teacher"]), as_(cast["special_teacher"])
    principal = as_(cast["principal"])

    def look():
        for client, name in (
            (teacher, "times"), (special, "week"), (special, "hours"), (principal, "figures"),
        ):  # fmt: skip
            assert client.get(reverse(f"consultations:{name}")).status_code == 200

    def grow():
        for one in slots[1:]:
            book(one, cast["class_teacher"], cast.school)
        offer(cast["special_teacher"], cast.school, weekday=3)

    assert_flat(look, grow=grow, most=4 * 12)


def feed(person) -> bytes:
    page = as_(person).post(reverse("consultations:calendar"))
    link = page.context["link"]
    return Client().get(link[link.index("/konsultaatio") :]).content


def test_a_calendar_program_reads_the_feed_over_summer_time(cast, colleague):
    made = offer(
        cast["special_teacher"],
        cast.school,
        begins=dt.date(2026, 10, 1),
        ends=dt.date(2026, 11, 30),
    )
    book(made.slots.get(starts_at=at(24, 14)), colleague, cast.school)

    read = feed(cast["special_teacher"])

    # Two independent readers see the same wall-clock times.
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(read))
    for day in (dt.date(2026, 10, 20), dt.date(2026, 11, 3)):
        starts = [one["DTSTART"].dt.astimezone(KEMI) for one in events.at(day)]
        assert [start.strftime("%H:%M") for start in starts] == ["14:00", "14:30"]
    parsed = vobject.readOne(read.decode())
    assert len(parsed.vevent_list) == made.slots.count()
    assert parsed.vtimezone.tzid.value == "Europe/Helsinki"
    assert parsed.method.value == "PUBLISH"
    assert "Kaarina" not in read.decode()


def test_a_cancelled_meeting_is_cancelled_in_the_calendar_with_a_higher_sequence(cast, slot):
    made = book(slot, cast["class_teacher"], cast.school)
    before = vobject.readOne(feed(cast["class_teacher"]).decode()).vevent
    hours.cancel_slots(slots=[slot], at=AT)

    after = vobject.readOne(feed(cast["class_teacher"]).decode()).vevent

    assert before.uid.value == after.uid.value == f"varaus-{made.pk}@127.0.0.1"
    assert after.status.value == "CANCELLED"
    assert int(after.sequence.value) > int(before.sequence.value)


def test_an_address_works_until_it_is_revoked_and_only_a_digest_is_kept(cast, slot, teacher):
    link = teacher.post(reverse("consultations:calendar")).context["link"]
    path = link[link.index("/konsultaatio") :]
    works = Client().get(path).status_code
    kept = CalendarFeed.objects.get().digest
    teacher.post(reverse("consultations:revoke_calendar"))

    assert works == 200
    assert kept not in path
    assert Client().get(path).status_code == 404


def figures(cast, on):
    publish_sums(on=on)
    schools = School.objects.filter(pk=cast.school.pk)
    return figures_page(schools, on=on, wanted="syksy")


def test_heads_see_counts_of_whole_months_in_fives_only(cast, hour):
    people = [builders.staff(f"varaaja{number}") for number in range(6)]
    december = dt.date(2026, 12, 20)
    slots = list(hour.slots.filter(starts_at__month=11))
    for slot, person in zip(slots, people, strict=False):
        book(slot, person, cast.school)

    during = figures(cast, dt.date(2026, 11, 30)).schools[0]
    after = figures(cast, december).schools[0]

    assert (during.offered, during.booked) == (0, 0)
    # Two were booked in November: fewer than five are told as none.
    assert (after.offered, after.booked, after.waiting_days) == (2, 0, None)


def test_one_more_booking_is_not_seen_between_two_dates(cast):
    made = offer(cast["special_teacher"], cast.school, parts=4, weekday=1)
    slots = list(made.slots.filter(starts_at__month=12))[:7]
    people = [builders.staff(f"varaaja{number}") for number in range(7)]
    january = dt.date(2027, 1, 10)
    seen = []
    for slot, person in zip(slots, people, strict=True):
        book(slot, person, cast.school)
        TermSum.objects.all().delete()
        seen.append(figures(cast, january).schools[0].booked)

    assert seen == [0, 0, 0, 0, 5, 5, 5]


@pytest.mark.parametrize(("came", "is_named"), [(0, True), (4, True), (5, False)])
def test_an_hour_that_stands_empty_is_named_and_fewer_than_five_are_told_as_none(
    cast, came, is_named
):
    made = offer(cast["special_teacher"], cast.school, parts=3)
    for number, slot in enumerate(made.slots.order_by("-starts_at")[:came]):
        book(slot, builders.staff(f"varaaja{number}"), cast.school)

    page = figures(cast, dt.date(2027, 1, 10))

    named = [(one.weekday, one.starts) for one in page.empty_hours]
    assert named == ([("tiistai", "14.00")] if is_named else [])


def test_a_week_in_which_five_were_left_without_is_told(cast):
    for number in range(5):
        person = builders.staff(f"jonottaja{number}")
        Waiting.objects.create(who=person, school=cast.school, kind="ela", since=at(10, 9))

    page = figures(cast, dt.date(2026, 12, 20))

    assert [(one.first, one.asked) for one in page.weeks] == [(dt.date(2026, 11, 9), 5)]


@pytest.mark.parametrize("done", ["cancel_slot", "give_again", "slot"])
def test_after_a_change_the_teacher_is_back_in_the_week_of_that_time(cast, hour, done):
    coming = hour.slots.order_by("starts_at").last()
    if done == "give_again":
        hours.cancel_slots(slots=[coming], at=AT)
    sent = {"day": "2026-12-16", "time": "10:00", "place": "Huone 12"} if done == "slot" else {}

    page = as_(cast["special_teacher"]).post(
        reverse(f"consultations:{done}", args=[coming.pk]), sent, follow=True
    )

    assert page.context["page"].first == dt.date(2026, 12, 14)


def test_a_link_without_its_beginning_is_taken(cast):
    client = as_(cast["special_teacher"])
    url = reverse("consultations:new_hour")
    sent = {
        "kind": "ela", "home_school": cast.school.pk, "weekday": 3, "starts": "13:00",
        "part_minutes": 20, "parts": 3, "link": "meet.example.fi/pesa", "own_first_days": 5,
        "begins": "2026-11-23", "ends": "2026-12-18",
    }  # fmt: skip

    page = client.get(url).text
    client.post(url, sent)

    # A browser refuses such a link itself in a field of type url.
    assert 'type="url"' not in page
    assert ConsultationHour.objects.get().link == "https://meet.example.fi/pesa"
