"""The catalogue, readable by anybody."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from support import search as searching
from support import selectors
from support.forms import LEVEL_HELP, CardFilter, TreeFilter
from support.models import Checklist, Level, Measure, QualityCard, QualityValue

View = Callable[..., HttpResponse]
LONGEST_QUERY = 200


def public_page(view: View) -> View:
    """A page that may be read without signing in."""
    return login_not_required(require_GET(view))


@public_page
def tree(request: HttpRequest) -> HttpResponse:
    form = TreeFilter(request.GET)
    levels = [(one.value, one.label) for one in Level]
    wanted = form.wanted()
    context = {
        "page": selectors.tree_page(wanted),
        "form": form,
        "levels": levels,
        "is_filtered": bool(wanted),
    }
    return render(request, "support/tree.html", context)


@public_page
def measure(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Measure.objects.for_page(), slug=slug)
    context = {
        "measure": found,
        "level_help": LEVEL_HELP[Level(found.level)],
        "notice": selectors.pack_notice(),
    }
    return render(request, "support/measure.html", context)


@public_page
def cards(request: HttpRequest) -> HttpResponse:
    form = CardFilter(request.GET)
    context = {
        "cards": selectors.cards_for(form.wanted()),
        "form": form,
        "is_filtered": bool(form.wanted()),
        "notice": selectors.pack_notice(),
    }
    return render(request, "support/cards.html", context)


@public_page
def card(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(QualityCard.objects.for_page(), slug=slug)
    context = {"card": found, "notice": selectors.pack_notice()}
    return render(request, "support/card.html", context)


@public_page
def promises(request: HttpRequest) -> HttpResponse:
    values = QualityValue.objects.prefetch_related("promises__indicators")
    context = {"values": values, "notice": selectors.pack_notice()}
    return render(request, "support/promises.html", context)


@public_page
def checklists(request: HttpRequest) -> HttpResponse:
    context = {"checklists": Checklist.objects.for_list(), "notice": selectors.pack_notice()}
    return render(request, "support/checklists.html", context)


@public_page
def checklist(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Checklist.objects.for_page(), slug=slug)
    context = {"checklist": found, "notice": selectors.pack_notice()}
    return render(request, "support/checklist.html", context)


@public_page
def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    results = searching.search(query) if query else []
    context = {"query": query, "count": len(results), "groups": searching.by_kind(results)}
    return render(request, "support/search.html", context)
