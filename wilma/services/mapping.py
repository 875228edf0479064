"""Saying what a note type means."""

import datetime as dt

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Substr

from absences.classes import ABSENCES, FAMILY, NationalClass
from absences.models import LessonNote, NoteType, PupilToCheck
from accounts.models import User
from accounts.services import record
from kemi_ecosystem.lib import clock
from wilma.services.gather import NUMBERED, SLOT_LENGTH


@transaction.atomic
def map_note_type(
    *, note_type: NoteType, national_class: str, by: User | None, at: dt.datetime
) -> None:
    """Say what a type means. Notes stored under its old meaning follow the new word.

    Notes whose class came from their file's own column keep it.
    """
    old = NoteType.objects.select_for_update().get(pk=note_type.pk).national_class
    note_type.national_class = national_class
    note_type.mapped_by, note_type.mapped_at = by, at
    note_type.save(update_fields=["national_class", "mapped_by", "mapped_at"])
    if old and old != national_class:
        _restate(note_type, old, national_class)
        _look_again(note_type, at)
    record(
        actor=by,
        action=f"map:{national_class}",
        subject_type="note-type",
        subject_key=str(note_type.pk),
        at=at,
    )


def _look_again(note_type: NoteType, at: dt.datetime) -> None:
    """The next round looks at everybody who has such a note."""
    due_on = clock.local_date(at)
    pupils = LessonNote.objects.live().filter(note_type=note_type).order_by()
    PupilToCheck.objects.bulk_create(
        [
            PupilToCheck(pupil_id=pk, due_on=due_on)
            for pk in pupils.values_list("pupil_id", flat=True).distinct()
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


def _restate(note_type: NoteType, old: str, new: str) -> None:
    stored = LessonNote.objects.filter(note_type=note_type, national_class=old)
    if FAMILY[old] != FAMILY[new]:
        _exchange_family(stored, FAMILY[new])
    stored.update(national_class=new, unresolved=_openness(old, new))


def _exchange_family(stored: QuerySet[LessonNote], family: str) -> None:
    """Keys of notes without a number end in their family: a re-export must find them again."""
    in_its_place = LessonNote.objects.filter(
        key=Concat(Substr(OuterRef("key"), 1, SLOT_LENGTH), Value(family))
    )
    free = stored.exclude(key__startswith=NUMBERED).exclude(Exists(in_its_place))
    free.update(key=Concat(Substr("key", 1, SLOT_LENGTH), Value(family)))


def _openness(old: str, new: str) -> Combinable:
    """What can be told of a stored note's being open. The next import says it from the file."""
    if new not in ABSENCES or old == NationalClass.UNRESOLVED:
        return Value(value=False)
    if new == NationalClass.UNRESOLVED:
        return Case(When(resolved_on=None, then=Value(value=True)), default=Value(value=False))
    return F("unresolved")
