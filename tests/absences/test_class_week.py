"""The class's week: told to its teacher, looked at by the same."""

import datetime as dt

import pytest
from django.urls import reverse

from absences.models import LessonNote, NoteBatch
from absences.services.digests import tell_of_the_week
from absences.services.models import ensure_model
from schools.models import Holiday
from tests import builders
from tests.signed_in import as_
from tests.tables import cells


def test_on_the_weeks_last_school_day_class_teachers_hear_of_their_week_once(cast):
    friday = builders.AT.replace(hour=13)
    Holiday.objects.create(
        school_year=builders.year(), name="vapaa", begins=dt.date(2026, 11, 27),
        ends=dt.date(2026, 11, 27),
    )  # fmt: skip

    told = tell_of_the_week(at=friday)
    again = tell_of_the_week(at=friday)
    thursday = tell_of_the_week(at=friday + dt.timedelta(days=6))

    assert (told, again, thursday) == (3, 0, 3)
    assert tell_of_the_week(at=friday + dt.timedelta(days=7)) == 0


def test_the_classs_week_shows_who_was_away_and_asks_as_often_for_many(cast, assert_flat):
    builders.absent(cast.child, 5, day=dt.date(2026, 11, 16))
    client = as_(cast["class_teacher"])
    url = reverse("absences:class_week")

    page = client.get(url)

    assert "Elsa K." in page.text
    assert "Otso" not in page.text

    def grow():
        for number in range(5):
            builders.absent(builders.pupil(cast.group, f"u{number}"), 3, day=builders.ON)

    assert_flat(lambda: client.get(url), grow=grow)


@pytest.mark.parametrize(
    ("counting", "hours", "words"),
    [("m45", "4", "45 minuuttia"), ("m60", "3", "60 minuuttia"), ("notes", "2", "yksi merkintä")],
)
def test_the_classs_week_counts_an_hour_as_the_model_does_and_says_so(cast, counting, hours, words):
    model = ensure_model(on=builders.ON)
    type(model).objects.filter(pk=model.pk).update(counting=counting)
    builders.absent(cast.child, 2, day=dt.date(2026, 11, 16))
    LessonNote.objects.update(minutes=90)

    text = as_(cast["class_teacher"]).get(reverse("absences:class_week")).text

    assert hours in cells(text)
    assert f"Tunti on {words}" in text


def test_the_classs_week_says_when_its_notes_are_old(cast):
    builders.absent(cast.child, 5, day=dt.date(2026, 11, 16))
    client = as_(cast["class_teacher"])
    fresh = client.get(reverse("absences:class_week")).text
    NoteBatch.objects.update(received_at=builders.AT - dt.timedelta(days=30))

    assert "eivät ole ajan tasalla" not in fresh
    assert "eivät ole ajan tasalla" in client.get(reverse("absences:class_week")).text
