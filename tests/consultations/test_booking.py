import threading

import pytest
from django.db import connection, connections

from consultations.errors import SlotTakenError
from consultations.models import Booking, Slot, Waiting
from consultations.services import bookings, hours, outcomes, waiting
from consultations.services.bookings import Matter
from notifications.models import Notification
from support.models import Helped, MeasureUse
from tests import builders
from tests.consultations.conftest import AT, at, offer


def book(slot, by, school, when=AT, **matter):
    return bookings.book(slot=slot, by=by, school=school, matter=Matter(**matter), at=when)


def test_the_second_one_hears_that_the_time_is_taken(cast, slot, colleague):
    book(slot, cast["class_teacher"], cast.school)

    with pytest.raises(SlotTakenError, match="ehti varata"):
        book(slot, colleague, cast.school)


def test_another_school_waits_for_its_turn(cast, slot):
    far, near = builders.ON, builders.ON.replace(day=24)
    neighbour = cast["neighbour_teacher"]

    soon = Slot.objects.bookable_by(neighbour, on=near, at=at(24, 8))
    later = Slot.objects.bookable_by(neighbour, on=far, at=AT)

    assert slot in later  # four days ahead: within the seven days
    assert soon.exists()
    december = Slot.objects.filter(starts_at__month=12).first()
    assert december not in later
    assert december in Slot.objects.bookable_by(cast["class_teacher"], on=far, at=AT)


def test_a_change_of_mind_moves_the_booking_and_frees_the_old_time(cast, hour, slot):
    made = book(slot, cast["class_teacher"], cast.school, question="Miten rauhoitan alun?")
    other = hour.slots.order_by("starts_at")[1]

    bookings.reschedule(booking=made, to=other, at=AT)

    made.refresh_from_db()
    assert (made.slot, made.question, made.sequence) == (other, "Miten rauhoitan alun?", 1)
    assert slot in Slot.objects.free(at=AT)


def test_a_cancelled_time_is_offered_to_the_one_who_waited_longest(cast, slot, colleague):
    made = book(slot, cast["class_teacher"], cast.school)
    waiting.join(who=cast["other_class"], school=cast.school, kind="ela", at=at(19, 9))
    waiting.join(who=colleague, school=cast.school, kind="ela", at=at(18, 9))

    bookings.cancel(booking=made, at=AT)

    held = Booking.objects.get(state="held")
    assert held.booked_by == colleague
    assert slot not in Slot.objects.free(at=AT)
    with pytest.raises(SlotTakenError):
        book(slot, cast["other_class"], cast.school)


def test_an_offer_that_nobody_takes_goes_to_the_next_and_then_to_all(cast, slot, colleague):
    made = book(slot, cast["class_teacher"], cast.school)
    waiting.join(who=colleague, school=cast.school, kind="ela", at=at(18, 9))
    waiting.join(who=cast["other_class"], school=cast.school, kind="ela", at=at(19, 9))
    bookings.cancel(booking=made, at=AT)

    waiting.expire_holds(at=at(20, 12))
    second = Booking.objects.get(state="held").booked_by
    waiting.expire_holds(at=at(20, 15))

    assert second == cast["other_class"]
    assert not Booking.objects.filter(state="held").exists()
    assert slot in Slot.objects.free(at=at(20, 15))
    assert Waiting.objects.filter(ended_at=None).count() == 2


def test_an_accepted_offer_ends_the_waiting_and_a_lapsed_one_is_refused(cast, slot, colleague):
    waiting.join(who=colleague, school=cast.school, kind="ela", at=at(18, 9))
    held = waiting.offer(slot=slot, at=AT)

    with pytest.raises(SlotTakenError, match="vanheta"):
        waiting.accept(booking=held, at=at(23, 12))
    waiting.accept(booking=held, at=at(20, 10))

    held.refresh_from_db()
    assert held.state == "booked"
    assert Waiting.objects.get().was_served


def test_new_hours_reach_those_who_wait(cast, colleague):
    waiting.join(who=colleague, school=cast.school, kind="ela", at=at(18, 9))
    offer(cast["special_teacher"], cast.school)

    assert Booking.objects.get(state="held").booked_by == colleague


def test_both_are_reminded_once_on_the_day_before(cast, slot):
    book(slot, cast["class_teacher"], cast.school)

    first = outcomes.remind(at=at(23, 8))
    again = outcomes.remind(at=at(23, 15))

    assert (first, again) == (2, 0)


def test_initials_are_gone_after_the_meeting(cast, slot):
    book(slot, cast["class_teacher"], cast.school, about="A. K., 7C")

    outcomes.erase_after_meetings(at=at(24, 13))
    before = Booking.objects.get().about
    outcomes.erase_after_meetings(at=at(24, 15))

    assert (before, Booking.objects.get().about) == ("A. K., 7C", "")


def test_what_was_agreed_is_in_use_until_it_did_not_help(cast, slot, measure):
    made = book(slot, cast["class_teacher"], cast.school)
    result = outcomes.write_outcome(
        booking=made, took_place=True, measures=[measure], note="", at=at(24, 15),
        follow_up_on=builders.ON.replace(month=12, day=15),
    )  # fmt: skip
    in_use = MeasureUse.objects.get()

    asked = outcomes.remind(at=at(15, 8, month=12))
    outcomes.answer(outcome=result, helped=Helped.NO, at=at(15, 9, month=12))

    assert (in_use.measure, in_use.school, in_use.ends) == (measure, cast.school, None)
    assert asked == 1
    assert MeasureUse.objects.get().ends == builders.ON.replace(month=12, day=15)


def test_titles_name_nobody(cast, slot):
    book(slot, cast["class_teacher"], cast.school, question="Elsa Kivelä ei jaksa")
    hours.cancel_slots(slots=[slot], at=AT)

    for one in Notification.objects.all():
        assert "Elsa" not in one.title + one.path
        assert "Virkanen" not in one.title + one.path


def _race(slot, people, school):
    """Everybody books the same time at the same moment. Returns what each got."""
    gate = threading.Barrier(len(people))
    got = []

    def run(person):
        gate.wait()
        try:
            book(slot, person, school)
            got.append("booked")
        except SlotTakenError:
            got.append("taken")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


@pytest.fixture
def rivals(cast, slot):
    return [builders.staff(f"kilpa{number}") for number in range(50)]


def test_of_fifty_at_the_same_moment_one_gets_the_time(cast, slot, rivals, many_connections):

    got = _race(slot, rivals, cast.school)

    assert sorted(got) == ["booked"] + ["taken"] * 49
    assert Booking.objects.count() == 1


def test_control_without_the_constraint_a_time_is_booked_many_times(
    cast, slot, rivals, many_connections
):
    """The guard is the database's own: without it the same race books twice."""
    guard = next(one for one in Booking._meta.constraints if one.name == "slot_booked_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Booking, guard)

    try:
        _race(slot, rivals[:5], cast.school)
        assert Booking.objects.count() > 1
    finally:
        Booking.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Booking, guard)
