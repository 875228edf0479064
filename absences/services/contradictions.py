"""Telling of contradictions: each new list once, to those who can do something about it."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from absences.contradictions import SILENT, Found, contradictions, of_schools
from absences.models import Contradiction
from notifications.models import Kind
from notifications.services import Draft, is_standing_still, notify
from schools.models import Membership, active_on
from schools.roles import SCHOOL_LEADERS, Role
from schools.selectors import calendar_for


def tell(*, on: dt.date, at: dt.datetime) -> int:
    """Write this night's list; administrators hear of all, heads of their own school's.

    Returns how many notices were new: the same list is told once.
    """
    if is_standing_still():
        return 0
    found = contradictions(on=on, calendar=calendar_for(on))
    with transaction.atomic():
        Contradiction.objects.all().delete()
        Contradiction.objects.bulk_create(
            [Contradiction(**asdict(one), found_at=at) for one in found], batch_size=500
        )
    wanted = Membership.objects.filter(
        active_on(on), role__in=[Role.ADMINISTRATOR, *SCHOOL_LEADERS], user__is_active=True
    )
    # A silence has its own notice, once for each (services/silences.py).
    news = [one for one in found if one.kind != SILENT]
    drafts = []
    for user_id, role, school_id in wanted.values_list("user_id", "role", "school_id"):
        mine = news if role == Role.ADMINISTRATOR else of_schools(news, [school_id or 0])
        if mine:
            drafts.append(_draft(user_id, mine))
    return notify(drafts=drafts, at=at)


def _draft(user_id: int, found: Iterable[Found]) -> Draft:
    words = "|".join(sorted(one.words for one in found))
    mark = hashlib.sha256(words.encode()).hexdigest()[:24]
    return Draft(
        recipient_id=user_id,
        kind=Kind.CONTRADICTIONS,
        cause=f"contradictions:{mark}",
        title=_("Tiedoissa on ristiriitoja, jotka on hyvä korjata"),
        path=reverse("absences_robot:contradictions"),
    )
