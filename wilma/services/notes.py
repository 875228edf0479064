"""Lesson notes in: read, staged, weighed, merged. A file goes in whole or not at all."""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from absences import bulk
from absences.beside import compare_staged, known_between
from absences.bulk import Extent
from absences.classes import NationalClass
from absences.models import LessonNote, NoteBatch, NoteType
from absences.note_types import name_key
from kemi_ecosystem.lib import clock
from notifications.models import Kind
from schools.calendar import year_bounds
from wilma import rules
from wilma.models import ImportRun
from wilma.parsers import FileRefused, NotesFile, read_notes
from wilma.parsers.notes import LESSON_MINUTES
from wilma.parsers.xlsx import Table, as_csv
from wilma.rules import SLACK, Beside, Coverage, Period
from wilma.services import runs, undo
from wilma.services.gather import NUMBERED, Gather, plain
from wilma.services.note_types import LONGEST_CODE, LONGEST_NAME
from wilma.services.runs import Delivery, FileOddError

Progress = Callable[[int], None]
# How long beforehand a note may be written without anybody asking: leave that was applied for
# or a camp months, an operation or a competition some days. All else has to happen first.
FORESEEN = {
    NationalClass.LEAVE: dt.timedelta(days=180),
    NationalClass.ACTIVITY: dt.timedelta(days=180),
    NationalClass.HEALTH: dt.timedelta(days=14),
    NationalClass.OTHER_CLEARED: dt.timedelta(days=14),
    NationalClass.REMARK: dt.timedelta(days=14),
}
EMPTY = "Tiedostossa ei ole yhtään merkintää, jonka voisi tuoda."


def import_notes(delivery: Delivery, *, progress: Progress | None = None) -> ImportRun:
    """Bring a file of lesson notes in. Whatever becomes of it, the run says so.

    The same file twice changes nothing. A dry run tells what a real one would do. A type never
    seen makes the file wait (needs-mapping); a file that makes no sense is refused.
    """
    run = runs.begin(delivery, kind=ImportRun.Kind.NOTES)
    return read_in(run, delivery.path, at=delivery.at, progress=progress or (lambda _count: None))


def read_in(run: ImportRun, path: Path, *, at: dt.datetime, progress: Progress) -> ImportRun:
    """Carry a begun run out. Reading keeps nobody waiting: only the merge is one transaction."""
    lesson_minutes = run.profile.lesson_minutes if run.profile else LESSON_MINUTES
    gather = Gather(lesson_minutes=lesson_minutes, on=clock.local_date(at))
    try:
        columns = run.profile.columns if run.profile else None
        with as_csv(path) as table, bulk.staging():
            found = read_notes(table.path, profile=columns, lesson_minutes=lesson_minutes)
            for count in bulk.stage(gather.staged(found)):
                progress(count)
            _refuse_nonsense(gather)
            run.report = _as_understood(found, table)
            gather.may_be_cut = found.may_be_cut
            _settle(run, path, gather, at)
    except FileOddError as odd:
        runs.refused_as_odd(run, odd.reasons, path)
        _leave_word(run, gather)
    except FileRefused as reason:
        runs.refused(run, str(reason))
        _leave_word(run, gather)
    except UnicodeError:
        runs.refused(run, _(runs.UNREADABLE))
        _leave_word(run, gather)
    return run


def _refuse_nonsense(gather: Gather) -> None:
    if reason := rules.refusal(gather.tally()):
        raise FileRefused(reason)
    gather.types.refuse_names()


def _as_understood(found: NotesFile, table: Table) -> dict[str, Any]:
    """How the file was read. Its title lines are left out: one may name a child."""
    return {
        "kind": found.kind,
        "encoding": found.encoding,
        "columns": {field: plain(header) for field, header in found.columns.items()},
        "dropped_columns": [plain(header) for header in found.dropped_columns],
        "totals_skipped": found.totals_skipped,
        "sheet": table.sheet,
        "sheets": table.sheets,
    }


@transaction.atomic
def _settle(run: ImportRun, path: Path, gather: Gather, at: dt.datetime) -> None:
    """What was staged goes in, is only tried, or waits; the run's own word goes along."""
    if gather.types.unmapped:
        run.status = ImportRun.Status.NEEDS_MAPPING
        _leave_word(run, gather)
        _ask_for_mapping(run, path, gather)
        return
    with transaction.atomic():
        bulk.take_turn()
        run.report |= _merge(run, gather, at)
        run.status = ImportRun.Status.DRY_RUN if run.is_trial else ImportRun.Status.IMPORTED
        if run.is_trial:
            run.batch = None
            transaction.set_rollback(True)
    _leave_word(run, gather)


def _merge(run: ImportRun, gather: Gather, at: dt.datetime) -> dict[str, Any]:
    bulk.give_types(gather.types.write_down())
    for line, key in bulk.drop_repeats():
        gather.reject(line, _repeated(key))
    extent = bulk.staged_extent()
    if extent is None:
        raise FileRefused(_(EMPTY))
    on = clock.local_date(at)
    _refuse_last_year(extent.last, on)
    odd = _oddities(run, extent, on)
    if odd and not (run.takes_odd or run.is_trial):
        raise FileOddError(odd)
    period = _judge(extent, run.period, _why_a_piece(run, gather))
    batch = NoteBatch.objects.create(
        source=run.file_name[:120],
        received_at=at,
        first_date=extent.first,
        last_date=extent.last,
        rows=extent.rows,
    )
    batch.schools.set(extent.source_ids)
    batch.lies_on.set(undo.other_schools_beneath(batch, extent.school_ids))
    days = (max(year_bounds(extent.last)[0], extent.first - SLACK), extent.last)
    spared = frozenset(gather.spared)
    batch.withdrawn = bulk.withdraw_missing(batch.pk, period.school_ids, days, spared=spared)
    bulk.mark_changed(first=extent.first, until=on)
    counts = bulk.merge(batch.pk)
    batch.new, batch.changed, batch.unchanged = counts.new, counts.changed, counts.unchanged
    batch.save()
    run.batch = batch
    return {
        "first_date": extent.first.isoformat(),
        "last_date": extent.last.isoformat(),
        "new": batch.new,
        "changed": batch.changed,
        "unchanged": batch.unchanged,
        "withdrawn": batch.withdrawn,
        "is_full": period.is_full,
        "period_why": period.why,
        "dates_ahead": extent.last > on,
        "odd": odd,
    }


def _oddities(run: ImportRun, extent: Extent, on: dt.date) -> list[str]:
    beside = compare_staged(extent, latest=_latest_days(on))
    usual = (0, 0)
    if beside.known_rows < rules.FEW:
        days = rules.days_before(extent.first, extent.last)
        usual = known_between(extent.school_ids, *days)
    missing = _missing_schools(run, extent)
    return rules.oddities(
        Beside(
            **asdict(beside),
            usual_rows=usual[0],
            usual_minutes=usual[1],
            missing_schools=missing,
        )
    )


def _latest_days(on: dt.date) -> dict[str, dt.date]:
    """Until which day each class may be noted on a day: what is not foreseen, until that day."""
    return {one.value: on + FORESEEN.get(one, dt.timedelta()) for one in NationalClass}


def _missing_schools(run: ImportRun, extent: Extent) -> list[str]:
    """Schools that the last file of these schools had, too, on days that this one has."""
    before = (
        ImportRun.objects.filter(
            kind=run.kind,
            status=ImportRun.Status.IMPORTED,
            batch__schools__in=extent.source_ids,
        )
        .select_related("batch")
        .order_by("-started_at", "-pk")
        .first()
    )
    if before is None or before.batch is None or before.batch.rows < rules.FEW:
        return []
    if not (before.batch.first_date and before.batch.first_date >= extent.first - SLACK):
        return []
    gone = before.batch.schools.exclude(pk__in=extent.school_ids).filter(closed_on=None)
    return list(gone.order_by("name").values_list("name", flat=True))


def _may_be_cut(run: ImportRun, gather: Gather) -> bool:
    """No line end at the end, or no sum row where the same export has always had one."""
    if gather.may_be_cut:
        return True
    if run.report.get("totals_skipped") or run.report.get("kind") != "csv":
        return False
    before = ImportRun.objects.filter(
        kind=run.kind, status=ImportRun.Status.IMPORTED, report__columns=run.report.get("columns")
    )
    last = before.exclude(pk=run.pk).order_by("-started_at", "-pk").first()
    return last is not None and bool(last.report.get("totals_skipped"))


def _repeated(key: str) -> str:
    if key.startswith(NUMBERED):
        return _("sama merkintänumero on tiedostossa kahdesti: myöhempi rivi jäi voimaan")
    return _("sama merkintä on tiedostossa kahdesti")


def _refuse_last_year(last: dt.date, on: dt.date) -> None:
    begins, ends = year_bounds(last)
    newest = LessonNote.objects.live().aggregate(newest=Max("date"))["newest"]
    if rules.is_last_years(last=last, on=on, newest=newest, year_ends=ends):
        reason = _(
            "Tiedoston merkinnät ovat lukuvuodelta %(year)s, mutta portaalissa on jo uudempia. "
            "Onko tämä viime vuoden tiedosto?"
        )
        raise FileRefused(reason % {"year": f"{begins.year}–{ends.year}"})


def _why_a_piece(run: ImportRun, gather: Gather) -> str:
    """Why what the file lacks may not be gone; "" when nothing tells so."""
    if _may_be_cut(run, gather):
        return _("Tiedosto voi olla katkennut lopustaan: mitään ei poistettu.")
    if gather.has_nobodys_row:
        return _("Tiedostossa on rivi, josta ei selviä kenen se on: mitään ei poistettu.")
    return ""


def _judge(extent: Extent, wanted: str, why_a_piece: str) -> Period:
    """Of which schools the file is the whole of the school year so far."""
    if why_a_piece and wanted != ImportRun.Period.FULL:
        return Period(is_full=False, why=why_a_piece)
    if wanted == ImportRun.Period.PARTIAL:
        return Period(is_full=False, why=_("Tuotu osana: mitään ei poistettu."))
    if wanted == ImportRun.Period.FULL:
        return Period(
            is_full=True,
            why=_("Tuotu koko jaksona: siitä puuttuvat merkinnät poistuivat."),
            school_ids=extent.source_ids,
        )
    known = bulk.known_notes(extent.source_ids, year_bounds(extent.last), until=extent.last)
    return rules.judge_period(
        [
            Coverage(
                one.school_id, extent.first, extent.last, one.rows, one.first, one.last, one.again
            )
            for one in known
        ]
    )


def _leave_word(run: ImportRun, gather: Gather) -> None:
    waits = run.status == ImportRun.Status.NEEDS_MAPPING
    run.report |= {
        "rows": gather.rows,
        "rejected": gather.rejected_count,
        "unmapped_types": gather.types.unmapped_as_json() if waits else [],
    }
    runs.finish(run, gather.rejected)


def _ask_for_mapping(run: ImportRun, path: Path, gather: Gather) -> None:
    """The types can be mapped on their page; the file is kept, and administrators are told."""
    NoteType.objects.bulk_create(
        [
            NoteType(code=code[:LONGEST_CODE], name=name[:LONGEST_NAME], name_key=name_key(name))
            for code, name in sorted(gather.types.unmapped)
        ],
        ignore_conflicts=True,
    )
    if run.is_trial:
        return
    runs.keep_file(run, path)
    run.save(update_fields=["stored_as"])
    title = _("Tuonti odottaa: tiedostossa on uusi merkinnän laji")
    runs.tell_administrators(run, kind=Kind.NEEDS_MAPPING, title=title)


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
        "reason": run.reason,
        "odd": report.get("odd", []),
    }
