"""What waits for one person today: alerts to answer, and promises to look again."""

import datetime as dt

from absences.models import Alert, Reaction
from schools.models import Person

# Longer than the summer: a promise that falls in a break is asked after it.
ASKED_LATE = dt.timedelta(days=100)


def waiting_for(user: Person, *, on: dt.date, most: int = 10) -> list[Alert]:
    """The open alerts whose turn is this person's, the nearest deadline first."""
    if not user.is_authenticated:
        return []
    mine = Alert.objects.visible_to(user, on=on).in_turn(user, on=on)
    return list(mine.for_list()[:most])


def checks_due(user: Person, *, on: dt.date, most: int = 10) -> list[Reaction]:
    """What this person promised to look at again by today and has not said yet: did it help?"""
    if not user.is_authenticated:
        return []
    mine = Alert.objects.followed_by(user, on=on).exclude(state=Alert.State.WITHDRAWN)
    due = Reaction.objects.filter(
        by=user.pk, helped="", next_check__lte=on, next_check__gt=on - ASKED_LATE, alert__in=mine
    )
    rows = due.select_related("alert__pupil", "alert__group").defer("alert__evidence")
    return list(rows.order_by("next_check", "pk")[:most])
