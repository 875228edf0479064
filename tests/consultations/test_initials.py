"""Of whom a meeting is: initials and a class, never a name."""

import pytest
from django.urls import reverse

from consultations.models import Booking
from tests import builders
from tests.consultations.test_pages import as_


@pytest.mark.parametrize("about", ["Elsa, 7B", "elsa k. 7B", "E. Kivelä", "ELSA 7C", "Bo 3A"])
def test_a_pupils_name_is_asked_to_be_initials(cast, slot, about):
    client = as_(cast["class_teacher"])
    url = reverse("consultations:book", args=[slot.pk])

    named = client.post(url, {"school": cast.school.pk, "about": about, "question": "Miten?"})

    assert named.status_code == 422
    assert "Kirjoita vain nimikirjaimet ja luokka" in named.text
    assert "Miten?" in named.text
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    "about",
    ["", "M.M. 7C", "MM 7c", "M. M.", "AB", "A.B.C., 3 B", "m.m. ja k.l., 3.b", "A-M.K. (1-2B)",
     "koko luokka 7C", "A.B., 5-vuotiaat", "A.B. eskari", "7.luokka", "A.B. 1.–2. lk",
     "A.B., pikku merenneidot"],
)  # fmt: skip
def test_initials_with_a_class_or_a_group_are_taken_as_written(cast, slot, about):
    builders.group(cast.school, "Pikku Merenneidot", None)
    client = as_(cast["class_teacher"])

    url = reverse("consultations:book", args=[slot.pk])
    client.post(url, {"school": cast.school.pk, "about": about})

    assert Booking.objects.get().about == about
