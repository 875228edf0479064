"""What the pages of a checklist round show."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from schools.models import Membership, Person, Pupil, School, TeachingGroup, this_year
from support.models import (
    PUPIL_ROUND_ROLES,
    WORKSHOP_ROLES,
    Checklist,
    ChecklistAnswer,
    ChecklistItem,
    ChecklistRound,
    Handover,
    MeasureUse,
)
from support.models.rounds import OWN_GROUP, WHOLE_SCHOOL

State = ChecklistAnswer.State
SHOWN_CLOSED = 20


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item with what the round knows of it (an empty answer when nothing has been said)."""

    item: ChecklistItem
    answer: ChecklistAnswer
    # For how many whole weeks it has been in use, or was until it was left; None when not known.
    weeks: int | None


@dataclass(frozen=True, slots=True)
class RoundPage:
    round: ChecklistRound
    rows: list[ItemRow]
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def done(self) -> int:
        return self.total - self.counts[State.NOT_YET]

    @property
    def in_use(self) -> list[ItemRow]:
        return [row for row in self.rows if row.answer.state == State.IN_USE]

    @property
    def tried(self) -> list[ItemRow]:
        return [row for row in self.rows if row.answer.state == State.TRIED]

    @property
    def untried(self) -> list[ItemRow]:
        return [row for row in self.rows if row.answer.state == State.NOT_YET]

    @property
    def unfit(self) -> list[ItemRow]:
        return [row for row in self.rows if row.answer.state == State.NO_FIT]


def round_page(of: ChecklistRound, *, on: dt.date) -> RoundPage:
    """Every item of the list with its answer, in the list's order."""
    answers = {one.item_id: one for one in of.answers.select_related("changed_by")}
    items = of.checklist.items.select_related("branch")
    last = of.counted_to(on)
    rows = [
        _row(item, answers.get(item.pk) or ChecklistAnswer(round=of, item=item), last)
        for item in items
    ]
    counts = Counter(row.answer.state for row in rows)
    return RoundPage(of, rows, {state: counts[state] for state in State.values})


def _row(item: ChecklistItem, answer: ChecklistAnswer, on: dt.date) -> ItemRow:
    ended = on if answer.state == State.IN_USE else answer.until
    weeks = max(0, (ended - answer.since).days // 7) if ended and answer.since else None
    return ItemRow(item, answer, weeks)


@dataclass(frozen=True, slots=True)
class Rounds:
    open: list[ChecklistRound]
    closed: list[ChecklistRound]
    handovers: list[Handover]
    checklists: list[Checklist]


def rounds_of(user: Person, *, on: dt.date) -> Rounds:
    related = ("checklist", "group", "pupil", "school")
    seen = ChecklistRound.objects.visible_to(user, on=on).select_related(*related)
    given = Handover.objects.visible_to(user, on=on)
    return Rounds(
        open=list(seen.open()),
        closed=list(seen.exclude(closed_on=None)[:SHOWN_CLOSED]),
        handovers=list(
            given.select_related("round__group", "round__pupil", "round__school").order_by(
                "-given_at"
            )[:SHOWN_CLOSED]
        ),
        checklists=list(Checklist.objects.all()),
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """For whom this person may begin a round today."""

    groups: dict[int, TeachingGroup]
    pupils: dict[int, Pupil]
    schools: dict[int, School]


def reach_of(user: Person, *, on: dt.date) -> Reach:
    mine = Membership.objects.of(user, on=on)
    groups = TeachingGroup.objects.filter(this_year(on))
    own = groups.filter(pk__in=mine.filter(role__in=OWN_GROUP).values("group_id"))
    whole = groups.filter(school_id__in=mine.filter(role__in=WHOLE_SCHOOL).values("school_id"))
    pupils = Pupil.objects.in_scope(user, roles=PUPIL_ROUND_ROLES, on=on)
    schools = School.objects.open_on(on).filter(
        pk__in=mine.filter(role__in=WORKSHOP_ROLES).values("school_id")
    )
    return Reach(
        groups={one.pk: one for one in (own | whole).select_related("school").order_by("name")},
        pupils={one.pk: one for one in pupils.select_related("school")},
        schools={one.pk: one for one in schools},
    )


def next_schools(of: ChecklistRound, grade: int | None, *, on: dt.date) -> tuple[list[School], int]:
    """Where a group may go on: those that teach the next grade first, and its own if it does."""
    teach = TeachingGroup.objects.filter(this_year(on), grade=grade, school_id=OuterRef("pk"))
    schools = School.objects.open_on(on).annotate(teaches=Exists(teach))
    found = list(schools.order_by("-teaches", "name"))
    stays = any(one.pk == of.school_id and one.teaches for one in found)  # type: ignore[attr-defined]
    return found, of.school_id if stays else 0


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the subject's other rounds knew, and what an earlier teacher gave on."""

    rows: list[ItemRow]
    handovers: list[Handover]


def earlier(of: ChecklistRound, *, user: Person, on: dt.date) -> Earlier:
    """Tried in the subject's other rounds and not said by this one: only what this reader sees."""
    subjects: dict[str, dict[str, Any]] = {
        ChecklistRound.Kind.PUPIL: {"pupil": of.pupil_id},
        ChecklistRound.Kind.GROUP: {"group": of.group_id},
        ChecklistRound.Kind.TEAM: {"school": of.school_id, "team": of.team},
    }
    subject = subjects[of.kind]
    same = ChecklistRound.objects.visible_to(user, on=on).filter(kind=of.kind, **subject)
    said = of.answers.filter(state__in=(State.TRIED, State.IN_USE)).values("item_id")
    answers = (
        ChecklistAnswer.objects.filter(round__in=same, state__in=(State.TRIED, State.IN_USE))
        .exclude(round=of)
        .exclude(item_id__in=said)
        .select_related("item", "round__group__school_year")
        .order_by("item__checklist_id", "item__order", "-round__begun_on", "-round_id")
    )
    newest = dict[int, ChecklistAnswer]()
    for one in answers:
        newest.setdefault(one.item_id, one)
    rows = [_row(one.item, one, one.round.counted_to(on)) for one in newest.values()]
    if of.kind != ChecklistRound.Kind.PUPIL:
        # What is given on of a group is read by a group of the next year, not by its own.
        return Earlier(rows, [])
    given = Handover.objects.visible_to(user, on=on).filter(
        round__kind=of.kind, round__pupil=of.pupil_id
    )
    return Earlier(rows, list(given.exclude(round=of).select_related("round__school")))


def other_uses(of: ChecklistRound) -> list[Any]:
    """What else lives in the group, whoever began it. Nothing of a single pupil's matters."""
    if of.kind != ChecklistRound.Kind.GROUP:
        return []
    alive = MeasureUse.objects.filter(group_id=of.group_id, ends=None).exclude(
        source__in=(MeasureUse.Source.CHECKLIST, MeasureUse.Source.WISH)
    )
    return list(
        alive.values("measure__name", "measure__slug", "begins").order_by("begins").distinct()
    )
