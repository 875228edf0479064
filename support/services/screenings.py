"""What a class notes of a screening, and the calm reminders."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from kemi_ecosystem.lib.hiding import in_fives, is_told
from notifications.models import Kind
from notifications.services import Draft, notify
from schools.models import Membership, TeachingGroup, active_on
from schools.roles import Role
from support.models import (
    CityScreeningSum,
    Measure,
    MeasureUse,
    Screening,
    ScreeningDone,
    ScreeningSum,
)
from support.rules import ANSWER_WITHIN
from support.selectors.screenings import ClassScreening, all_groups, class_screenings
from support.services.uses import begin_use, end_uses


@dataclass(frozen=True, slots=True)
class Result:
    done_on: dt.date
    follow_up: int
    waiting: int
    measures: list[Measure]
    started_on: dt.date | None


@transaction.atomic
def note_screening(
    *, screening: Screening, group: TeachingGroup, result: Result, by: User, on: dt.date
) -> ScreeningDone:
    """Write down what came of it; noting again corrects. What was begun is in use from then."""
    begun = (result.started_on or on) if result.measures else None
    made, _new = ScreeningDone.objects.update_or_create(
        screening=screening,
        group=group,
        defaults={
            "done_on": result.done_on,
            "follow_up": result.follow_up,
            "waiting": result.waiting,
            "started_on": begun,
            "noted_by": by,
        },
    )
    before = set(made.measures.values_list("pk", flat=True))
    made.measures.set(result.measures)
    gone = before - {one.pk for one in result.measures}
    end_uses(causes=[_cause(made, pk) for pk in gone], on=on)
    for one in result.measures:
        _begin(made, one, begun or on)
    return made


def _cause(done: ScreeningDone, measure: int) -> str:
    return f"screening:{done.pk}:{measure}"


def _begin(done: ScreeningDone, measure: Measure, on: dt.date) -> None:
    cause = _cause(done, measure.pk)
    begin_use(
        measures=[measure],
        school=done.group.school,
        group=done.group,
        source=MeasureUse.Source.SCREENING,
        cause=cause,
        on=on,
    )
    # Taken away by mistake and noted again: it goes on.
    MeasureUse.objects.filter(cause=cause).update(ends=None)


def remind_of_screenings(*, on: dt.date, at: dt.datetime) -> int:
    """Tell the class teachers once of each screening that is due, and of children who wait."""
    rows = class_screenings(all_groups(on=on), on=on)
    due = [row for row in rows if row.is_to_remind(on) or row.is_waiting_long]
    teachers = _teachers({row.group.pk for row in due}, on)
    drafts = [_told(row, person) for row in due for person in teachers.get(row.group.pk, ())]
    return notify(drafts=drafts, at=at)


def _teachers(groups: Iterable[int], on: dt.date) -> dict[int, list[int]]:
    found = dict[int, list[int]]()
    rows = Membership.objects.filter(
        active_on(on), group__in=groups, role__in=(Role.CLASS_TEACHER, Role.EARLY_EDUCATOR)
    )
    for group, person in rows.values_list("group_id", "user_id"):
        if group is not None:
            found.setdefault(group, []).append(person)
    return found


def _told(row: ClassScreening, person: int) -> Draft:
    path = reverse("support:note_screening", args=[row.screening.pk, row.group.pk])
    title = _("Seulan tuloksista on kaksi viikkoa. Onko jotain jo aloitettu?")
    cause = f"screening-waits:{row.screening.pk}:{row.group.pk}"
    if row.done is None:
        title = _("Luokan seula on vielä tekemättä")
        cause = f"screening-due:{row.screening.pk}:{row.group.pk}"
    return Draft(recipient_id=person, kind=Kind.REMINDER, cause=cause, title=title, path=path)


@transaction.atomic
def publish_sums(*, on: dt.date) -> int:
    """Tell schools' leaders and the city of each screening that is over: once, in steps of five.

    Two weeks after the last day, when something has been begun for whoever needs it. What is
    noted or corrected later changes nothing. Safe to repeat. Returns how many were new.
    """
    over = [
        row for row in class_screenings(all_groups(on=on), on=on) if on > row.by + ANSWER_WITHIN
    ]
    return _publish(
        ScreeningSum, "school_id", lambda row: row.group.school_id, over, on
    ) + _publish(CityScreeningSum, "grade", lambda row: row.group.grade, over, on)


def _publish(
    sums: type[Model],
    place: str,
    place_of: Callable[[ClassScreening], int | None],
    over: list[ClassScreening],
    on: dt.date,
) -> int:
    """A row for each screening, place and last day that has none yet."""
    found = dict[tuple[int, int, dt.date], list[ClassScreening]]()
    for row in over:
        if (here := place_of(row)) is not None:
            found.setdefault((row.screening.pk, here, row.by), []).append(row)
    keys = ("screening_id", place, "by")
    told = sums._default_manager.filter(by__in={row.by for row in over})
    known = set(told.values_list(*keys))
    made = [
        sums(**dict(zip(keys, key, strict=True)), **_counts(sums, rows), made_on=on)
        for key, rows in found.items()
        if key not in known
    ]
    sums._default_manager.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _counts(sums: type[Model], rows: list[ClassScreening]) -> dict[str, int | None]:
    """Of the children in steps of five; to the city only when enough classes have done it."""
    done = [row.done for row in rows if row.done is not None]
    are_told = sums is ScreeningSum or is_told(len(done))
    return {
        "classes": len(rows),
        "done": len(done),
        "follow_up": in_fives(sum(one.follow_up for one in done)) if are_told else None,
        "waiting": in_fives(sum(one.waiting for one in done)) if are_told else None,
    }
