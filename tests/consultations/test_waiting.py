"""The line: who is offered what, for how long, and what is told when things change meanwhile."""

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from consultations.errors import SlotTakenError
from consultations.models import Booking, Slot, Waiting
from consultations.services import bookings, hours, waiting
from consultations.services.bookings import Matter
from notifications.models import Notification
from notifications.services import deliver
from tests.consultations.conftest import AT, at, offer
from tests.consultations.test_pages import as_


@pytest.fixture
def held(cast, slot, colleague) -> Booking:
    """A free time that is held for the colleague until eleven."""
    waiting.join(who=colleague, school=cast.school, kind="ela", at=at(18, 9))
    return waiting.offer(slot=slot, at=AT)


def titles(person):
    return list(
        Notification.objects.filter(recipient=person).order_by("created_at").values_list(
            "title", flat=True
        )
    )  # fmt: skip


def test_the_holder_hears_that_the_offered_time_moved_and_the_hold_ends_before_it(
    cast, slot, held, colleague
):
    hours.move_slot(slot=slot, starts_at=at(20, 10, 15), place="", at=AT)

    held.refresh_from_db()
    assert held.held_until == at(20, 10, 15)
    assert titles(colleague)[-1] == (
        "Sinulle tarjottu konsultaatioaika siirtyi. Katso, sopiiko se yhä."
    )


def test_the_holder_hears_that_the_offered_time_is_cancelled(cast, slot, held, colleague):
    hours.cancel_slots(slots=[slot], at=AT)

    assert titles(colleague)[-1] == (
        "Sinulle tarjottu konsultaatioaika peruttiin. Olet yhä jonossa."
    )
    with pytest.raises(SlotTakenError, match=r"Aika on peruttu\. Olet yhä jonossa\."):
        waiting.accept(booking=held, at=AT)


def test_a_time_that_has_begun_is_not_taken(cast, slot, held):
    Booking.objects.filter(pk=held.pk).update(held_until=at(24, 16))

    with pytest.raises(SlotTakenError, match="ehti jo alkaa"):
        waiting.accept(booking=held, at=at(24, 14, 5))


def test_a_moved_time_is_not_taken_unseen(cast, slot, held, colleague):
    client = as_(colleague)
    page = client.get(reverse("consultations:booking", args=[held.pk]))
    hours.move_slot(slot=slot, starts_at=at(25, 9), place="", at=AT)
    url = reverse("consultations:reschedule", args=[held.pk])

    unseen = client.post(url, {"muutos": page.context["booking"].slot.sequence}, follow=True)
    state = Booking.objects.get().state
    seen = client.post(
        url, {"muutos": unseen.context["booking"].slot.sequence}, follow=True
    )  # fmt: skip

    assert "Aika on sillä välin siirretty" in unseen.text
    assert "Ke 25.11." in unseen.text
    assert state == "held"
    assert "Aika on sinun" in seen.text


def test_a_second_press_on_the_mail_says_that_the_time_is_yours(cast, held, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    deliver(at=AT)
    link = next(line for line in mail.outbox[0].body.splitlines() if "/tarjous/" in line)
    path = link.removeprefix(settings.PORTAL_URL)

    Client().post(path)
    again = Client().post(path)

    assert again.status_code == 200
    assert "Aika on sinun" in again.text


def test_a_teacher_who_cancels_an_offered_time_is_not_told_of_a_line(cast, slot, held):
    page = as_(cast["special_teacher"]).post(
        reverse("consultations:cancel", args=[held.pk]), follow=True
    )

    slot.refresh_from_db()
    assert "Olet yhä jonossa" not in page.text
    assert "Aika on peruttu ja kollega tietää siitä." in page.text
    assert slot.state == "cancelled"


def test_a_teacher_who_cancels_does_not_offer_the_time_to_the_next(cast, slot, colleague):
    made = bookings.book(
        slot=slot, by=cast["class_teacher"], school=cast.school, matter=Matter(), at=AT
    )
    waiting.join(who=colleague, school=cast.school, kind="ela", at=at(18, 9))

    as_(cast["special_teacher"]).post(reverse("consultations:cancel", args=[made.pk]))
    waiting.offer_all(at=AT)

    slot.refresh_from_db()
    assert slot.state == "cancelled"
    assert not Booking.objects.filter(slot=slot, state="held").exists()
    assert titles(cast["class_teacher"]) == ["Konsultaatioaikasi on peruttu. Valitse uusi aika."]


def test_the_line_is_not_offered_what_one_could_have_booked_when_joining(cast, slot, colleague):
    waiting.join(who=colleague, school=cast.school, kind="ela", at=at(20, 10))

    assert waiting.offer_all(at=at(20, 10, 5)) == 0
    made = bookings.book(
        slot=slot, by=cast["class_teacher"], school=cast.school, matter=Matter(), at=at(20, 11)
    )
    bookings.cancel(booking=made, at=at(20, 12))

    assert Booking.objects.get(state="held").booked_by == colleague


def test_the_line_is_offered_what_opens_to_other_schools_later(cast, hour):
    neighbour = cast["neighbour_teacher"]
    waiting.join(who=neighbour, school=cast.neighbour, kind="ela", at=at(20, 10))

    before = waiting.offer_all(at=at(23, 10))
    after = waiting.offer_all(at=at(24, 15))

    held = Booking.objects.get()
    assert (before, after) == (0, 1)
    assert (held.booked_by, held.slot.starts_at) == (neighbour, at(1, 14, month=12))


def test_when_all_have_let_it_pass_those_who_wait_hear_that_it_is_anybodys(
    cast, slot, held, colleague
):
    waiting.join(who=cast["other_class"], school=cast.school, kind="ela", at=at(19, 9))
    waiting.pass_on(booking=held, at=at(20, 10))  # says no
    waiting.expire_holds(at=at(20, 13))  # does not see it in time

    free = "Konsultaatioaika on nyt vapaa: ensimmäinen ehtii."
    assert slot in Slot.objects.free(at=at(20, 13))
    assert titles(cast["other_class"])[-1] == free
    assert free not in titles(colleague)


def test_who_books_another_time_leaves_the_line_and_what_was_held(cast, hour, slot, colleague):
    made = bookings.book(
        slot=slot, by=cast["class_teacher"], school=cast.school, matter=Matter(), at=AT
    )
    for person, day in ((colleague, 18), (cast["other_class"], 19)):
        waiting.join(who=person, school=cast.school, kind="ela", at=at(day, 9))
    bookings.cancel(booking=made, at=AT)
    other = hour.slots.order_by("starts_at")[1]

    bookings.book(slot=other, by=colleague, school=cast.school, matter=Matter(), at=AT)

    assert Booking.objects.get(state="held").booked_by == cast["other_class"]
    assert Waiting.objects.get(ended_at=None).who == cast["other_class"]


def test_nobody_is_offered_a_time_in_which_one_is_elsewhere(cast, slot, colleague):
    mentoring = offer(cast["other_class"], cast.school, kind="mentor").slots.first()
    bookings.book(slot=mentoring, by=colleague, school=cast.school, matter=Matter(), at=AT)
    waiting.join(who=colleague, school=cast.school, kind="ela", at=at(18, 9))

    assert waiting.offer(slot=slot, at=AT) is None


def test_a_hold_over_a_weekend_lasts_into_monday(cast, slot, colleague):
    waiting.join(who=colleague, school=cast.school, kind="ela", at=at(18, 9))

    held = waiting.offer(slot=slot, at=at(20, 15))

    assert held.held_until == at(23, 9)
    assert held.held_until - at(20, 15) == dt.timedelta(days=2, hours=18)


def test_who_has_only_an_offer_sees_no_empty_list(held, colleague):
    page = as_(colleague).get(reverse("consultations:times")).text

    assert "Sinulle vapautui aika" in page
    assert "Omat aikani" not in page
