"""What nobody should send, and what one does send by mistake."""

import pytest
from django.urls import reverse

from consultations.services import bookings
from consultations.services.bookings import Matter
from tests.consultations.conftest import AT
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
