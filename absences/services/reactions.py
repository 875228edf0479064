"""An adult answers."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from absences.causes import reaction_cause
from absences.errors import AlertWithdrawnError
from absences.models import Alert, LegalAct, PupilToCheck, Reaction
from accounts import services as accounts
from accounts.models import User
from kemi_ecosystem.lib import clock
from schools.models import Pupil
from support.models import Helped, Measure, MeasureUse
from support.services import begin_use, end_uses


@transaction.atomic
def react(  # noqa: PLR0913
    *,
    alert: Alert,
    by: User,
    kind: str,
    with_whom: str,
    next_check: dt.date | None,
    at: dt.datetime,
    measures: Iterable[Measure] = (),
) -> Reaction:
    """Record what was done. Any honest answer clears the alert; a second one is kept beside it.

    Raises AlertWithdrawnError when the alert was withdrawn meanwhile.
    """
    locked = Alert.objects.select_for_update().filter(pk=alert.pk)
    if locked.get().state == Alert.State.WITHDRAWN:
        raise AlertWithdrawnError
    reaction = Reaction.objects.create(
        alert=alert, by=by, kind=kind, with_whom=with_whom, next_check=next_check, reacted_at=at
    )
    begin_use(
        measures=measures,
        school=alert.school,
        group=alert.group,
        source=MeasureUse.Source.REACTION,
        cause=reaction_cause(reaction.pk),
        on=clock.local_date(at),
    )
    locked.update(state=Alert.State.ANSWERED)
    # What comes after an answer is a new matter: the next round looks again.
    PupilToCheck.objects.get_or_create(pupil_id=alert.pupil_id, due_on=clock.local_date(at))
    accounts.record(
        actor=by, action="react", subject_type="alert", subject_key=str(alert.pk), at=at
    )
    return reaction


@transaction.atomic
def say_whether_it_helped(*, reaction: Reaction, helped: str, by: User, at: dt.datetime) -> None:
    """The answer to the question of the check date. The last word counts."""
    reaction.helped, reaction.helped_at = helped, at
    reaction.save(update_fields=["helped", "helped_at"])
    if helped == Helped.NO:
        end_uses(causes=[reaction_cause(reaction.pk)], on=clock.local_date(at))
    accounts.record(
        actor=by, action="helped", subject_type="alert", subject_key=str(reaction.alert_id), at=at
    )


@transaction.atomic
def record_legal_act(
    *, pupil: Pupil, kind: str, done_on: dt.date, by: User, at: dt.datetime
) -> LegalAct:
    """Record that a person did what the law asks; what was said is written elsewhere."""
    act = LegalAct.objects.create(pupil=pupil, kind=kind, done_on=done_on, by=by, recorded_at=at)
    accounts.record(
        actor=by, action="legal-act", subject_type="pupil", subject_key=str(pupil.pk), at=at
    )
    return act
