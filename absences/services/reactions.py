"""An adult answers."""

import datetime as dt

from django.db import transaction

from absences.models import Alert, PupilToCheck, Reaction
from accounts import services as accounts
from accounts.models import User
from kemi_ecosystem.lib import clock


@transaction.atomic
def react(
    *,
    alert: Alert,
    by: User,
    kind: str,
    with_whom: str,
    next_check: dt.date | None,
    at: dt.datetime,
) -> Reaction:
    """Record what was done. Any honest answer clears the alert; a second one is kept beside it."""
    reaction = Reaction.objects.create(
        alert=alert, by=by, kind=kind, with_whom=with_whom, next_check=next_check, reacted_at=at
    )
    still = Alert.objects.filter(pk=alert.pk).exclude(state=Alert.State.WITHDRAWN)
    still.update(state=Alert.State.ANSWERED)
    # What comes after an answer is a new matter: the next round looks again.
    PupilToCheck.objects.get_or_create(pupil_id=alert.pupil_id, due_on=clock.local_date(at))
    accounts.record(
        actor=by, action="react", subject_type="alert", subject_key=str(alert.pk), at=at
    )
    return reaction
