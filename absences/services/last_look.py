"""Does an alert still hold on the moment when its mail would leave?"""

import datetime as dt
from uuid import UUID

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from absences.models import Alert, InterventionStep, Reaction
from absences.services.withdrawals import withdraw
from absences.why import value_now, value_then
from kemi_ecosystem.lib import clock
from notifications.models import Kind, Notification
from schools.selectors import calendar_for

WAITS_FOR_ANSWER = (Kind.REMINDER, Kind.HANDED_ON)
TELLS = (Kind.ALERT, Kind.ALERT_FOR_GUARDIAN, *WAITS_FOR_ANSWER)


def why_not(notification: Notification, at: dt.datetime) -> str:
    """Moved, under a non-disclosure order, withdrawn, answered or cleared meanwhile: it stays here.

    No kind of mail leads to a hidden child; the rest is asked of what tells or asks something that
    may have come to an end. An alert that has been cleared is withdrawn, and those who were told
    are told.
    """
    key = _alert_key(notification.path)
    if key is None:
        # Other apps write, too: what leads elsewhere is not ours to judge.
        return ""
    related = ("pupil", "step__model__school_year")
    alert = Alert.objects.select_related(*related).filter(pk=key).first()
    if alert is None:
        return _("herätystä ei enää ole")
    if alert.pupil.nondisclosure:
        return _("viesti ei lähde sähköpostilla")
    if notification.kind not in (*TELLS, Kind.CHECK_DUE):
        return ""
    return (
        _why_not_any_more(notification, alert, clock.local_date(at))
        or _why_answered(notification, alert, at)
        or (_why_cleared(notification, alert, at) if notification.kind in TELLS else "")
    )


def _why_not_any_more(notification: Notification, alert: Alert, on: dt.date) -> str:
    if alert.state == Alert.State.WITHDRAWN:
        return _("herätys on peruttu")
    left_on = alert.pupil.left_on
    if left_on and left_on <= on:
        return _("oppilas on vaihtanut koulua")
    # To the family it is as true in another school; a colleague who is left behind, whether or not
    # the alert has followed its child yet, could not open it.
    if Alert.objects.visible_to(notification.recipient, on=on).filter(pk=alert.pk).exists():
        return ""
    if alert.pupil.school_id != alert.school_id:
        return _("oppilas on vaihtanut koulua")
    return _("oppilas ei ole enää sinun seurattavanasi")


def _why_answered(notification: Notification, alert: Alert, at: dt.datetime) -> str:
    """What a notice asks for has been given meanwhile: an answer, or whether it helped."""
    if notification.kind in WAITS_FOR_ANSWER and alert.state == Alert.State.ANSWERED:
        return _("herätykseen on jo vastattu")
    if notification.kind == Kind.CHECK_DUE:
        asked = Reaction.objects.filter(alert=alert, helped="")
        if not asked.filter(next_check__lte=clock.local_date(at)).exists():
            return _("kysymykseen on jo vastattu")
    return ""


def _why_cleared(notification: Notification, alert: Alert, at: dt.datetime) -> str:
    on = clock.local_date(at)
    if alert.state != Alert.State.OPEN or not _is_cleared(alert, on):
        return ""
    is_of_causes = alert.step.trigger == InterventionStep.Trigger.UNRESOLVED_DAYS
    if is_of_causes and notification.kind in WAITS_FOR_ANSWER:
        # A cause that became clear after it was asked for: so it should be, and nothing was false.
        return _("syy on jo selvinnyt")
    withdraw(alert=alert, mistake=Alert.Mistake.CLEARED, by=None, at=at, on=on)
    return _("poissaolo selvisi ennen kuin viesti lähti")


def _alert_key(path: str) -> UUID | None:
    try:
        found = resolve(path)
    except Resolver404:
        return None
    return found.kwargs["alert_id"] if found.view_name == "absences:alert" else None


def _is_cleared(alert: Alert, on: dt.date) -> bool:
    """Do the notes give less than the step asks for, of the alert's own days and today?

    Today alone would not do: a window that rolls on, or a share of ever more lessons, comes down
    by itself, and then nothing was false. Nor its own days alone: new absences may have filled it.
    """
    limit = alert.step.threshold
    if value_then(alert, calendar=calendar_for(alert.raised_on)) >= limit:
        return False
    value = value_now(alert, on=on, calendar=calendar_for(on))
    return value is None or value < limit
