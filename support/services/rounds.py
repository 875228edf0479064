"""Filling a checklist together, giving on what worked, and asking for a special teacher's hour."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.models import Kind
from notifications.services import Draft, notify
from schools.models import Membership, Pupil, School, TeachingGroup, active_on
from schools.roles import Role
from support.models import (
    Checklist,
    ChecklistAnswer,
    ChecklistItem,
    ChecklistRound,
    ConsultationRequest,
    Handover,
    Measure,
    MeasureUse,
)
from support.services.uses import begin_use, end_uses

State = ChecklistAnswer.State
LAST_GRADE = 9
TRIED = (State.TRIED, State.IN_USE)


class ChangedMeanwhileError(Exception):
    """Somebody saved the same item after the one who saves now had seen it. Nothing is written."""


class ClosedRoundError(Exception):
    """The round has been closed. Nothing is written."""


@dataclass(frozen=True, slots=True)
class Subject:
    """For whom a round is: just one of the three is given (a pupil with the pupil's group)."""

    school: School
    group: TeachingGroup | None = None
    pupil: Pupil | None = None
    team: str = ""

    @property
    def kind(self) -> str:
        if self.pupil is not None:
            return ChecklistRound.Kind.PUPIL
        return ChecklistRound.Kind.TEAM if self.team else ChecklistRound.Kind.GROUP

    def key(self) -> dict[str, object]:
        """What two rounds of the same subject have in common."""
        if self.pupil is not None:
            return {"kind": self.kind, "pupil": self.pupil}
        if self.team:
            return {"kind": self.kind, "school": self.school, "team": self.team}
        return {"kind": self.kind, "group": self.group}


@dataclass(frozen=True, slots=True)
class Tick:
    """What is saved of one item; `seen` is the number of the answer that its writer saw."""

    state: str
    since: dt.date | None
    did: str
    seen: int


def begin_round(
    *, checklist: Checklist, subject: Subject, copy_last: bool, by: User, on: dt.date
) -> ChecklistRound:
    """The subject's open round, or a new one; of two who begin at once both get the same.

    A pupil's round is not copied from another teacher's: that takes a `Handover`. One that was
    left open in the pupil's earlier group is closed.
    """
    same = ChecklistRound.objects.filter(checklist=checklist, **subject.key())
    try:
        with transaction.atomic():
            same.open().exclude(group=subject.group).update(closed_on=on)
            found = same.open().first()
            if found is not None:
                return found
            last = same.filter(group=subject.group).first() if copy_last else None
            made = ChecklistRound.objects.create(
                checklist=checklist,
                kind=subject.kind,
                school=subject.school,
                group=subject.group,
                pupil=subject.pupil,
                team=subject.team,
                begun_by=by,
                begun_on=on,
            )
            if last is not None:
                _copy(last, to=made, on=on)
            return made
    except IntegrityError:
        return same.open().get()


def _copy(last: ChecklistRound, *, to: ChecklistRound, on: dt.date) -> None:
    """Go on from the last round. A use goes on, too, now counted by the new round."""
    old = list(last.answers.select_related("item").prefetch_related("item__measures"))
    ChecklistAnswer.objects.bulk_create(
        [
            ChecklistAnswer(
                round=to,
                item=one.item,
                state=one.state,
                since=one.since,
                until=one.until,
                did=one.did,
                number=1,
                changed_by_id=one.changed_by_id,
                changed_at=one.changed_at,
            )
            for one in old
        ]
    )
    end_uses(causes=[cause for one in old for cause in _causes(one)], on=on)
    for made in to.answers.filter(state=State.IN_USE).select_related("item"):
        _begin(made, to, on)


def _causes(answer: ChecklistAnswer) -> list[str]:
    """Every use that this answer may have begun: each saving has a cause of its own."""
    return [f"checklist:{answer.pk}:{number}" for number in range(1, answer.number + 1)]


def _begin(answer: ChecklistAnswer, of: ChecklistRound, on: dt.date) -> None:
    begin_use(
        measures=answer.item.measures.all(),
        school=of.school,
        group=of.group,
        source=MeasureUse.Source.CHECKLIST,
        cause=f"checklist:{answer.pk}:{answer.number}",
        on=on,
    )


@transaction.atomic
def mark(
    *, of: ChecklistRound, item: ChecklistItem, tick: Tick, by: User, at: dt.datetime, on: dt.date
) -> ChecklistAnswer:
    """Save one item. The same again changes nothing.

    Raises ChangedMeanwhileError when another has saved the item since `tick.seen`, and
    ClosedRoundError.
    """
    if not ChecklistRound.objects.select_for_update().filter(pk=of.pk, closed_on=None).exists():
        raise ClosedRoundError(_("Kierros on päätetty. Avaa se uudelleen, jos lista elää vielä."))
    before, _made = ChecklistAnswer.objects.get_or_create(round=of, item=item)
    since = (tick.since or on) if tick.state in TRIED else None
    if (before.state, before.since, before.did) == (tick.state, since, tick.did) and before.number:
        return before
    saved = ChecklistAnswer.objects.filter(pk=before.pk, number=tick.seen).update(
        state=tick.state,
        since=since,
        until=_left_on(before, tick.state, on),
        did=tick.did,
        number=F("number") + 1,
        changed_by=by,
        changed_at=at,
    )
    if not saved:
        raise ChangedMeanwhileError(_("Joku muu tallensi tämän kohdan juuri ennen sinua."))
    after = ChecklistAnswer.objects.select_related("item").get(pk=before.pk)
    _keep_uses(of, before, after, on)
    return after


@transaction.atomic
def mark_all(
    *,
    of: ChecklistRound,
    ticks: Iterable[tuple[ChecklistItem, Tick]],
    by: User,
    at: dt.datetime,
    on: dt.date,
) -> set[int]:
    """Save several items. Returns those that another has saved meanwhile: they are as they were.

    Raises ClosedRoundError.
    """
    changed = set()
    for item, tick in ticks:
        try:
            mark(of=of, item=item, tick=tick, by=by, at=at, on=on)
        except ChangedMeanwhileError:
            changed.add(item.pk)
    return changed


def _left_on(before: ChecklistAnswer, state: str, on: dt.date) -> dt.date | None:
    """The day when what was in use became something that has been tried."""
    if state != State.TRIED:
        return None
    return on if before.state == State.IN_USE else before.until


def _keep_uses(
    of: ChecklistRound, before: ChecklistAnswer, after: ChecklistAnswer, on: dt.date
) -> None:
    was, now = before.state == State.IN_USE, after.state == State.IN_USE
    if was and not now:
        end_uses(causes=_causes(before), on=on)
    if now and not was:
        _begin(after, of, after.since or on)


def close_round(*, of: ChecklistRound, on: dt.date) -> None:
    ChecklistRound.objects.filter(pk=of.pk, closed_on=None).update(closed_on=on)


def reopen_round(*, of: ChecklistRound) -> bool:
    """Whether it could be opened: not when a newer round of the same subject is open."""
    try:
        with transaction.atomic():
            ChecklistRound.objects.filter(pk=of.pk).update(closed_on=None)
    except IntegrityError:
        return False
    return True


def next_grade(grade: int | None) -> int | None:
    """The grade after this one: pre-primary (0) follows a daycare group, nothing follows 9."""
    if grade is None:
        return 0
    return grade + 1 if grade < LAST_GRADE else None


@transaction.atomic
def hand_over(
    *, of: ChecklistRound, to_school: School | None, words: str, by: User, at: dt.datetime
) -> Handover:
    """Give on what is in use and what it did. Giving again replaces the words and the school."""
    grade = next_grade(of.group.grade) if to_school and of.group else None
    made, _new = Handover.objects.update_or_create(
        round=of,
        defaults={
            "to_school": to_school,
            "to_grade": grade,
            "words": words,
            "given_by": by,
            "given_at": at,
        },
    )
    return made


@transaction.atomic
def take_back(*, of: ChecklistRound) -> None:
    """The sender's consent can be withdrawn: the next teacher no longer sees it."""
    Handover.objects.filter(round=of).delete()


@transaction.atomic
def ask_for_hour(
    *, of: ChecklistRound, question: str, by: User, at: dt.datetime, on: dt.date
) -> ConsultationRequest:
    """Ask for a consultation hour with what has been tried. Again, while it is open, changes words.

    What has been talked over stays as it was: asking after that is a new request.
    """
    made, is_new = ConsultationRequest.objects.update_or_create(
        round=of,
        done_on=None,
        defaults={"question": question},
        create_defaults={
            "question": question,
            "school": of.school,
            "made_by": by,
            "made_at": at,
        },
    )
    made.tried.set(Measure.objects.filter(items__answers__in=of.answers.filter(state__in=TRIED)))
    if is_new:
        special = Membership.objects.filter(
            active_on(on), school=of.school, role=Role.SPECIAL_TEACHER
        )
        drafts = [
            Draft(
                recipient_id=person,
                kind=Kind.CONSULTATION,
                cause=f"consultation-request:{made.pk}",
                title=_("Muistilistasta pyydetään konsultaatiotuntia"),
                path=reverse("support:before", args=[of.pk]),
            )
            for person in set(special.values_list("user_id", flat=True))
        ]
        notify(drafts=drafts, at=at)
    return made
