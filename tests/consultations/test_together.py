"""What consultations bring along and what they teach the school."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from consultations.leaf import tried_for
from consultations.models import Booking
from consultations.services import bookings, hours, outcomes
from consultations.services.bookings import Matter
from notifications.models import Notification
from schools.roles import Role
from support.models import Checklist, ChecklistRound, ConsultationRequest, Need
from tests import builders
from tests.consultations.conftest import AT, at, offer


@pytest.fixture
def teacher(cast):
    client = Client()
    client.force_login(cast["class_teacher"], "accounts.backends.PasswordBackend")
    return client


def ask(cast, question="", *tried, when=AT, slug="lista"):
    """The class teacher asks for an hour from a checklist."""
    checklist = Checklist.objects.create(slug=slug, title=f"Muistilista {slug}", intro="", order=0)
    filled = ChecklistRound.objects.create(
        checklist=checklist, kind="group", school=cast.school, group=cast.group,
        begun_on=builders.ON,
    )  # fmt: skip
    made = ConsultationRequest.objects.create(
        round=filled, school=cast.school, made_by=cast["class_teacher"], question=question,
        made_at=when,
    )  # fmt: skip
    made.tried.set(tried)
    return made


def press(client, url, **changes):
    """Send the form as the page shows it, with what the person changes."""
    page = client.get(url)
    form = page.context["form"]
    sent = {}
    for bound in form:
        value = bound.value()
        if value not in (None, "", [], False):
            sent[bound.html_name] = value if not isinstance(value, list) else [
                getattr(one, "pk", one) for one in value
            ]  # fmt: skip
    if form.asked:
        sent["request"] = form.asked.pk
    client.post(url, {k: v for k, v in (sent | changes).items() if v is not None})
    return page


def test_a_request_waits_also_on_a_page_of_times_that_are_another_kind(cast, measure, teacher):
    offer(cast["special_teacher"], cast.school, ends=builders.ON + dt.timedelta(days=7))
    mentor = builders.staff("mentori", Role.TEACHER, at_school=cast.school)
    offer(mentor, cast.school, kind="mentor")
    ask(cast, "Miten aloitan tunnin?", measure)

    last = teacher.get(reverse("consultations:times"), {"sivu": "99"})

    assert {one.hour.kind for one in last.context["page"].free} == {"mentor"}
    assert "Muistilistasi odottaa aikaa" in last.text


def test_a_request_that_waits_costs_the_page_of_times_nothing_more(
    cast, alert, slot, measure, teacher, assert_flat
):
    url = reverse("consultations:times")

    assert_flat(lambda: teacher.get(url), grow=lambda: ask(cast, "Miten aloitan?", measure))


def test_the_newest_request_is_shown_on_the_form_and_comes_along(cast, slot, measure, teacher):
    older = ask(cast, "Vanha asia", when=AT.replace(day=10), slug="vanha")
    topic = Need.objects.create(slug="keskittyminen", name="Keskittyminen", order=0)
    measure.needs.add(topic)
    newer = ask(cast, "Miten aloitan tunnin?", measure)

    times = teacher.get(reverse("consultations:times"))
    page = press(teacher, reverse("consultations:book", args=[slot.pk]))

    made = Booking.objects.get()
    older.refresh_from_db()
    newer.refresh_from_db()
    assert "Muistilistasi odottaa aikaa" in times.text
    assert "Miten aloitan tunnin?" in page.text
    assert f'value="{measure.pk}" id="id_tried_{measure.pk}" checked' in page.text
    assert (made.question, list(made.tried.all())) == ("Miten aloitan tunnin?", [measure])
    assert list(made.topics.all()) == [topic]
    assert (newer.done_on, older.done_on) == (builders.ON, None)


def test_what_the_booker_changes_or_takes_away_does_not_come_back(cast, slot, measure, teacher):
    asked = ask(cast, "Miten aloitan tunnin?", measure)
    url = reverse("consultations:book", args=[slot.pk])

    press(teacher, url, question="Muuta", tried=None, is_asked=None)

    made = Booking.objects.get()
    asked.refresh_from_db()
    assert (made.question, made.tried.count(), made.request) == ("Muuta", 0, None)
    assert asked.done_on is None


def test_a_mentors_hour_does_not_answer_a_checklist(cast, teacher):
    asked = ask(cast, "Miten aloitan tunnin?")
    mentoring = offer(cast["other_class"], cast.school, kind="mentor").slots.first()

    page = press(teacher, reverse("consultations:book", args=[mentoring.pk]))

    asked.refresh_from_db()
    assert "Miten aloitan" not in page.text
    assert "Mistä haluat jutella mentorin kanssa?" in page.text
    assert "nimikirjaimet" not in page.text
    assert asked.done_on is None
    told = Notification.objects.get(recipient=cast["other_class"])
    assert told.title == "Mentorointiaika on varattu"


@pytest.mark.parametrize("who", ["colleague", "teacher"])
def test_a_booking_that_is_let_go_opens_its_request_again(cast, slot, teacher, who):
    asked = ask(cast, "Miten aloitan tunnin?")
    press(teacher, reverse("consultations:book", args=[slot.pk]))
    made = Booking.objects.get()

    if who == "colleague":
        bookings.cancel(booking=made, at=AT)
    else:
        hours.cancel_slots(slots=[slot], at=AT)

    asked.refresh_from_db()
    assert asked.done_on is None


def test_two_bookings_let_go_at_once_open_one_request_of_a_checklist(cast, hour, teacher):
    """Asked, booked, asked anew and booked again: then the special teacher falls ill."""
    first, second = hour.slots.order_by("starts_at")[:2]
    asked = ask(cast, "Ensin tämä")
    press(teacher, reverse("consultations:book", args=[first.pk]))
    anew = ConsultationRequest.objects.create(
        round=asked.round, school=cast.school, made_by=cast["class_teacher"],
        question="Sitten tämä", made_at=at(20, 10),
    )  # fmt: skip
    press(teacher, reverse("consultations:book", args=[second.pk]))

    hours.cancel_slots(slots=[first, second], at=at(20, 11))
    bookings.cancel(booking=Booking.objects.get(slot=first), at=at(20, 12))

    assert list(ConsultationRequest.objects.filter(done_on=None)) == [anew]


def test_a_booking_let_go_opens_nothing_beside_what_was_asked_anew(cast, slot, teacher):
    asked = ask(cast, "Ensin tämä")
    press(teacher, reverse("consultations:book", args=[slot.pk]))
    anew = ConsultationRequest.objects.create(
        round=asked.round, school=cast.school, made_by=cast["class_teacher"],
        question="Sitten tämä", made_at=at(20, 10),
    )  # fmt: skip

    bookings.cancel(booking=Booking.objects.get(), at=at(20, 12))

    assert list(ConsultationRequest.objects.filter(done_on=None)) == [anew]


def test_nobody_brings_the_request_of_another(cast, slot):
    asked = ask(cast, "Salainen kysymys")
    other = Client()
    other.force_login(cast["other_class"], "accounts.backends.PasswordBackend")
    url = reverse("consultations:book", args=[slot.pk])

    page = other.get(url)
    other.post(url, {"school": cast.school.pk, "request": asked.pk, "is_asked": "on"})

    asked.refresh_from_db()
    assert "Salainen" not in page.text
    assert (Booking.objects.get().request, asked.done_on) == (None, None)


def test_a_repeat_begins_with_what_was_tried_and_agreed(
    cast, hour, slot, measure, teacher, monkeypatch
):
    other = builders.measure("toinen", "Toinen keino")
    topic = Need.objects.create(slug="keskittyminen", name="Keskittyminen", order=0)
    made = bookings.book(
        slot=slot, by=cast["class_teacher"], school=cast.school, at=AT,
        matter=Matter(topics=[topic], tried=[measure]),
    )  # fmt: skip
    outcomes.write_outcome(
        booking=made, took_place=True, measures=[other], note="",
        follow_up_on=dt.date(2026, 12, 15), at=at(24, 15),
    )  # fmt: skip
    monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: at(24, 16))
    page = teacher.get(reverse("consultations:booking", args=[made.pk]))
    soon = page.context["repeats"]

    url = f"{reverse('consultations:book', args=[soon[0].pk])}?jatkoa={made.pk}"
    press(teacher, url)

    repeat = Booking.objects.exclude(pk=made.pk).get()
    assert {one.teacher for one in soon} == {cast["special_teacher"]}
    assert soon[0].starts_at == at(8, 14, month=12)  # a week before they look again
    assert set(repeat.tried.all()) == {measure, other}
    assert list(repeat.topics.all()) == [topic]


def test_a_leaf_tells_what_colleagues_tried_from_five_cases_up(cast, measure):
    topic = Need.objects.create(slug="keskittyminen", name="Keskittyminen", order=0)
    made = offer(cast["special_teacher"], cast.school, parts=4)
    told = []
    for number, slot in enumerate(made.slots.order_by("starts_at")[:7]):
        booking = bookings.book(
            slot=slot, by=builders.staff(f"kollega{number}"), school=cast.school,
            matter=Matter(topics=[topic]), at=AT,
        )  # fmt: skip
        result = outcomes.write_outcome(
            booking=booking, took_place=True, measures=[measure], note="", follow_up_on=None,
            at=at(20, 15, month=12),
        )  # fmt: skip
        outcomes.answer(outcome=result, helped="yes", at=at(21, 15, month=12))
        told.append(tried_for(measure.pk))

    assert told[:4] == [[]] * 4
    words = "Keskittyminen: kollegat ovat kokeilleet tätä vähintään 5 kertaa"
    assert told[6] == [f"{words}, ja ainakin 5 kertaa se auttoi."]
