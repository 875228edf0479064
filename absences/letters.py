"""Alerts whose families hear by letter."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from absences.models import Alert
from absences.models.alerts import AlertQuerySet
from accounts.models import User
from schools.models import Guardianship, Pupil
from schools.roles import CAPABILITIES, Capability


def to_print(user: User, *, on: dt.date) -> AlertQuerySet:
    """Of the pupils whom this person follows: told to guardians, and no mail can reach any of them.

    Never of a child under a non-disclosure order: an address on paper tells where a child lives.
    """
    may_see = Guardianship.objects.filter(pupil_id=OuterRef("pupil_id"), may_see=True)
    # Mail goes to the account's address only: an address on the roster alone reaches nobody.
    by_mail = may_see.filter(guardian__user__is_active=True, guardian__user__email__gt="")
    pupils = Pupil.objects.in_scope(user, roles=CAPABILITIES[Capability.FOLLOW_ABSENCES], on=on)
    told = Q(step__recipients__icontains="guardian")
    found = Alert.objects.filter(told, pupil__in=pupils, pupil__nondisclosure=False)
    found = found.exclude(state=Alert.State.WITHDRAWN).filter(Exists(may_see), ~Exists(by_mail))
    return found.select_related("pupil", "group", "step", "letter", "school", "owner").order_by(
        "letter__printed_at", "-raised_on"
    )


def language_of(alert: Alert) -> str:
    """The language of the first guardian who may see."""
    first = Guardianship.objects.filter(pupil_id=alert.pupil_id, may_see=True).order_by("pk")
    return first.values_list("guardian__language", flat=True).first() or "fi"
