"""Rows of lesson notes as a school exports them: what is not said is ordinary."""

import datetime as dt

from absences.models import LessonNote
from tests import builders
from wilma.services import queue

HEADER = ("oppilas_id", "pvm", "tunti", "kesto_min", "merkinta_nimi", "kurssi")
NATIONAL = (*HEADER, "kansallinen_luokitus")
NUMBERED = (*HEADER, "merkinta_id")
HEALTH = "Luvallinen poissaolo - Terveydellinen"
OPEN = "Poissaolo (Selvitä)"
LATE = "Myöhästyminen"


def note(pupil="40001", day="1.9.2026", lesson=1, minutes=45, kind=HEALTH, *more):
    return (pupil, day, lesson, minutes, kind, "MA", *more)


def term(pupil="40001", *, lessons=1, first=dt.date(2026, 9, 1), days=60) -> list[tuple]:
    dates = [first + dt.timedelta(days=n) for n in range(days)]
    return [
        note(pupil, f"{one.day}.{one.month}.{one.year}", lesson)
        for one in dates
        for lesson in range(1, lessons + 1)
    ]


def state() -> list[tuple]:
    fields = ("key", "pupil_id", "note_type__name_key", "national_class", "date", "minutes")
    return sorted(LessonNote.objects.live().values_list(*fields, "unresolved", "course"))


def carry_out_waiting() -> None:
    """What a worker does when it is woken after a mapping."""
    for run in queue.release_mapped():
        queue.carry_out(run_id=run.pk, at=builders.AT)
