"""Import profiles: what a source calls its columns, tried on the first rows of a file."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import PortalRequest
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.query import positive_id
from schools.access import requires
from schools.roles import Capability
from wilma.forms import COLUMN_WORDS, ProfileForm
from wilma.models import ImportProfile, ImportRun
from wilma.services.preview import Preview, first_rows


@require_GET
@requires(Capability.IMPORT_DATA)
def profiles(request: PortalRequest) -> HttpResponse:
    return render(request, "wilma/profiles.html", {"profiles": ImportProfile.objects.all()})


@require_http_methods(["GET", "POST"])
@requires(Capability.IMPORT_DATA)
def edit_profile(request: PortalRequest, profile_id: int | None = None) -> HttpResponse:
    """A new profile begins with the columns of the run that it is made from (?tuonti=)."""
    instance = get_object_or_404(ImportProfile, pk=profile_id) if profile_id else None
    source = _source(request)
    columns = source.report.get("columns") if source else None
    if request.method == "GET":
        form = ProfileForm(instance=instance, columns=columns)
        return render(request, "wilma/profile.html", {"form": form})
    form = ProfileForm(request.POST, request.FILES, instance=instance, columns=columns)
    if "preview" in request.POST:
        preview = _preview(request, form, source)
        titles = [COLUMN_WORDS[one] for one in preview.fields]
        context = {"form": form, "preview": preview, "titles": titles}
        return render(request, "wilma/profile.html", context)
    if form.is_valid():
        messages.success(request, _("Profiili ”%s” on tallessa.") % form.save())
        return redirect("wilma:profiles")
    return render(request, "wilma/profile.html", {"form": form}, status=422)


def _source(request: PortalRequest) -> ImportRun | None:
    runs = ImportRun.objects.visible_to(request.user, on=clock.today())
    return runs.filter(pk=positive_id(request.GET.get("tuonti")) or 0).first()


def _preview(request: PortalRequest, form: ProfileForm, source: ImportRun | None) -> Preview:
    """The sample that came along, or the file of the run, if it is still there."""
    columns, minutes = form.as_typed()
    sample = request.FILES.get("sample")
    if isinstance(sample, UploadedFile):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "kokeiltava"
            with path.open("wb") as target:
                for chunk in sample.chunks():
                    target.write(chunk)
            return first_rows(path, columns=columns, lesson_minutes=minutes)
    stored = settings.UPLOADS_DIR / source.stored_as if source and source.stored_as else None
    if stored is None or not stored.is_file():
        return Preview(reason=_("Valitse tiedosto, jolla profiilia kokeillaan."))
    return first_rows(stored, columns=columns, lesson_minutes=minutes)
