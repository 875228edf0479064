"""A notice that leads to an alert. Of a child under a non-disclosure order none is mailed."""

from django.urls import reverse

from absences.models import Alert
from notifications.models import Kind
from notifications.services import Draft


def path_of(alert: Alert) -> str:
    return reverse("absences:alert", args=[alert.pk])


def notice_of(
    alert: Alert, *, to: int, kind: Kind, cause: str, title: str, by_mail: bool = True
) -> Draft:
    """`to` is the recipient's id; `cause` and recipient make the notice's key, once."""
    return Draft(
        recipient_id=to,
        kind=kind,
        cause=cause,
        title=title,
        path=path_of(alert),
        by_mail=by_mail and not alert.pupil.nondisclosure,
    )
