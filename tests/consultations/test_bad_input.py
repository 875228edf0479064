"""What nobody should send, and what one does send by mistake."""

import pytest
from django.urls import reverse

from consultations.models import ConsultationHour
from consultations.services import bookings
from consultations.services.bookings import Matter
from tests.consultations.conftest import AT, at, offer
from tests.consultations.test_pages import as_


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "garbage", "2026-02-31", "1" * 5000])
def test_a_week_that_is_none_is_this_week(cast, hour, day):
    page = as_(cast["special_teacher"]).get(reverse("consultations:week"), {"viikko": day})

    assert page.status_code == 200
    assert "Viikko 47" in page.text


@pytest.mark.parametrize("number", ["9" * 5000, str(2**64), "²", "x", ""])
def test_a_time_that_is_none_is_told_kindly(cast, slot, number):
    made = bookings.book(
        slot=slot, by=cast["class_teacher"], school=cast.school, matter=Matter(), at=AT
    )

    page = as_(cast["class_teacher"]).post(
        reverse("consultations:reschedule", args=[made.pk]), {"slot": number}, follow=True
    )

    assert page.status_code == 200
    assert "Valitse toinen aika" in page.text


def weekly(cast, **fields):
    wanted = {
        "kind": "ela", "home_school": cast.school.pk, "weekday": 3, "starts": "13:00",
        "part_minutes": 20, "parts": 3, "place": "Pesä", "own_first_days": 5,
        "begins": "2026-11-23", "ends": "2026-12-18",
    } | fields  # fmt: skip
    return as_(cast["special_teacher"]).post(reverse("consultations:new_hour"), wanted)


@pytest.mark.parametrize("begins", ["2026-11-19", "2025-11-23", "0001-01-01"])
def test_no_hour_begins_in_the_past(cast, begins):
    page = weekly(cast, begins=begins)

    assert page.status_code == 422
    assert "Ensimmäinen päivä on jo mennyt." in page.text
    assert 'value="Pesä"' in page.text
    assert not ConsultationHour.objects.exists()


@pytest.mark.parametrize(("starts", "parts"), [("23:30", 2), ("23:45", 4), ("22:00", 4)])
def test_no_part_runs_over_midnight(cast, starts, parts):
    page = weekly(cast, starts=starts, parts=parts, part_minutes=60)

    assert page.status_code == 422
    assert "yli puolenyön" in page.text
    assert f'value="{starts}"' in page.text
    assert not ConsultationHour.objects.exists()


def test_the_own_unit_is_not_first_for_more_than_a_year(cast):
    page = weekly(cast, own_first_days=99999999)

    assert page.status_code == 422
    assert 'value="99999999"' in page.text
    assert not ConsultationHour.objects.exists()


def test_a_passed_meeting_is_not_moved_nor_cancelled(cast, hour, slot, monkeypatch):
    made = bookings.book(
        slot=slot, by=cast["class_teacher"], school=cast.school, matter=Matter(), at=AT
    )
    other = hour.slots.order_by("starts_at").last()
    monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: at(24, 16))
    teacher = as_(cast["class_teacher"])

    moved = teacher.post(
        reverse("consultations:reschedule", args=[made.pk]), {"slot": other.pk}, follow=True
    )
    gone = teacher.post(reverse("consultations:cancel", args=[made.pk]), follow=True)

    made.refresh_from_db()
    assert "Tapaaminen on jo ollut" in moved.text
    assert "ei voi enää perua" in gone.text
    assert (made.slot, made.state) == (slot, "booked")


def test_nobody_books_two_at_once(cast, slot):
    mentoring = offer(cast["other_class"], cast.school, kind="mentor").slots.first()
    bookings.book(slot=slot, by=cast["class_teacher"], school=cast.school, matter=Matter(), at=AT)

    page = as_(cast["class_teacher"]).post(
        reverse("consultations:book", args=[mentoring.pk]), {"school": cast.school.pk}, follow=True
    )

    assert "Sinulla on silloin jo toinen aika." in page.text


def test_who_is_away_next_month_is_back_in_the_week_of_it(cast):
    days = {"first": "2026-12-08", "last": "2026-12-09"}
    answer = as_(cast["special_teacher"]).post(reverse("consultations:away"), days)

    assert answer.url == f"{reverse('consultations:week')}?viikko=2026-12-08"
