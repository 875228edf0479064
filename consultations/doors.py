"""Who may open which page of consultation hours; outsiders get 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse

from accounts.http import PortalRequest
from consultations.models import BOOKING_ROLES, OFFERING_ROLES, ConsultationHour
from schools.access import hats
from schools.models import School
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


def kinds_of(request: PortalRequest, *, stages: set[str]) -> list[str]:
    """Which hours this person may offer: a special teacher's own, and mentoring for all.

    In daycare a special teacher is a VEO, elsewhere an ELA; some work in both.
    """
    Kind = ConsultationHour.Kind  # noqa: N806 (an enum)
    if Role.SPECIAL_TEACHER not in hats(request).roles:
        return [str(Kind.MENTOR)]
    in_daycare = School.Stage.ECEC in stages
    in_school = not in_daycare or len(stages) > 1
    own = ((Kind.ELA, in_school), (Kind.VEO, in_daycare), (Kind.MENTOR, True))
    return [str(kind) for kind, is_own in own if is_own]
