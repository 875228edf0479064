from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from projects.models import Project
from support.selectors import pack_notice


@login_not_required
@require_GET
def projects(request: HttpRequest) -> HttpResponse:
    context = {"projects": Project.objects.all(), "notice": pack_notice()}
    return render(request, "projects/list.html", context)


@login_not_required
@require_GET
def project(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Project.objects.prefetch_related("measures", "cards"), slug=slug)
    return render(request, "projects/detail.html", {"project": found, "notice": pack_notice()})
