"""What every request passes, written as plain functions."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from kemi_ecosystem import errors

logger = logging.getLogger(__name__)
View = Callable[[HttpRequest], HttpResponse]


def refuse_control_characters(get_response: View) -> View:
    """A NUL in an address or a form is never a word; PostgreSQL would answer it with a 500."""

    def middleware(request: HttpRequest) -> HttpResponse:
        address = request.META.get("QUERY_STRING", "") + request.path
        cookies = "".join(request.COOKIES.values())
        if "%00" in address or "\x00" in address + cookies:
            return errors.bad_request(request)
        return get_response(request)

    return middleware


def explain_outages(get_response: View) -> View:
    """When the database does not answer, people get a page that says so, not a stack of nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError):
            return None
        logger.error("The database does not answer: %s", type(exception).__name__)
        return errors.unavailable(request)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def explain_what_is_only_pressed(get_response: View) -> View:
    """A button's address opened as a page (after a sign-in on the way, from the history).

    A browser would show an empty error of its own.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET":
            return errors.only_pressed(request, allowed=response.headers["Allow"])
        return response

    return middleware


def keep_personal_pages_out_of_caches(get_response: View) -> View:
    """What a signed-in person sees must not wait in a shared computer's cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        return response

    return middleware
