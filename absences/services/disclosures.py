"""Telling pupil welfare, who are another controller's employees: only that there is an alert."""

import datetime as dt

from django.db import transaction

from absences.models import Alert, AlertRecipient, Disclosure
from absences.services.raising import GROUND, draft_of
from accounts import services as accounts
from accounts.models import User
from notifications import services as notifications
from schools.models import Membership, School, active_on
from schools.roles import Role


def can_disclose(alert: Alert) -> bool:
    """May a teacher tell by a press? Never of a pupil under a non-disclosure order.

    Nor of a false alarm: there is nothing to help with.
    """
    by_button = alert.school.welfare_disclosure == School.WelfareDisclosure.BUTTON
    is_false = alert.state == Alert.State.WITHDRAWN
    return by_button and not alert.pupil.nondisclosure and not is_false


@transaction.atomic
def disclose(*, alert: Alert, by: User, at: dt.datetime, on: dt.date) -> int:
    """Tell the school's welfare workers of an alert. Returns how many hear of it now."""
    if not can_disclose(alert):
        return 0
    known = Disclosure.objects.filter(alert=alert).values("to_id")
    workers = Membership.objects.filter(
        active_on(on), role=Role.WELFARE, school_id=alert.school_id, user__is_active=True
    ).exclude(user_id__in=known)
    users = {one.user_id: one.user for one in workers.select_related("user")}
    AlertRecipient.objects.bulk_create(
        (AlertRecipient(alert=alert, user=user, role=Role.WELFARE) for user in users.values()),
        ignore_conflicts=True,
    )
    Disclosure.objects.bulk_create(
        Disclosure(alert=alert, to=user, by=by, ground=GROUND, disclosed_at=at)
        for user in users.values()
    )
    drafts = [draft_of(alert, user.pk, Role.WELFARE) for user in users.values()]
    notifications.notify(drafts=drafts, at=at)
    accounts.record(
        actor=by, action="disclose", subject_type="alert", subject_key=str(alert.pk), at=at
    )
    return len(users)
