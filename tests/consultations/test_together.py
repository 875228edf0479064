"""What consultations bring along and what they teach the school."""

from django.test import Client
from django.urls import reverse

from consultations.leaf import tried_for
from consultations.models import Booking
from consultations.services import bookings, outcomes
from consultations.services.bookings import Matter
from support.models import Checklist, ChecklistRound, ConsultationRequest, Need
from tests import builders
from tests.consultations.conftest import AT, at, offer


def test_what_was_asked_from_a_checklist_comes_along_with_the_booking(cast, slot, measure):
    checklist = Checklist.objects.create(slug="lista", title="Lista", intro="", order=0)
    filled = ChecklistRound.objects.create(
        checklist=checklist, kind="group", school=cast.school, group=cast.group,
        begun_on=builders.ON,
    )  # fmt: skip
    asked = ConsultationRequest.objects.create(
        round=filled, school=cast.school, made_by=cast["class_teacher"],
        question="Miten aloitan tunnin?", made_at=AT,
    )  # fmt: skip
    asked.tried.add(measure)
    client = Client()
    client.force_login(cast["class_teacher"], "accounts.backends.PasswordBackend")

    page = client.get(reverse("consultations:times"))
    client.post(reverse("consultations:book", args=[slot.pk]), {"school": cast.school.pk})

    made = Booking.objects.get()
    asked.refresh_from_db()
    assert "Muistilistasi odottaa aikaa" in page.text
    assert (made.question, list(made.tried.all())) == ("Miten aloitan tunnin?", [measure])
    assert asked.done_on == builders.ON


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
