"""The door of the workshop's pages: those who teach and lead. Others get 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse

from accounts.http import PortalRequest
from schools.access import hats
from support.models import WORKSHOP_ROLES

View = Callable[..., HttpResponse]


def for_workshop(view: View) -> View:
    @wraps(view)
    def guarded(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not hats(request).roles & WORKSHOP_ROLES:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
