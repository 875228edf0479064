"""What waits on nobody's table goes to an adult of the school; without one, the city hears."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from absences.models import Alert, AlertRecipient, RobotRound
from absences.recipients import Circle, circle_of
from absences.services.notices import notice_of
from absences.services.tables import Tables, gathered
from absences.unheard import may_stray, moved, schools_unheard, without_owner
from accounts.models import User
from notifications.models import Kind
from notifications.services import Draft
from schools.calendar import SchoolCalendar
from schools.models import Membership, active_on
from schools.roles import Role

CITY = (Role.COORDINATOR, Role.ADMINISTRATOR)


def adopt(walk: RobotRound, calendar: SchoolCalendar) -> Iterable[Draft]:
    """Give each to the one whose turn it would be today, with the whole time to answer.

    A child who has changed school or class takes the alert along: who is left behind can no longer
    open it.
    """
    on = walk.date
    if not may_stray(walk):
        return []
    strays = Q(pk__in=without_owner(on=on).values("pk")) | Q(pk__in=moved(on=on).values("pk"))
    rows = Alert.objects.filter(strays).select_related("pupil__school", "step").defer("evidence")
    # The heaviest first, so that they come to the table first.
    alerts = list(rows.order_by("-step__order", "-value", "pk"))
    circle = circle_of([one.pupil for one in alerts], on=on)
    owners = {one.pk: circle.owner(one.pupil) for one in alerts}
    tables = Tables(on, calendar)
    tables.lay(owner.pk for owner in owners.values() if owner)
    changed, told, drafts = [], [], []
    for alert in alerts:
        has_moved, owner = _follow(alert, circle), owners[alert.pk]
        if has_moved:
            changed.append(alert)
        if owner is None and has_moved:
            alert.owner = None
        if owner is None or owner.pk == alert.owner_id:
            continue
        alert.owner, alert.turn_on = owner, tables.turn(owner.pk)
        alert.due_on = calendar.add_school_days(alert.turn_on, alert.step.days_to_react)
        changed.append(alert)
        told.append(AlertRecipient(alert=alert, user=owner, role=circle.role_of_owner(alert.pupil)))
        drafts.append(_draft(alert, owner, on, has_moved=has_moved))
    places = ["school", "group", "owner", "turn_on", "due_on"]
    Alert.objects.bulk_update(set(changed), places, batch_size=500)
    AlertRecipient.objects.bulk_create(told, batch_size=500, ignore_conflicts=True)
    return gathered(
        drafts,
        cause=f"adopted:{on}",
        title=_("Sinulle siirtyi useita herätyksiä. Ne tulevat pöydällesi usealle aamulle."),
        path=reverse("absences:alerts"),
    )


def _follow(alert: Alert, circle: Circle) -> bool:
    """The alert is where its child is today. True when that is another place than before.

    A child whose class is not known yet stays in the old one, but not in another school's.
    """
    pupil, was = alert.pupil, (alert.school_id, alert.group_id)
    group = circle.groups.get(pupil.pk)
    if group or alert.school_id != pupil.school_id:
        alert.group = group
    alert.school = pupil.school
    return was != (alert.school_id, alert.group_id)


def _draft(alert: Alert, owner: User, on: dt.date, *, has_moved: bool) -> Draft:
    titles = {
        False: _("Herätys siirtyi sinulle: sillä ei ollut vastaajaa"),
        True: _("Herätys siirtyi sinulle oppilaan mukana"),
    }
    return notice_of(
        alert,
        to=owner.pk,
        kind=Kind.HANDED_ON,
        # It may come to the same one again: after a deputy, or with a child who comes back.
        cause=f"alert:{alert.pk}:owner:{on}",
        title=titles[has_moved],
    )


def tell_the_city(on: dt.date) -> Iterable[Draft]:
    """One notice a week for as long as some school has nobody who would answer."""
    if not schools_unheard(on=on):
        return []
    week = on.isocalendar()
    city = Membership.objects.filter(active_on(on), role__in=CITY, user__is_active=True)
    return [
        Draft(
            recipient_id=pk,
            kind=Kind.HANDED_ON,
            cause=f"unheard:{week.year}-{week.week}",
            title=_("Koulussa on herätyksiä, joille ei ole vastaanottajaa"),
            path=reverse("absences_robot:models"),
        )
        for pk in sorted(set(city.values_list("user_id", flat=True)))
    ]
