"""An adult answers a wish."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import record
from kemi_ecosystem.lib import clock
from support.models import Measure, MeasureUse
from support.services import switch_use
from wellbeing.errors import WishRefusedError
from wellbeing.models import NamelessList, Reply, Wish, WishList
from wellbeing.rules import ASK_AFTER, use_cause


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
    """Answer one wish, or mend the answer. What is tried is in use in the class from its day.

    What was wished of a welfare adult stays between the two: the class is not named.
    Raises WishRefusedError when the child has just taken the list back, or erased it.
    """
    on = clock.local_date(at)
    wish_list = WishList.objects.select_for_update().filter(pk=wish.list_id).first()
    seen = WishList.objects.visible_to(by, on=on).filter(pk=wish.list_id, wishes=wish)
    if wish_list is None or not seen.exists():
        raise WishRefusedError(_("Oppilas otti toiveensa juuri takaisin."))
    tries = kind == Reply.Kind.WE_TRY
    first = (begins or on) if tries else None
    old = Reply.objects.filter(wish=wish).first()
    is_same = old is not None and tries and old.measure == measure
    made, _is_new = Reply.objects.update_or_create(
        wish=wish,
        defaults={
            # Of another measure nothing has been said yet.
            "felt": old.felt if old and is_same else None,
            "kind": kind,
            "measure": measure if tries else None,
            "begins": first,
            "words": words,
            "by": by,
            "replied_at": at,
            "ask_on": first + ASK_AFTER if first else None,
        },
    )
    group = wish.list.round.group
    is_private = wish_list.audience == WishList.Audience.WELFARE
    switch_use(
        measure=measure if tries else None, school=group.school,
        group=None if is_private else group, source=MeasureUse.Source.WISH,
        cause=use_cause(wish.pk), begins=first, on=on,
    )  # fmt: skip
    record(actor=by, action="wish-reply", subject_type="wish", subject_key=str(wish.pk), at=at)
    return made


@transaction.atomic
def reply_nameless(*, nameless: NamelessList, words: str) -> None:
    """Words for the one who has the key."""
    NamelessList.objects.filter(pk=nameless.pk, is_released=True).update(answer=words)
