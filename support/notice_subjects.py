"""What a notice of a checklist's round or of a screening is about."""

import datetime as dt
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Coalesce

from accounts.models import User
from notifications import subjects
from schools.models import Membership, TeachingGroup
from schools.names import short_name
from support.models import ChecklistRound


def register() -> None:
    subjects.register("support:before", _rounds)
    subjects.register("support:note_screening", _screenings)


def _rounds(user: User, ids: set[Any], on: dt.date) -> QuerySet[ChecklistRound]:
    place = Coalesce("group__name", "school__name")
    of_pupil = When(pupil__isnull=False, then=short_name("pupil"))
    rounds = ChecklistRound.objects.visible_to(user, on=on).filter(pk__in=ids)
    return rounds.annotate(subject=Case(of_pupil, default=place))


def _screenings(user: User, ids: set[Any], on: dt.date) -> QuerySet[TeachingGroup]:
    """The class; the page's address ends with it."""
    mine = Membership.objects.of(user, on=on)
    near = Q(pk__in=mine.values("group_id")) | Q(school_id__in=mine.values("school_id"))
    return TeachingGroup.objects.filter(near, pk__in=ids).annotate(subject=F("name"))
