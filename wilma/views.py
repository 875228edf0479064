"""Bringing data in: upload, look at what it would do, map what is new, read the report."""

import csv
import uuid

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from absences.models import NoteType
from accounts.http import PortalRequest
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.wake import wake
from schools.access import requires
from schools.roles import Capability
from wilma import tasks
from wilma.forms import CorrectionForm, MappingForm, UploadForm
from wilma.models import ImportRun, ImportRunQuerySet
from wilma.parsers.headers import CANONICAL, EXAMPLE
from wilma.services import mapping, queue, watch_folder
from wilma.services import undo as undoing
from wilma.services.runs import Delivery

PAGE_SIZE = 25
ISSUES = 50


@require_GET
@requires(Capability.IMPORT_DATA)
def imports(request: PortalRequest) -> HttpResponse:
    runs = ImportRun.objects.visible_to(request.user, on=clock.today())
    page = Paginator(runs.select_related("started_by"), PAGE_SIZE).get_page(request.GET.get("sivu"))
    context = {
        "page": page,
        "unmapped": NoteType.objects.unmapped().count(),
        "folder": watch_folder.inbox(),
    }
    return render(request, "wilma/imports.html", context)


@require_http_methods(["GET", "POST"])
@requires(Capability.IMPORT_DATA)
def upload(request: PortalRequest) -> HttpResponse:
    is_post = request.method == "POST"
    chosen = {"kind": request.GET.get("laji", "")}
    form = UploadForm(*((request.POST, request.FILES) if is_post else ()), initial=chosen)
    if not (is_post and form.is_valid()):
        return render(
            request, "wilma/upload.html", {"form": form}, status=422 if form.errors else 200
        )
    file = form.cleaned_data["file"]
    delivery = Delivery(
        settings.UPLOADS_DIR / uuid.uuid4().hex,
        file.name or _("nimetön"),
        by=request.user,
        at=clock.now(),
        profile=form.cleaned_data["profile"],
        dry_run=form.cleaned_data["dry_run"],
        period=form.cleaned_data["period"],
    )
    received = queue.receive(file, delivery, kind=form.cleaned_data["kind"])
    wake(tasks.carry_out, received.pk)
    return redirect("wilma:run", run_id=received.pk)


@require_GET
@requires(Capability.IMPORT_DATA)
def run(request: PortalRequest, run_id: int) -> HttpResponse:
    found = get_object_or_404(_runs(request).select_related("started_by"), pk=run_id)
    issues = Paginator(found.issues.all(), ISSUES).get_page(request.GET.get("sivu"))
    why_not = undoing.refusal(found, at=clock.now())
    context = {
        "run": found,
        "report": found.report,
        "issues": issues,
        "left_out": found.report.get("rejected") or issues.paginator.count,
        "can_undo": not why_not,
        "why_no_undo": why_not if found.status == ImportRun.Status.IMPORTED else "",
        "undone": undoing.who_undid(found),
    }
    return render(request, "wilma/run.html", context)


@require_POST
@requires(Capability.IMPORT_DATA)
def confirm(request: PortalRequest, run_id: int) -> HttpResponse:
    """A second press on the button shows what the first one did."""
    tried = get_object_or_404(_runs(request), pk=run_id)
    if queue.confirm(run=tried, by=request.user, at=clock.now()):
        wake(tasks.carry_out, tried.pk)
    return redirect("wilma:run", run_id=tried.pk)


@require_GET
@requires(Capability.IMPORT_DATA)
def rejected_rows(request: PortalRequest, run_id: int) -> HttpResponse:
    """The rows that were left out, as a file that can be mended and sent in again.

    No cell of it begins with a formula's sign.
    """
    found = get_object_or_404(_runs(request), pk=run_id)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="hylatyt-{found.pk}.csv"'
    writer = csv.writer(response, delimiter=";")
    issues = list(found.issues.all())
    met = {name for one in issues for name in one.cells}
    fields = [name for name in CANONICAL if name in met]
    writer.writerow([_("rivi"), _("syy"), *(CANONICAL[name] for name in fields)])
    for one in issues:
        cells = [_harmless(one.cells.get(name, "")) for name in fields]
        writer.writerow([one.line, one.reason, *cells])
    return response


def _harmless(cell: str) -> str:
    """A spreadsheet must not take it for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


@require_http_methods(["GET", "POST"])
@requires(Capability.IMPORT_DATA)
def mapping_page(request: PortalRequest) -> HttpResponse:
    unmapped = list(NoteType.objects.unmapped())
    form = MappingForm(request.POST or None, types=unmapped) if unmapped else None
    if request.method == "POST" and form is not None and form.is_valid():
        for note_type, choice in form.chosen():
            mapping.map_note_type(
                note_type=note_type, national_class=choice, by=request.user, at=clock.now()
            )
        released = queue.release_mapped()
        for one in released:
            wake(tasks.carry_out, one.pk)
        messages.success(request, _released(len(released)))
        return redirect("wilma:imports")
    return _mapping_page(request, form, CorrectionForm())


def _mapping_page(
    request: PortalRequest, form: MappingForm | None, correction: CorrectionForm
) -> HttpResponse:
    known = NoteType.objects.exclude(national_class="")
    context = {"form": form, "known": known, "correction": correction}
    status = 422 if correction.errors else 200
    return render(request, "wilma/mapping.html", context, status=status)


@require_POST
@requires(Capability.IMPORT_DATA)
def correct_mapping(request: PortalRequest) -> HttpResponse:
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _mapping_page(request, None, form)
    mapping.map_note_type(by=request.user, at=clock.now(), **form.cleaned_data)
    words = _("Luokitus on korjattu. Tunnit lasketaan uudelleen seuraavalla kierroksella.")
    messages.success(request, words)
    return redirect("wilma:mapping")


@require_POST
@requires(Capability.IMPORT_DATA)
def undo(request: PortalRequest, run_id: int) -> HttpResponse:
    """Take an import back: everything is what it was before it."""
    found = get_object_or_404(_runs(request), pk=run_id)
    try:
        count = undoing.undo(run=found, by=request.user, at=clock.now())
    except undoing.UndoRefusedError as reason:
        messages.warning(request, str(reason))
    else:
        words = ngettext(
            "Tuonti on peruttu: %(count)d tieto palautui ennalleen.",
            "Tuonti on peruttu: %(count)d tietoa palautui ennalleen.",
            count,
        )
        messages.success(request, words % {"count": count})
    return redirect("wilma:run", run_id=found.pk)


@require_GET
@requires(Capability.IMPORT_DATA)
def template(request: PortalRequest) -> HttpResponse:  # noqa: ARG001
    """The canonical CSV of lesson notes: its columns and one row as an example."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="tuntimerkinnat-malli.csv"'
    writer = csv.writer(response, delimiter=";")
    writer.writerow(CANONICAL.values())
    writer.writerow([EXAMPLE.get(field, "") for field in CANONICAL])
    return response


def _released(count: int) -> str:
    words = ngettext(
        "Luokitus on tallessa. %(count)d odottanut tiedosto luetaan nyt.",
        "Luokitus on tallessa. %(count)d odottanutta tiedostoa luetaan nyt.",
        count,
    )
    return words % {"count": count} if count else _("Luokitus on tallessa.")


def _runs(request: PortalRequest) -> ImportRunQuerySet:
    return ImportRun.objects.visible_to(request.user, on=clock.today())
