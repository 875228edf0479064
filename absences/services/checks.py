"""On the promised day he asks whether it helped: whoever promised, or who follows the child now."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from absences.models import Alert, Reaction
from absences.my_turn import ASKED_LATE
from absences.recipients import Circle, circle_of
from absences.services.notices import notice_of
from absences.services.tables import A_MORNING
from accounts.models import User
from notifications.models import Kind, Notification
from notifications.services import Draft, key_of
from schools.calendar import SchoolCalendar
from schools.models import Substitution


def ask_whether_it_helped(on: dt.date, calendar: SchoolCalendar) -> list[Draft]:
    """Each promise once, and no more than a morning's worth of one person: the rest tomorrow."""
    if not calendar.is_school_day(on):
        return []
    due = Reaction.objects.filter(next_check__lte=on, next_check__gt=on - ASKED_LATE, helped="")
    # Of a false alarm there is nothing more to ask, and of one who has left nobody to ask.
    here = Q(alert__pupil__left_on=None) | Q(alert__pupil__left_on__gt=on)
    still = due.filter(here).exclude(alert__state=Alert.State.WITHDRAWN)
    rows = still.select_related("alert__pupil__school", "by").defer("alert__evidence")
    promised = list(rows.order_by("next_check", "pk"))
    waits = _not_asked([(one, one.by_id) for one in promised if one.by_id])
    waits += [one for one in promised if not one.by_id]
    if not waits:
        return []
    asked = _whom_to_ask(waits, on)
    left = _not_asked([(one, asked[one.pk].pk) for one in waits if one.pk in asked])
    drafts, mornings = [], Counter[int]()
    for one in left:
        to = asked[one.pk]
        mornings[to.pk] += 1
        if mornings[to.pk] <= A_MORNING:
            drafts.append(_draft(one, to))
    return drafts


def _not_asked(pairs: Iterable[tuple[Reaction, int]]) -> list[Reaction]:
    """Those of which this person has not been asked."""
    keys = {key_of(cause=_cause(one), recipient_id=pk): one for one, pk in pairs}
    known = Notification.objects.filter(key__in=keys).values_list("key", flat=True)
    done = set(known) if keys else set()
    return [one for key, one in keys.items() if key not in done]


def _whom_to_ask(waits: Sequence[Reaction], on: dt.date) -> dict[int, User]:
    """Whoever promised, if this one can still open the page; else whose turn it would be today."""
    circle = circle_of([one.alert.pupil for one in waits], on=on)
    covers: dict[int, set[int]] = defaultdict(set)
    people = {one.by_id for one in waits}
    for substitute, absent in (
        Substitution.objects.on(on)
        .filter(substitute__in=people - {None})
        .values_list("substitute_id", "absent_id")
    ):
        covers[substitute].add(absent)
    found = {one.pk: _asked(one, circle, covers) for one in waits}
    return {pk: user for pk, user in found.items() if user}


def _asked(one: Reaction, circle: Circle, covers: dict[int, set[int]]) -> User | None:
    pupil = one.alert.pupil
    by = one.by
    if by and by.is_active and ({by.pk} | covers[by.pk]) & circle.followers(pupil):
        return by
    return circle.owner(pupil)


def _cause(one: Reaction) -> str:
    return f"reaction:{one.pk}:check"


def _draft(one: Reaction, to: User) -> Draft:
    titles = {
        True: _("Tänään lupasit katsoa: auttoiko se, mitä kokeiltiin?"),
        False: _("Tänään oli luvassa katsoa: auttoiko se, mitä kokeiltiin?"),
    }
    title = titles[to.pk == one.by_id]
    return notice_of(one.alert, to=to.pk, kind=Kind.CHECK_DUE, cause=_cause(one), title=title)
