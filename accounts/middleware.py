"""A session ends by itself: ten hours after sign-in, or when nobody has touched it for a while."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.models import User
from kemi_ecosystem.lib import clock

View = Callable[[HttpRequest], HttpResponse]
SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
# Writing the session on every click would cost a write per page; once a minute is enough.
RESOLUTION = 60


def end_old_sessions(get_response: View) -> View:
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            _end_or_touch(request)
        return get_response(request)

    return middleware


def _end_or_touch(request: HttpRequest) -> None:
    now = clock.now().timestamp()
    session = request.session
    signed_in_at = session.setdefault(SIGNED_IN_AT, now)
    seen_at = session.setdefault(SEEN_AT, now)
    idle = settings.SESSION_IDLE_MINUTES[request.user.kind] * 60  # type: ignore[union-attr]
    if now - seen_at > idle or now - signed_in_at > settings.SESSION_COOKIE_AGE:
        logout(request)
    elif now - seen_at > RESOLUTION:
        session[SEEN_AT] = now


def speak_their_language(get_response: View) -> View:
    """Families and pupils read the portal in their own language; the staff's is Finnish."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        language = "fi"
        if isinstance(user, User) and user.kind != User.Kind.STAFF:
            language = spoken(user.language)
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def spoken(language: str) -> str:
    """A language of the portal: the one asked for, or Finnish."""
    return language if language in dict(settings.LANGUAGES) else "fi"
