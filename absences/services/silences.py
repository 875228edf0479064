"""A source that has fallen silent is told of to those who can mend it: once for each silence."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.models import Kind
from notifications.services import Draft
from schools.models import Membership, active_on
from schools.roles import CAPABILITIES, Capability


def tell_of_silences(stale: Sequence[dict[str, Any]], on: dt.date) -> Iterable[Draft]:
    """Of the round's own stale sources; those of one file are one silence, known by its day.

    Those that have never been heard are on the nightly list (absences/contradictions.py).
    """
    begun = {one["silent_since"] for one in stale if one.get("silent_since")}
    if not begun:
        return []
    admins = Membership.objects.filter(
        active_on(on), role__in=CAPABILITIES[Capability.IMPORT_DATA], user__is_active=True
    )
    return [
        Draft(
            recipient_id=pk,
            kind=Kind.CONTRADICTIONS,
            cause=f"silence:{since}",
            title=_("Merkintöjä ei ole tullut: Unilukkari vaikenee koulun tunneista"),
            path=reverse("absences_robot:contradictions"),
        )
        for pk in sorted(set(admins.values_list("user_id", flat=True)))
        for since in sorted(begun)
    ]
