"""What a notice of a class's wishes or of a call for an adult is about."""

import datetime as dt
from typing import Any

from django.db.models import F, QuerySet

from accounts.models import User
from notifications import subjects
from schools.models import Pupil
from schools.names import short_name
from wellbeing.models import CallForAdult, WishRound


def register() -> None:
    subjects.register("wellbeing:round", _rounds)
    subjects.register("wellbeing:call", _calls)


def _rounds(user: User, ids: set[Any], on: dt.date) -> QuerySet[WishRound]:
    rounds = WishRound.objects.visible_to(user, on=on).filter(pk__in=ids)
    return rounds.annotate(subject=F("group__name"))


def _calls(user: User, ids: set[Any], on: dt.date) -> QuerySet[CallForAdult]:
    known = Pupil.objects.visible_to(user, on=on)
    calls = CallForAdult.objects.filter(to=user, pupil__in=known, pk__in=ids)
    return calls.annotate(subject=short_name("pupil"))
