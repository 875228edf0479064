"""What waits on nobody's table goes to an adult of the school; without one, the city hears."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from absences.models import Alert, AlertRecipient
from absences.recipients import circle_of
from absences.unheard import may_lack_owner, schools_unheard, without_owner
from notifications.models import Kind
from notifications.services import Draft
from schools.calendar import SchoolCalendar
from schools.models import Membership, active_on
from schools.roles import Role

CITY = (Role.COORDINATOR, Role.ADMINISTRATOR)


def adopt(on: dt.date, calendar: SchoolCalendar) -> Iterable[Draft]:
    """Give each to the one whose turn it would be today, with the whole time to answer."""
    if not may_lack_owner(on=on):
        return []
    alerts = list(without_owner(on=on).select_related("pupil__school", "step").order_by("pk"))
    circle = circle_of([one.pupil for one in alerts], on=on)
    adopted, drafts = [], []
    for alert in alerts:
        owner = circle.owner(alert.pupil)
        if owner is None or owner.pk == alert.owner_id:
            continue
        alert.owner, alert.turn_on = owner, on
        alert.due_on = calendar.add_school_days(on, alert.step.days_to_react)
        adopted.append(alert)
        drafts.append(
            Draft(
                recipient_id=owner.pk,
                kind=Kind.HANDED_ON,
                cause=f"alert:{alert.pk}:owner",
                title=_("Herätys siirtyi sinulle: sillä ei ollut vastaajaa"),
                path=reverse("absences:alert", args=[alert.pk]),
                by_mail=not alert.pupil.nondisclosure,
            )
        )
    Alert.objects.bulk_update(adopted, ["owner", "turn_on", "due_on"], batch_size=500)
    told = [AlertRecipient(alert=one, user=one.owner, role="owner") for one in adopted]
    AlertRecipient.objects.bulk_create(told, batch_size=500, ignore_conflicts=True)
    return drafts


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
