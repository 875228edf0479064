"""Papers to hang on a wall, to hold in the hand and to fill in with a pen."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from kemi_ecosystem.lib import clock, pdf
from kemi_ecosystem.lib.shelf import Shelf
from kemi_ecosystem.lib.wake import wake
from support import press
from support.models import Checklist
from support.tasks import make_paper
from support.views import public_page


@public_page
def papers(request: HttpRequest) -> HttpResponse:
    context = {"papers": press.WHOLE.values(), "checklists": Checklist.objects.all()}
    return render(request, "support/papers.html", context)


@public_page
def paper(request: HttpRequest, name: str, slug: str = "") -> HttpResponse:
    """The paper itself; a deck that is not made yet shows how far it is."""
    is_large = press.wants_large(request.GET)
    drawn = press.draw(name, slug, is_large=is_large)
    if drawn is None:
        raise Http404
    kind, html = drawn
    place = Shelf(pdf.key(html))
    at = clock.now().timestamp()
    data = place.read()
    if data is None and not place.has_failed(at=at):
        if not kind.is_deck:
            data = press.make(kind, html)
        elif place.claim(at=at):
            wake(make_paper, name, slug, is_large)
            data = place.read()
    if data is None and place.has_failed(at=at):
        return render(request, "support/no_paper.html", {"kind": kind}, status=503)
    if data is None:
        return _waiting(request, kind, place)
    large = "-suuri" if is_large and kind.can_be_large else ""
    filename = f"{slug or name}{large}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{filename}"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def _waiting(request: HttpRequest, kind: press.Kind, place: Shelf) -> HttpResponse:
    """A page that asks again by itself, also without JavaScript."""
    context = {"kind": kind, "sheets": place.sheets()}
    answer = render(request, "support/paper_waits.html", context, status=202)
    answer["Refresh"] = "2"
    answer["Cache-Control"] = "no-store"
    return answer
