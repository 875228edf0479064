"""An adult answers a wish."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from accounts.services import record
from kemi_ecosystem.lib import clock
from support.models import Measure, MeasureUse
from support.services import begin_use, end_uses
from wellbeing.models import NamelessList, Reply, Wish
from wellbeing.rules import ASK_AFTER


@transaction.atomic
def reply(  # noqa: PLR0913
    *,
    wish: Wish,
    by: User,
    kind: str,
    measure: Measure | None,
    begins: dt.date | None,
    words: str,
    at: dt.datetime,
) -> Reply:
    """Answer one wish, or mend the answer. What is tried is in use in the class from its day."""
    tries = kind == Reply.Kind.WE_TRY
    on = clock.local_date(at)
    first = (begins or on) if tries else None
    made, _is_new = Reply.objects.update_or_create(
        wish=wish,
        defaults={
            "kind": kind,
            "measure": measure if tries else None,
            "begins": first,
            "words": words,
            "by": by,
            "replied_at": at,
            "ask_on": first + ASK_AFTER if first else None,
        },
    )
    cause = f"wish:{wish.pk}"
    if tries and measure and first:
        group = wish.list.round.group
        begin_use(
            measures=[measure], school=group.school, group=group,
            source=MeasureUse.Source.WISH, cause=cause, on=first,
        )  # fmt: skip
    else:
        end_uses(causes=[cause], on=on)
    record(actor=by, action="wish-reply", subject_type="wish", subject_key=str(wish.pk), at=at)
    return made


@transaction.atomic
def reply_nameless(*, nameless: NamelessList, words: str) -> None:
    """Words for the one who has the key."""
    NamelessList.objects.filter(pk=nameless.pk, is_released=True).update(answer=words)
