"""The pages that say what went wrong and what to do next. None of them asks the database."""

import sys
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader


def _page(template: str, status: int) -> HttpResponse:
    # No context processors: an error page must not fail for the reason that it explains.
    return HttpResponse(loader.get_template(template).render(), status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001
    return _page("400.html", 400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001
    return _page("403.html", 403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001
    return _page("404.html", 404)


def only_pressed(request: HttpRequest, *, allowed: str) -> HttpResponse:  # noqa: ARG001
    page = _page("405.html", 405)
    page.headers["Allow"] = allowed
    return page


def server_error(request: HttpRequest) -> HttpResponse:
    # The database may also be missed outside a view, where no middleware hears of it.
    if isinstance(sys.exc_info()[1], OperationalError):
        return unavailable(request)
    return _page("500.html", 500)


def unavailable(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return _page("503.html", 503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return _page("403_csrf.html", 403)
