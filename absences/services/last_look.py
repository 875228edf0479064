"""Does an alert still hold on the moment when its mail would leave?"""

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from absences.models import Alert
from absences.services.withdrawals import withdraw
from absences.why import value_now
from kemi_ecosystem.lib import clock
from notifications.models import Kind, Notification
from schools.selectors import calendar_for

GUARDED = (Kind.ALERT, Kind.ALERT_FOR_GUARDIAN, Kind.REMINDER, Kind.HANDED_ON)


def why_not(notification: Notification, at: dt.datetime) -> str:
    """Moved, under a non-disclosure order, withdrawn or cleared meanwhile: then it does not leave.

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
    return _why_not_any_more(alert) or _why_cleared(alert, at)


def _why_not_any_more(alert: Alert) -> str:
    if alert.state == Alert.State.WITHDRAWN:
        return _("herätys on peruttu")
    if alert.pupil.nondisclosure:
        return _("viesti ei lähde sähköpostilla")
    if alert.pupil.left_on or alert.pupil.school_id != alert.school_id:
        return _("oppilas on vaihtanut koulua")
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
    """Is there less now than what the step asks for? Days that have come since only add to it."""
    value = value_now(alert, on=on, calendar=calendar_for(on))
    return value is not None and value < alert.step.threshold
