"""The door of a view: who may open it at all. Outsiders get 404, as if there were nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from kemi_ecosystem.lib import clock
from schools import selectors
from schools.calendar import SchoolCalendar
from schools.roles import Capability

View = Callable[..., HttpResponse]


def requires(capability: Capability) -> Callable[[View], View]:
    """Let in only those who have this capability somewhere today; which rows, `visible_to` says."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not hats(request).can(capability):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def calendar(request: HttpRequest) -> SchoolCalendar:
    """The calendar of this school year, read once per request."""
    found: SchoolCalendar | None = getattr(request, "_calendar", None)
    if found is None:
        found = selectors.calendar_for(clock.today())
        request._calendar = found  # type: ignore[attr-defined]  # noqa: SLF001
    return found


def hats(request: HttpRequest) -> selectors.Hats:
    """The person's roles today, read once per request."""
    found: selectors.Hats | None = getattr(request, "_hats", None)
    if found is None:
        found = selectors.hats_of(request.user, on=clock.today())
        request._hats = found  # type: ignore[attr-defined]  # noqa: SLF001
    return found
