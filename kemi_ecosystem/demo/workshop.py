"""The demo's workshop: a checklist half filled, a card that five have answered, screenings done."""

import datetime as dt

from accounts.models import User
from schools.models import Membership, TeachingGroup
from schools.roles import Role
from support.models import Checklist, Measure, QualityCard, SelfEvaluation
from support.selectors.screenings import all_groups, class_screenings
from support.services import evaluations, rounds, screenings

ANSWERS = (2, 3, 3, 4, 4)
WEEK, WEEKS, YEAR = dt.timedelta(weeks=1), dt.timedelta(weeks=5), dt.timedelta(days=365)
SEVENTH, MEASURES = 7, 8


def raise_workshop(*, on: dt.date, at: dt.datetime) -> None:
    """Nothing where the catalogue has not been loaded. The same twice changes nothing."""
    rows = Membership.objects.filter(role=Role.CLASS_TEACHER, group__name="7C")
    teacher = rows.select_related("user", "group__school").first()
    if teacher is None or teacher.group is None:
        return
    _round(teacher.group, teacher.user, on, at)
    _evaluation(teacher.group, on, at)
    _screenings(teacher.user, on)


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
    school = group.school
    for person, step in zip(staff, ANSWERS, strict=False):
        for before, less in ((YEAR, 1), (dt.timedelta(0), 0)):
            steps = [step - less] * len(card.questions)
            evaluations.evaluate(
                card=card, school=school, by=person, steps=steps, at=at - before, on=on - before
            )
    if SelfEvaluation.objects.filter(card=card, school=school).count() >= len(ANSWERS) * 2:
        evaluations.collect(card=card, school=school, at=at - YEAR, on=on - YEAR)


def _screenings(by: User, on: dt.date) -> None:
    """What is done this autumn: by all seventh classes, of the others one in six not yet."""
    measures = list(Measure.objects.all()[:MEASURES])
    for number, row in enumerate(class_screenings(all_groups(on=on), on=on)):
        is_seventh = row.group.grade == SEVENTH
        if on < row.by.replace(day=1) or (number % 6 == 0 and not is_seventh):
            continue
        done_on = min(row.by, on) - WEEK
        waiting = number % 5 // 4
        started = measures[number % MEASURES :][:1]
        result = screenings.Result(done_on, 2 + number % 4, waiting, started, done_on + WEEK)
        screenings.note_screening(
            screening=row.screening, group=row.group, result=result, by=by, on=on
        )
    screenings.publish_sums(on=on)
