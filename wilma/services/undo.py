"""Taking an import back: of lesson notes, or a roster."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from absences import bulk
from absences.models import LessonNote, NoteBatch, NoteBefore
from accounts.models import AuditEvent, User
from accounts.services import record
from kemi_ecosystem.lib import clock
from schools.services.roster_ledger import InUseError
from wilma.models import ImportRun
from wilma.services import mapping, roster_undo

# So long an import can be taken back; then how things were before is no longer kept.
CAN_BE_UNDONE = dt.timedelta(days=60)
# Where it is written what an import did.
DONE_BY: list[tuple[type[LessonNote] | type[NoteBefore], str]] = [
    (LessonNote, "batch"),
    (LessonNote, "withdrawn_in"),
    (NoteBefore, "batch"),
    (NoteBefore, "old_batch"),
    (NoteBefore, "old_withdrawn_in"),
]


class UndoRefusedError(Exception):
    """Why an import cannot be taken back, in words for a person."""


def refusal(run: ImportRun, *, at: dt.datetime) -> str:
    """Why this run cannot be undone; "" when it can."""
    if run.status != ImportRun.Status.IMPORTED:
        return _("Tätä tuontia ei voi perua.")
    if run.kind == ImportRun.Kind.ROSTER:
        return _refusal_of_roster(run, at)
    return _refusal_of_notes(run, at)


def _refusal_of_notes(run: ImportRun, at: dt.datetime) -> str:
    if run.batch is None:
        return _("Tätä tuontia ei voi perua.")
    if at - run.batch.received_at > CAN_BE_UNDONE:
        return _("Tuonnista on niin kauan, ettei sitä voi enää perua.")
    later = NoteBatch.objects.filter(pk__gt=run.batch.pk, undone_at=None)
    if later.filter(schools__in=run.batch.schools.all()).exists():
        return _("Samoista kouluista on tuotu jotain tämän jälkeen. Peru se ensin.")
    if later.filter(lies_on=run.batch).exists():
        return _(
            "Toiseen kouluun siirtyneiden oppilaiden merkintöjä on tuotu tämän jälkeen. Peru se "
            "ensin."
        )
    return ""


def _refusal_of_roster(run: ImportRun, at: dt.datetime) -> str:
    if at - run.started_at > CAN_BE_UNDONE:
        return _("Tuonnista on niin kauan, ettei sitä voi enää perua.")
    if not run.rows_before.exists():
        return _("Tämä tuonti ei muuttanut mitään, joten peruttavaa ei ole.")
    if roster_undo.later_ones(run).exists():
        return _("Oppilaita on tuotu tämän jälkeen uudelleen. Peru se tuonti ensin.")
    return ""


def who_undid(run: ImportRun) -> AuditEvent | None:
    """The line that says who took it back and when."""
    if run.status != ImportRun.Status.UNDONE:
        return None
    lines = AuditEvent.objects.filter(subject_type="import", subject_key=str(run.pk))
    return lines.filter(action="import:undo").order_by("-at").first()


def other_schools_beneath(batch: NoteBatch, school_ids: Collection[int]) -> set[int]:
    """A pupil who moved brings along what the former school's imports did: those lie beneath."""
    others = NoteBatch.objects.filter(
        pk__lt=batch.pk, undone_at=None, received_at__gte=batch.received_at - CAN_BE_UNDONE
    )
    others = others.exclude(schools__in=batch.schools.all()).order_by()
    found: set[int] = set()
    for model, field in DONE_BY:
        done = model.objects.filter(**{f"{field}__in": others}, pupil__school__in=school_ids)
        found.update(done.order_by().values_list(field, flat=True).distinct())
    return found


@transaction.atomic
def undo(*, run: ImportRun, by: User | None, at: dt.datetime) -> int:
    """Make everything what it was before this import. Returns how many rows that was.

    The last one first: raises UndoRefusedError while a later import of the same schools stands,
    or when something hangs on what the import made.
    """
    bulk.take_turn()
    if reason := refusal(run, at=at):
        raise UndoRefusedError(reason)
    if run.kind == ImportRun.Kind.ROSTER:
        count = _take_roster_back(run)
    else:
        count = _take_notes_back(run, at)
    run.status = ImportRun.Status.UNDONE
    run.save(update_fields=["status"])
    record(actor=by, action="import:undo", subject_type="import", subject_key=str(run.pk), at=at)
    return count


def _take_roster_back(run: ImportRun) -> int:
    try:
        return roster_undo.take_back(run)
    except InUseError as error:
        words = _("Tuonnissa lisätyistä (%(what)s) on jo muuta tietoa, joten sitä ei voi perua.")
        raise UndoRefusedError(words % {"what": error.args[0]}) from error


def _take_notes_back(run: ImportRun, at: dt.datetime) -> int:
    batch = run.batch
    assert batch is not None  # noqa: S101 (refusal has looked)
    goes_astray = mapping.has_other_family(batch)
    count = bulk.take_back(batch.pk, due_on=batch.first_date or clock.local_date(at))
    if goes_astray:
        mapping.settle_families()
    batch.undone_at = at
    batch.save(update_fields=["undone_at"])
    return count
