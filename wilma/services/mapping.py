"""Saying what a note type means."""

import datetime as dt

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Substr

from absences.classes import ABSENCES, FAMILY, NationalClass
from absences.models import LessonNote, NoteBatch, NoteBefore, NoteType, PupilToCheck
from accounts.models import User
from accounts.services import record
from kemi_ecosystem.lib import clock
from wilma.services.gather import NUMBERED, SLOT_LENGTH

FAMILIES = [
    (family, [one for one, its_own in FAMILY.items() if its_own == family])
    for family in sorted(set(FAMILY.values()))
]


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
    # How notes were before an import follows, too: an undo brings back what counts today.
    for notes in (stored, NoteBefore.objects.filter(note_type=note_type, national_class=old)):
        notes.update(national_class=new, unresolved=_openness(old, new))


def _exchange_family(stored: QuerySet[LessonNote], family: str) -> None:
    """Keys of notes without a number end in their family: a re-export must find them again."""
    key_then = Concat(Substr("key", 1, SLOT_LENGTH), Value(family))
    in_its_place = LessonNote.objects.filter(
        key=Concat(Substr(OuterRef("key"), 1, SLOT_LENGTH), Value(family))
    )
    free = stored.exclude(key__startswith=NUMBERED).exclude(Exists(in_its_place))
    NoteBefore.objects.filter(key__in=free.values("key")).update(key=key_then)
    free.update(key=key_then)


def has_other_family(batch: NoteBatch) -> bool:
    """Was a note that this import changed of a type that has come to another family since?"""
    before = NoteBefore.objects.filter(batch=batch).exclude(key__startswith=NUMBERED)
    astray = (
        before.filter(national_class__in=classes).exclude(key__endswith=f":{family}")
        for family, classes in FAMILIES
    )
    return any(one.exists() for one in astray)


def settle_families() -> None:
    """After an undo: notes that came back under the key of a former family get today's."""
    for family, classes in FAMILIES:
        astray = LessonNote.objects.filter(national_class__in=classes)
        _exchange_family(astray.exclude(key__endswith=f":{family}"), family)


def _openness(old: str, new: str) -> Combinable:
    """What can be told of a stored note's being open. The next import says it from the file."""
    if new not in ABSENCES or old == NationalClass.UNRESOLVED:
        return Value(value=False)
    if new == NationalClass.UNRESOLVED:
        return Case(When(resolved_on=None, then=Value(value=True)), default=Value(value=False))
    return F("unresolved")
