"""The catalogue, readable by anybody."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from accounts.models import User
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.query import positive_id
from schools.access import hats
from support import conversation as talks
from support import leaf_notes, selectors
from support import search as searching
from support.forms import LEVEL_HELP, CardFilter, TreeFilter
from support.models import Checklist, Level, Measure, QualityCard, QualityValue
from support.selectors import cards as card_selectors
from support.selectors import living

View = Callable[..., HttpResponse]
LONGEST_QUERY = 200
DAY = 24 * 3600


def public_page(view: View) -> View:
    """A page that may be read without signing in."""
    return login_not_required(require_GET(view))


@public_page
def tree(request: HttpRequest) -> HttpResponse:
    form = TreeFilter(request.GET)
    wanted = form.wanted()
    alive = living.alive(_own_schools(request), on=clock.today())
    edition, notice = living.pack_in_use()
    context = {
        "drawn": _drawn(form, wanted, alive, edition),
        "alive": alive,
        "form": form,
        "levels": [(one.value, one.label) for one in Level],
        "is_filtered": bool(wanted),
        "notice": notice,
    }
    return render(request, "support/tree.html", context)


def _own_schools(request: HttpRequest) -> frozenset[int]:
    """Where the reader works; nobody's, when nobody has signed in."""
    return hats(request).school_ids if isinstance(request.user, User) else frozenset()


def _drawn(
    form: TreeFilter, wanted: dict[str, str], alive: frozenset[int], edition: str
) -> dict[str, Any]:
    """The drawing and the list. The whole tree is kept as it was drawn, for each school's leaves,
    until a text of the catalogue changes.
    """

    def draw() -> dict[str, Any]:
        # The filter has read the branches already; its first choice is "all".
        branches = list(form.fields["haara"].choices)[1:]  # type: ignore[attr-defined]
        page = selectors.tree_page(wanted, branches=branches, alive=alive)
        html = render_to_string("support/_tree.html", {"page": page})
        return {"html": html, "count": page.count, "total": page.total}

    if wanted or not edition:
        return draw()
    key = hashlib.sha256(f"{edition} {get_language()} {sorted(alive)}".encode()).hexdigest()
    return cache.get_or_set(f"tree:{key}", draw, DAY) or draw()


@public_page
def measure(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = living.measure_page(slug, school_ids=_own_schools(request), on=clock.today())
    except Measure.DoesNotExist:
        raise Http404 from None
    level_help = LEVEL_HELP[Level(page.measure.level)]
    context = {
        "page": page,
        "measure": page.measure,
        "colleagues": list(leaf_notes.notes_of(page.measure.pk)),
        "level_help": level_help,
        "notice": page.notice,
    }
    return render(request, "support/measure.html", context)


@public_page
def cards(request: HttpRequest) -> HttpResponse:
    form = CardFilter(request.GET)
    wanted = form.wanted()
    context = {
        "cards": selectors.cards_for(wanted),
        "form": form,
        "is_filtered": bool(wanted),
        # Who has two minutes sees the cards first.
        "is_in_a_hurry": wanted.keys() == {"aika"},
        "notice": selectors.pack_notice(),
    }
    return render(request, "support/cards.html", context)


@public_page
def card(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = card_selectors.card_page(slug, request.user, school_ids=_own_schools(request))
    except QualityCard.DoesNotExist as missing:
        raise Http404 from missing
    return render(request, "support/card.html", {"page": page, "card": page.card})


@public_page
def card_wall(request: HttpRequest, slug: str) -> HttpResponse:
    """For a projector: large, and nothing but the talk of a team meeting."""
    card = get_object_or_404(QualityCard, slug=slug)
    return render(request, "support/card_wall.html", {"card": card})


@public_page
def promises(request: HttpRequest) -> HttpResponse:
    values = QualityValue.objects.prefetch_related("promises__indicators")
    context = {"values": values, "notice": selectors.pack_notice()}
    return render(request, "support/promises.html", context)


@public_page
def conversation(request: HttpRequest) -> HttpResponse:
    """Three promises on the table for one of four occasions. Nothing is kept."""
    seed = positive_id(request.GET.get("nosto")) or clock.now().microsecond
    context = {
        "occasion": talks.occasion_called(request.GET.get("tilanne", "")),
        "occasions": talks.OCCASIONS,
        "promises": talks.draw(seed),
        "seed": seed,
        "next_seed": seed + 1,
    }
    return render(request, "support/conversation.html", context)


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
