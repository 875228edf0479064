"""Who may open which page of consultation hours; outsiders get 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse

from accounts.http import PortalRequest
from consultations.models import BOOKING_ROLES, OFFERING_ROLES, ConsultationHour
from schools.access import hats
from schools.roles import Role

View = Callable[..., HttpResponse]


def _roles_needed(roles: frozenset[Role]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not hats(request).roles & roles:
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


for_bookers = _roles_needed(BOOKING_ROLES)
for_offerers = _roles_needed(OFFERING_ROLES)


def kinds_of(request: PortalRequest, *, in_daycare: bool) -> list[str]:
    """Which hours this person may offer: a special teacher's own, and mentoring for all."""
    Kind = ConsultationHour.Kind  # noqa: N806 (an enum)
    own = [Kind.VEO if in_daycare else Kind.ELA]
    special = Role.SPECIAL_TEACHER in hats(request).roles
    return [*(str(one) for one in own if special), str(Kind.MENTOR)]
