"""What happens when nobody answers, and on the day when somebody wanted to look again.

A reminder first; the deputy instead, when the adult is away; then the one above. School days only,
each hop once, and each says who knows already. What waits for nobody is given to somebody first.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from absences.models import Alert, AlertRecipient, Hop, RobotRound
from absences.recipients import circle_of
from absences.services.checks import ask_whether_it_helped
from absences.services.notices import notice_of
from absences.services.orphans import adopt, tell_the_city
from absences.services.raising import log_disclosures
from absences.services.silences import tell_of_silences
from absences.services.tables import gathered, waiting_for_others
from absences.unheard import PATIENCE, hops_of_this_turn
from accounts.models import User
from kemi_ecosystem.lib import clock
from notifications import services as notifications
from notifications.models import Kind
from schools.calendar import SchoolCalendar
from schools.models import Substitution
from schools.roles import Role

DAY = dt.timedelta(days=1)


def follow_up(walk: RobotRound, *, calendar: SchoolCalendar, at: dt.datetime) -> int:
    """Remind, hand on and ask. Returns how many notices were new.

    Of a round for a day that is not today nothing follows: it looks back, or tries out. On a day
    off nobody is reminded, whoever asked for the round.
    """
    if walk.date != clock.local_date(at):
        return 0
    # Colleagues are told in Finnish, whatever whoever asked for the round speaks.
    with translation.override("fi"):
        drafts = [*tell_of_silences(walk.stale_sources, walk.date)]
        if calendar.is_school_day(walk.date):
            drafts += [
                *adopt(walk, calendar),
                *_remind(walk.date),
                *_hand_up(walk.date, calendar, at),
                *tell_the_city(walk.date),
                *ask_whether_it_helped(walk.date, calendar),
            ]
    return notifications.notify(drafts=drafts, at=at) if drafts else 0


def _remind(on: dt.date) -> Iterable[notifications.Draft]:
    """One reminder for each overdue alert: to its owner, or to the one who stands in today.

    An owner who was reminded and has gone away since is stood in for as well. Nobody is reminded
    who no longer works here, or of a child who has left.
    """
    hopped = hops_of_this_turn().filter(alert_id=OuterRef("pk"), to_id=OuterRef("owner_id"))
    away = Substitution.objects.stood_in(on).filter(absent_id=OuterRef("owner_id"))
    waits = Alert.objects.open().of_those_here(on)
    overdue = waits.filter(due_on__lt=on, owner__is_active=True)
    rows = overdue.annotate(was_told=Exists(hopped)).filter(Q(was_told=False) | Exists(away))
    alerts = list(rows.select_related("pupil", "owner").defer("evidence").order_by("due_on", "pk"))
    if not alerts:
        return []
    deputies = _deputies(alerts, on)
    hops, moved, reminders, handed_on = [], [], [], []
    for alert in alerts:
        owner = alert.owner
        if owner is None:
            continue
        deputy = deputies.get(alert.pk)
        if deputy:
            hops.append(Hop(alert=alert, kind=Hop.Kind.DEPUTY, to=deputy, hopped_on=on))
            handed_on.append(_draft(alert, deputy, Kind.HANDED_ON, "deputy"))
            alert.owner = deputy
            moved.append(alert)
        elif not alert.was_told:  # type: ignore[attr-defined]
            hops.append(Hop(alert=alert, kind=Hop.Kind.REMINDER, to=owner, hopped_on=on))
            reminders.append(_draft(alert, owner, Kind.REMINDER, "reminder"))
    _write(hops)
    Alert.objects.bulk_update(moved, ["owner"], batch_size=500)
    return [
        *gathered(
            reminders,
            cause=f"reminders:{on}",
            title=_("Useat herätykset odottavat vielä vastaustasi"),
            path=reverse("absences:alerts"),
        ),
        *gathered(
            handed_on,
            cause=f"deputies:{on}",
            title=_("Sijaistat: useat herätykset odottavat nyt sinua"),
            path=reverse("absences:alerts"),
        ),
    ]


def _deputies(alerts: Sequence[Alert], on: dt.date) -> dict[UUID, User]:
    """Who stands in today for the owner of each; nobody is handed the same alert twice."""
    owners = {one.owner_id for one in alerts}
    rows = Substitution.objects.stood_in(on).filter(absent_id__in=owners)
    stands_in = {one.absent_id: one.substitute for one in rows.select_related("substitute")}
    if not stands_in:
        return {}
    earlier = hops_of_this_turn().filter(kind=Hop.Kind.DEPUTY, alert__in=alerts)
    had_it = set(earlier.values_list("alert_id", "to_id"))
    return {
        one.pk: deputy
        for one in alerts
        if one.owner_id
        and (deputy := stands_in.get(one.owner_id))
        and (one.pk, deputy.pk) not in had_it
    }


def _hand_up(
    on: dt.date, calendar: SchoolCalendar, at: dt.datetime
) -> Iterable[notifications.Draft]:
    """Where a reminder or a deputy has not helped, the one whom the step names hears of it too."""
    hops = hops_of_this_turn()
    above = hops.filter(alert_id=OuterRef("alert_id"), kind=Hop.Kind.ABOVE)
    open_late = hops.filter(~Exists(above), alert__state=Alert.State.OPEN, alert__due_on__lt=on)
    # Each has the whole time: it counts from the last who was told.
    last = open_late.order_by().values("alert_id").annotate(last_on=Max("hopped_on"))
    waited = [
        alert_id
        for alert_id, last_on in last.filter(last_on__lte=on - PATIENCE * DAY).values_list(
            "alert_id", "last_on"
        )
        if calendar.school_days_after(last_on, on) >= PATIENCE
    ]
    if not waited:
        return []
    rows = Alert.objects.of_those_here(on).filter(pk__in=waited)
    alerts = list(rows.select_related("pupil__school", "owner", "step").defer("evidence"))
    circle = circle_of([one.pupil for one in alerts], on=on)
    made, welfare, drafts = [], [], []
    for alert in alerts:
        for user, role in circle.above(alert.pupil, alert.step, owner=alert.owner).values():
            made.append(Hop(alert=alert, kind=Hop.Kind.ABOVE, to=user, hopped_on=on))
            drafts.append(_draft(alert, user, Kind.HANDED_ON, "above"))
            if role == Role.WELFARE:
                welfare.append(AlertRecipient(alert=alert, user=user, role=role))
    _write(made)
    # Another controller's employees open only what was told to them, and each time is logged.
    AlertRecipient.objects.bulk_create(welfare, batch_size=500, ignore_conflicts=True)
    log_disclosures(welfare, at=at)
    return gathered(
        drafts,
        cause=f"above:{on}",
        title=_("Useat herätykset odottavat: kukaan ei ole vielä ehtinyt vastata"),
        path=waiting_for_others(),
    )


def _write(hops: Sequence[Hop]) -> None:
    """In a new turn the same one may be reminded again: then the hop is of that day."""
    Hop.objects.bulk_create(
        hops, batch_size=500, update_conflicts=True,
        unique_fields=["alert", "kind", "to"], update_fields=["hopped_on"],
    )  # fmt: skip


def _draft(alert: Alert, to: User, kind: Kind, hop: str) -> notifications.Draft:
    titles = {
        Kind.REMINDER: _("Herätys odottaa vielä vastaustasi"),
        Kind.HANDED_ON: _("Herätys odottaa: kukaan ei ole vielä ehtinyt vastata"),
    }
    return notice_of(
        alert,
        to=to.pk,
        kind=kind,
        # Once in each turn.
        cause=f"alert:{alert.pk}:{hop}:{alert.turn_on or alert.raised_on}",
        title=titles[kind],
    )
