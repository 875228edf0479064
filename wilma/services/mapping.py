"""Saying what a note type means, and letting the files that waited for it in."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Value, When

from absences.classes import ABSENCES, NationalClass
from absences.models import LessonNote, NoteType
from accounts.models import User
from wilma.models import ImportRun
from wilma.services import notes, runs
from wilma.services.runs import Delivery


@transaction.atomic
def map_note_type(
    *, note_type: NoteType, national_class: str, by: User | None, at: dt.datetime
) -> None:
    """Say what a type means. Notes already stored under it follow the new word."""
    note_type.national_class = national_class
    note_type.mapped_by, note_type.mapped_at = by, at
    note_type.save(update_fields=["national_class", "mapped_by", "mapped_at"])
    stored = LessonNote.objects.filter(note_type=note_type)
    is_absence = national_class in ABSENCES
    is_open = national_class == NationalClass.UNRESOLVED
    stored.update(
        national_class=national_class,
        unresolved=Case(
            When(national_class=NationalClass.UNRESOLVED, then=Value(is_open)),
            default=Value(is_open) if is_open else F("unresolved"),
        )
        if is_absence
        else Value(value=False),
    )


def resume_waiting(*, by: User | None, at: dt.datetime) -> list[ImportRun]:
    """Bring in every waiting file whose types have all been mapped. Returns those that went in."""
    waiting = ImportRun.objects.filter(
        kind=ImportRun.Kind.NOTES, status=ImportRun.Status.NEEDS_MAPPING
    ).exclude(stored_as="")
    done = []
    for run in waiting.order_by("started_at"):
        path = settings.UPLOADS_DIR / run.stored_as
        if not path.exists():
            runs.refused(run, "Odottava tiedosto on vanhentunut ja poistettu. Tuo se uudelleen.")
            run.save()
            continue
        delivery = Delivery(path, run.file_name, by, at, profile=run.profile)
        notes.resume(run, delivery)
        if run.status != ImportRun.Status.NEEDS_MAPPING:
            runs.drop_file(run)
            run.save(update_fields=["stored_as"])
            done.append(run)
    return done
