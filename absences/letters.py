"""Alerts whose families hear by letter."""

import datetime as dt

from django.db.models import Case, Exists, F, OuterRef, Q, When

from absences.models import Alert
from absences.models.alerts import AlertQuerySet
from accounts.models import User
from schools.models import Guardianship, Pupil
from schools.roles import CAPABILITIES, Capability


def to_print(user: User, *, on: dt.date) -> AlertQuerySet:
    """Of the pupils whom this person follows: told to guardians, and mail reaches none of them, or
    one of them has chosen a letter in place of mail.

    Of a false alarm only where its letter has left: then an apology follows by letter, too.

    Never of a child under a non-disclosure order: an address on paper tells where a child lives.
    """
    may_see = Guardianship.objects.filter(pupil_id=OuterRef("pupil_id"), may_see=True)
    # Mail goes to the account's address only: an address on the roster alone reaches nobody.
    accounts = may_see.filter(guardian__user__is_active=True, guardian__user__email__gt="")
    by_mail = accounts.filter(guardian__user__wants_mail=True)
    by_choice = accounts.filter(guardian__user__wants_mail=False)
    pupils = Pupil.objects.in_scope(user, roles=CAPABILITIES[Capability.FOLLOW_ABSENCES], on=on)
    told = Q(step__recipients__icontains="guardian")
    found = Alert.objects.filter(told, pupil__in=pupils, pupil__nondisclosure=False)
    found = found.exclude(state=Alert.State.WITHDRAWN, letter=None)
    found = found.filter(Exists(may_see), ~Exists(by_mail) | Exists(by_choice))
    waits = Q(letter=None) | Q(letter__printed_at__lt=F("withdrawn_at"))
    return (
        found.annotate(waits=Case(When(waits, then=True), default=False))
        .select_related("pupil", "group", "step", "letter", "school", "owner")
        .order_by("-waits", "letter__printed_at", "-raised_on")
    )


def language_of(alert: Alert) -> str:
    """The language of the first guardian who may see, and rather of one who reads letters."""
    by_mail = Q(guardian__user__is_active=True, guardian__user__wants_mail=True)
    by_mail &= Q(guardian__user__email__gt="")
    may_see = Guardianship.objects.filter(pupil_id=alert.pupil_id, may_see=True)
    first = may_see.order_by(Case(When(by_mail, then=1), default=0), "pk")
    return first.values_list("guardian__language", flat=True).first() or "fi"
