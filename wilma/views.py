"""Bringing data in: upload, look at what it would do, map what is new, read the report."""

import csv
import uuid

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
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
from wilma.forms import MappingForm, ProfileForm, UploadForm
from wilma.models import ImportProfile, ImportRun, ImportRunQuerySet
from wilma.services import mapping, queue
from wilma.services.runs import Delivery

PAGE_SIZE = 25
ISSUES = 50


@require_GET
@requires(Capability.IMPORT_DATA)
def imports(request: PortalRequest) -> HttpResponse:
    runs = ImportRun.objects.visible_to(request.user, on=clock.today())
    page = Paginator(runs, PAGE_SIZE).get_page(request.GET.get("sivu"))
    context = {"page": page, "unmapped": NoteType.objects.unmapped().count()}
    return render(request, "wilma/imports.html", context)


@require_http_methods(["GET", "POST"])
@requires(Capability.IMPORT_DATA)
def upload(request: PortalRequest) -> HttpResponse:
    is_post = request.method == "POST"
    form = UploadForm(*((request.POST, request.FILES) if is_post else ()))
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
    context = {"run": found, "report": found.report, "issues": issues}
    return render(request, "wilma/run.html", context)


@require_POST
@requires(Capability.IMPORT_DATA)
def confirm(request: PortalRequest, run_id: int) -> HttpResponse:
    tried = get_object_or_404(_runs(request), pk=run_id, status=ImportRun.Status.DRY_RUN)
    if not tried.stored_as:
        raise Http404
    queue.confirm(run=tried, by=request.user, at=clock.now())
    wake(tasks.carry_out, tried.pk)
    return redirect("wilma:run", run_id=tried.pk)


@require_GET
@requires(Capability.IMPORT_DATA)
def rejected_rows(request: PortalRequest, run_id: int) -> HttpResponse:
    """The rows that were left out, as a file. No cell of it begins with a formula's sign."""
    found = get_object_or_404(_runs(request), pk=run_id)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="hylatyt-{found.pk}.csv"'
    writer = csv.writer(response, delimiter=";")
    writer.writerow([_("rivi"), _("syy")])
    writer.writerows(found.issues.values_list("line", "reason"))
    return response


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
    known = NoteType.objects.exclude(national_class="")
    return render(request, "wilma/mapping.html", {"form": form, "known": known})


@require_GET
@requires(Capability.IMPORT_DATA)
def profiles(request: PortalRequest) -> HttpResponse:
    return render(request, "wilma/profiles.html", {"profiles": ImportProfile.objects.all()})


@require_http_methods(["GET", "POST"])
@requires(Capability.IMPORT_DATA)
def edit_profile(request: PortalRequest, profile_id: int | None = None) -> HttpResponse:
    """A new profile begins with the columns of the run that it is made from (?tuonti=)."""
    instance = get_object_or_404(ImportProfile, pk=profile_id) if profile_id else None
    example = request.GET.get("tuonti", "")
    source = _runs(request).filter(pk=example).first() if example.isdecimal() else None
    columns = source.report.get("columns") if source else None
    is_post = request.method == "POST"
    form = ProfileForm(request.POST if is_post else None, instance=instance, columns=columns)
    if is_post and form.is_valid():
        messages.success(request, _("Profiili ”%s” on tallessa.") % form.save())
        return redirect("wilma:profiles")
    return render(request, "wilma/profile.html", {"form": form}, status=422 if form.errors else 200)


def _released(count: int) -> str:
    words = ngettext(
        "Luokitus on tallessa. %(count)d odottanut tiedosto luetaan nyt.",
        "Luokitus on tallessa. %(count)d odottanutta tiedostoa luetaan nyt.",
        count,
    )
    return words % {"count": count} if count else _("Luokitus on tallessa.")


def _runs(request: PortalRequest) -> ImportRunQuerySet:
    return ImportRun.objects.visible_to(request.user, on=clock.today())
