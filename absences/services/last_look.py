"""Does an alert still hold on the moment when its mail would leave?"""

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from absences.models import Alert, Reaction
from absences.services.withdrawals import withdraw
from absences.why import value_now
from kemi_ecosystem.lib import clock
from notifications.models import Kind, Notification
from schools.selectors import calendar_for

WAITS_FOR_ANSWER = (Kind.REMINDER, Kind.HANDED_ON)
TELLS = (Kind.ALERT, Kind.ALERT_FOR_GUARDIAN, *WAITS_FOR_ANSWER)
GUARDED = (*TELLS, Kind.CHECK_DUE, Kind.ALERT_WITHDRAWN)


def why_not(notification: Notification, at: dt.datetime) -> str:
    """Moved, under a non-disclosure order, withdrawn, answered or cleared meanwhile: it stays here.

    An alert that has been cleared is withdrawn, and those who were told are told.
    """
    key = _alert_key(notification.path)
    if key is None:
        # Other apps remind, too: what leads elsewhere is not ours to judge.
        return ""
    related = ("pupil", "step__model__school_year")
    alert = Alert.objects.select_related(*related).filter(pk=key).first()
    if alert is None:
        return _("herätystä ei enää ole")
    if alert.pupil.nondisclosure:
        return _("viesti ei lähde sähköpostilla")
    if notification.kind == Kind.ALERT_WITHDRAWN:
        return ""
    return (
        _why_not_any_more(alert)
        or _why_answered(notification, alert, at)
        or (_why_cleared(alert, at) if notification.kind in TELLS else "")
    )


def _why_not_any_more(alert: Alert) -> str:
    if alert.state == Alert.State.WITHDRAWN:
        return _("herätys on peruttu")
    if alert.pupil.left_on or alert.pupil.school_id != alert.school_id:
        return _("oppilas on vaihtanut koulua")
    return ""


def _why_answered(notification: Notification, alert: Alert, at: dt.datetime) -> str:
    """What a notice asks for has been given meanwhile: an answer, or whether it helped."""
    if notification.kind in WAITS_FOR_ANSWER and alert.state == Alert.State.ANSWERED:
        return _("herätykseen on jo vastattu")
    if notification.kind == Kind.CHECK_DUE:
        asked = Reaction.objects.filter(alert=alert, by=notification.recipient_id, helped="")
        if not asked.filter(next_check__lte=clock.local_date(at)).exists():
            return _("kysymykseen on jo vastattu")
    return ""


def _why_cleared(alert: Alert, at: dt.datetime) -> str:
    on = clock.local_date(at)
    if alert.state != Alert.State.OPEN or not _is_cleared(alert, on):
        return ""
    withdraw(alert=alert, mistake=Alert.Mistake.CLEARED, by=None, at=at, on=on)
    return _("poissaolo selvisi ennen kuin viesti lähti")


def _alert_key(path: str) -> UUID | None:
    try:
        return UUID(path.rstrip("/").rsplit("/", 1)[-1])
    except ValueError:
        return None


def _is_cleared(alert: Alert, on: dt.date) -> bool:
    """Was there less, by the notes as they stand, on the day itself, and is there less today?

    Today alone would not do: a window that rolls on, or a share of ever more lessons, comes down
    by itself, and then nothing was false. Nor the day alone: new absences may have filled it.
    """
    return all(_is_below(alert, day) for day in (on, alert.raised_on))


def _is_below(alert: Alert, on: dt.date) -> bool:
    value = value_now(alert, on=on, calendar=calendar_for(on))
    return value is not None and value < alert.step.threshold
