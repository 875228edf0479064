"""What `make bench` leans on: a city that is the same each time, and a limit that bites."""

import pytest
from django.db.models import Count, Q

from absences.models import LessonNote
from kemi_ecosystem.bench import city
from kemi_ecosystem.bench.apart import MEBI, apart, side_by_side
from schools.models import Pupil


def test_a_generated_city_has_what_was_asked_for(transactional_db):
    city.people(800)
    city.notes(24_000)

    assert Pupil.objects.count() == 800
    assert LessonNote.objects.within(city.FIRST, city.ON).count() == 24_000
    kinds = LessonNote.objects.aggregate(
        health=Count("pk", filter=Q(national_class="health")), all=Count("pk")
    )
    assert 0.32 < kinds["health"] / kinds["all"] < 0.36
    often = Pupil.objects.annotate(notes=Count("lesson_notes")).order_by("-notes")
    assert {int(key) % 100 for key in often.values_list("key", flat=True)[:8]} == {0}


def test_work_apart_says_how_much_memory_it_took():
    one, two = side_by_side([lambda: bytearray(128 * MEBI), lambda: None])

    assert one.peak_mebibytes >= two.peak_mebibytes + 100


def test_work_that_needs_more_memory_than_it_may_use_fails_aloud(capfd):
    with pytest.raises(RuntimeError):
        apart(lambda: bytearray(4096 * MEBI), memory=2048 * MEBI)

    assert "MemoryError" in capfd.readouterr().err
