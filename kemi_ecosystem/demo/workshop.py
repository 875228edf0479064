"""The demo's workshop: a checklist half filled, a card that five have answered, screenings done."""

import datetime as dt

from accounts.models import User
from schools.models import Membership, TeachingGroup
from schools.roles import Role
from support.models import Checklist, QualityCard, Screening
from support.services import evaluations, rounds, screenings

ANSWERS = (2, 3, 3, 4, 4)
WEEKS = dt.timedelta(weeks=5)


def raise_workshop(*, on: dt.date, at: dt.datetime) -> None:
    """Nothing where the catalogue has not been loaded. The same twice changes nothing."""
    rows = Membership.objects.filter(role=Role.CLASS_TEACHER, group__name="7C")
    teacher = rows.select_related("user", "group__school").first()
    if teacher is None or teacher.group is None:
        return
    _round(teacher.group, teacher.user, on, at)
    _evaluation(teacher.group, on, at)
    _screening(teacher.group, teacher.user, on)


def _round(group: TeachingGroup, by: User, on: dt.date, at: dt.datetime) -> None:
    checklist = Checklist.objects.filter(for_lower_secondary=True).first()
    if checklist is None:
        return
    subject = rounds.Subject(group.school, group=group)
    made = rounds.begin_round(
        checklist=checklist, subject=subject, copy_last=False, by=by, on=on - WEEKS
    )
    if made.answers.exists():
        return
    for item, state in zip(checklist.items.all(), ("in_use", "in_use", "tried"), strict=False):
        tick = rounds.Tick(state, on - WEEKS, "", seen=0)
        rounds.mark(of=made, item=item, tick=tick, by=by, at=at, on=on)


def _evaluation(group: TeachingGroup, on: dt.date, at: dt.datetime) -> None:
    card = QualityCard.objects.first()
    staff = User.objects.filter(memberships__school=group.school).distinct().order_by("pk")
    if card is None:
        return
    for person, step in zip(staff, ANSWERS, strict=False):
        steps = [step] * len(card.questions)
        evaluations.evaluate(card=card, school=group.school, by=person, steps=steps, at=at, on=on)


def _screening(group: TeachingGroup, by: User, on: dt.date) -> None:
    for one in Screening.objects.all()[:5]:
        if group.grade in one.grades:
            done = screenings.Result(on - WEEKS, 3, 1, [], None)
            screenings.note_screening(screening=one, group=group, result=done, by=by, on=on)
    screenings.publish_sums(on=on)
