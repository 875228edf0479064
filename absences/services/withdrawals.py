"""An alert that rested on wrong data: withdrawn, its task closed, and those who were told, told."""

import datetime as dt

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from absences.causes import reaction_cause
from absences.models import Alert, AlertRecipient, Hop, PupilToCheck
from absences.services.notices import notice_of, path_of
from accounts import services as accounts
from accounts.middleware import spoken
from accounts.models import User
from notifications import services as notifications
from notifications.models import Kind
from support.services import end_uses


@transaction.atomic
def withdraw(*, alert: Alert, mistake: str, by: User | None, at: dt.datetime, on: dt.date) -> bool:
    """Withdraw an open or answered alert. False when it has been withdrawn already.

    One apology goes to everybody who was told. The step can be reached again only by more absence
    than this alert rested on.
    """
    changed = Alert.objects.filter(pk=alert.pk).exclude(state=Alert.State.WITHDRAWN)
    won = changed.update(
        state=Alert.State.WITHDRAWN, mistake=mistake, withdrawn_by=by, withdrawn_at=at
    )
    if not won:
        return False
    alert.refresh_from_db()
    causes = [reaction_cause(pk) for pk in alert.reactions.values_list("pk", flat=True)]
    end_uses(causes=causes, on=on)
    notifications.notify(drafts=_apologies(alert, by), at=at)
    PupilToCheck.objects.get_or_create(pupil_id=alert.pupil_id, due_on=on)
    accounts.record(
        actor=by, action="withdraw", subject_type="alert", subject_key=str(alert.pk), at=at
    )
    return True


def _apologies(alert: Alert, by: User | None) -> list[notifications.Draft]:
    told = set(AlertRecipient.objects.filter(alert=alert).values_list("user_id", flat=True))
    told |= set(Hop.objects.filter(alert=alert).values_list("to_id", flat=True))
    mailed = notifications.mailed_of(path=path_of(alert))
    return [
        _apology(alert, user, by_mail=user.pk in mailed)
        for user in User.objects.filter(pk__in=told - {by and by.pk})
    ]


def _apology(alert: Alert, user: User, *, by_mail: bool) -> notifications.Draft:
    """A family's in its own language; a colleague's not in that of whoever withdrew it.

    Whom no mail has told is not mailed that it was wrong: that would be news of its own.
    """
    is_family = user.kind == User.Kind.GUARDIAN
    with translation.override(spoken(user.language) if is_family else "fi"):
        if is_family:
            title = _("Tämä viesti oli aiheeton, ja se on peruttu. Pahoittelemme.")
        else:
            title = _("Pahoittelut: herätys oli aiheeton, ja se on peruttu")
    return notice_of(
        alert,
        to=user.pk,
        kind=Kind.ALERT_WITHDRAWN,
        cause=f"alert:{alert.pk}:withdrawn",
        title=title,
        by_mail=by_mail,
    )
