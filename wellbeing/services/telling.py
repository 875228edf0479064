"""What adults are told of wishes: without a name or a reason, and in Finnish, whoever pressed."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.models import Kind
from notifications.services import Draft, notify
from wellbeing.models import CallForAdult, WishRound


def tell_of_calls(calls: Iterable[CallForAdult], *, at: dt.datetime, cause: str = "") -> int:
    """Each call's adult hears of it. Another cause tells of the same call once more."""
    # A child presses in the child's own language; the adult reads Finnish.
    with translation.override("fi"):
        title = _("Oppilas toivoo, että otat häneen yhteyttä tänään")
    drafts = [
        Draft(
            recipient_id=one.to_id,
            kind=Kind.WISH_CALL,
            cause=f"call:{one.pk}{cause}",
            title=title,
            path=reverse("wellbeing:call", args=[one.pk]),
        )
        for one in calls
    ]
    return notify(drafts=drafts, at=at)


def tell_of_round(
    people: Iterable[User], *, wish_round: WishRound, cause: str, title: str
) -> list[Draft]:
    """Notices that lead to a round's page; the same cause tells each person once."""
    return [
        Draft(
            recipient_id=one.pk,
            kind=Kind.WISHES,
            cause=f"wishes:{wish_round.pk}:{cause}",
            title=title,
            path=reverse("wellbeing:round", args=[wish_round.pk]),
        )
        for one in people
    ]


def tell_of_sent(
    people: Iterable[User], *, wish_round: WishRound, on: dt.date, at: dt.datetime
) -> int:
    """A child has chosen them; told once a day."""
    with translation.override("fi"):
        title = _("Oppilas on lähettänyt sinulle toiveen")
    drafts = tell_of_round(people, wish_round=wish_round, cause=f"sent:{on}", title=title)
    return notify(drafts=drafts, at=at)
