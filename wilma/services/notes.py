"""Lesson notes in: read, staged, weighed, merged. A file goes in whole or not at all."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from absences import bulk
from absences.bulk import Extent
from absences.models import LessonNote, NoteBatch, NoteType
from absences.note_types import name_key
from notifications.models import Kind
from schools.calendar import year_bounds
from wilma import rules
from wilma.models import ImportRun
from wilma.parsers import FileRefused, NotesFile, read_notes
from wilma.rules import SLACK, Coverage, Period
from wilma.services import runs
from wilma.services.gather import Gather, dates_ahead
from wilma.services.runs import Delivery

Progress = Callable[[int], None]
LESSON_MINUTES = 45


def import_notes(delivery: Delivery, *, progress: Progress | None = None) -> ImportRun:
    """Bring a file of lesson notes in. Whatever becomes of it, the run says so.

    The same file twice changes nothing. A dry run tells what a real one would do. A type never
    seen makes the file wait (needs-mapping); a file that makes no sense is refused.
    """
    run = runs.begin(delivery, kind=ImportRun.Kind.NOTES)
    return _bring_in(run, delivery, progress or (lambda _count: None))


def resume(run: ImportRun, delivery: Delivery) -> ImportRun:
    """Bring a waiting file in, now that its types have been mapped."""
    return _bring_in(run, delivery, lambda _count: None)


def _bring_in(run: ImportRun, delivery: Delivery, progress: Progress) -> ImportRun:
    lesson_minutes = run.profile.lesson_minutes if run.profile else LESSON_MINUTES
    gather = Gather(lesson_minutes=lesson_minutes)
    try:
        with transaction.atomic():
            columns = run.profile.columns if run.profile else None
            found = read_notes(delivery.path, profile=columns, lesson_minutes=lesson_minutes)
            _run_through(run, delivery, found, gather, progress)
            if run.status != ImportRun.Status.IMPORTED:
                transaction.set_rollback(True)
    except FileRefused as reason:
        runs.refused(run, str(reason))
    return _leave_word(run, delivery, gather)


def _run_through(
    run: ImportRun, delivery: Delivery, found: NotesFile, gather: Gather, progress: Progress
) -> None:
    bulk.open_stage()
    for count in bulk.stage(gather.staged(found)):
        progress(count)
    _refuse_nonsense(gather)
    run.report = {
        "kind": found.kind,
        "title": found.title[:200],
        "encoding": found.encoding,
        "columns": found.columns,
        "dropped_columns": list(found.dropped_columns),
        "totals_skipped": found.totals_skipped,
    }
    if gather.types.unmapped:
        run.status = ImportRun.Status.NEEDS_MAPPING
        return
    for line in bulk.drop_repeats():
        gather.reject(line, _("sama merkintä on tiedostossa kahdesti"))
    run.report |= _merge(run, delivery, bulk.staged_extent())
    bulk.close_stage()
    run.status = ImportRun.Status.DRY_RUN if delivery.dry_run else ImportRun.Status.IMPORTED


def _refuse_nonsense(gather: Gather) -> None:
    reason = rules.refusal(
        rows=gather.rows,
        rejected=gather.rejected_count,
        unknown_pupils=gather.unknown_pupils,
        first_reasons=[reason for _line, reason in gather.rejected[:3]],
    )
    if reason:
        raise FileRefused(reason)


def _merge(run: ImportRun, delivery: Delivery, extent: Extent) -> dict[str, Any]:
    if extent.first is None or extent.last is None:
        raise FileRefused(_("Tiedostossa ei ole yhtään merkintää, jonka voisi tuoda."))
    _refuse_last_year(extent.last)
    period = _judge(extent, delivery.period, extent.first, extent.last)
    batch = NoteBatch.objects.create(
        source=run.file_name[:120],
        received_at=delivery.at,
        first_date=extent.first,
        last_date=extent.last,
        rows=extent.rows,
    )
    batch.schools.set(extent.school_ids)
    withdrawn = 0
    if period.is_full:
        first = max(year_bounds(extent.first)[0], extent.first - SLACK)
        withdrawn = bulk.withdraw_missing(batch.pk, extent.school_ids, first, extent.last)
    counts = bulk.merge(batch.pk)
    batch.new, batch.changed, batch.unchanged = counts.new, counts.changed, counts.unchanged
    batch.withdrawn = withdrawn
    batch.save()
    run.batch = batch
    return {
        "first_date": extent.first.isoformat(),
        "last_date": extent.last.isoformat(),
        "new": counts.new,
        "changed": counts.changed,
        "unchanged": counts.unchanged,
        "withdrawn": withdrawn,
        "is_full": period.is_full,
        "period_why": period.why,
        "dates_ahead": dates_ahead(extent.last, delivery.at),
    }


def _refuse_last_year(last: dt.date) -> None:
    ends = year_bounds(last)[1]
    if LessonNote.objects.live().filter(date__gt=ends).exists():
        begins = ends.year - 1
        raise FileRefused(
            _(
                "Tiedoston merkinnät ovat lukuvuodelta %(year)s, mutta portaalissa on jo uudempia. "
                "Onko tämä viime vuoden tiedosto?"
            )
            % {"year": f"{begins}–{ends.year}"}
        )


def _judge(extent: Extent, wanted: str, first: dt.date, last: dt.date) -> Period:
    if wanted == "partial":
        return Period(is_full=False, why=_("Tuotu osana: mitään ei poistettu."))
    year = year_bounds(last)
    known = bulk.known_notes(extent.school_ids, year[0], last)
    if wanted == "full":
        return Period(is_full=True, why=_("Tuotu koko jaksona."))
    newest = bulk.known_notes(extent.school_ids, *year)
    return rules.judge_period(
        Coverage(first, last, known.rows, newest.first, newest.last, known.again)
    )


def _leave_word(run: ImportRun, delivery: Delivery, gather: Gather) -> ImportRun:
    """The report, the issues, and who is told, outside the transaction that was perhaps undone."""
    run.report |= {
        "rows": gather.rows,
        "rejected": gather.rejected_count,
        "unmapped_types": [
            {"code": code, "name": name, "rows": rows}
            for (code, name), rows in gather.types.unmapped.most_common()
        ],
    }
    if run.status == ImportRun.Status.NEEDS_MAPPING:
        run.report |= {"dry_run": delivery.dry_run}
        _ask_for_mapping(run, delivery)
    elif run.status != ImportRun.Status.IMPORTED:
        run.batch = None
    runs.finish(run, gather.rejected)
    if run.status == ImportRun.Status.NEEDS_MAPPING and not delivery.dry_run:
        title = _("Tuonti odottaa: tiedostossa on uusi merkinnän laji")
        runs.tell_administrators(run, kind=Kind.NEEDS_MAPPING, title=title)
    return run


def _ask_for_mapping(run: ImportRun, delivery: Delivery) -> None:
    NoteType.objects.bulk_create(
        [
            NoteType(code=one["code"][:40], name=one["name"][:160], name_key=name_key(one["name"]))
            for one in run.report["unmapped_types"]
        ],
        ignore_conflicts=True,
    )
    if not delivery.dry_run:
        runs.keep_file(run, delivery.path)


def as_json(run: ImportRun) -> dict[str, Any]:
    """What `import_notes --json` prints."""
    report = run.report
    return {
        "batch": run.batch_id,
        "status": run.status,
        "rows": report.get("rows", 0),
        "new": report.get("new", 0),
        "changed": report.get("changed", 0),
        "unchanged": report.get("unchanged", 0),
        "withdrawn": report.get("withdrawn", 0),
        "rejected": [
            {"line": line, "reason": reason}
            for line, reason in run.issues.values_list("line", "reason")
        ],
        "unmapped_types": report.get("unmapped_types", []),
    }
