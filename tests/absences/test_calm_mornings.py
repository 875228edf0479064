"""Nobody is flooded, reminded of who has left, or asked what they can no longer see."""

import datetime as dt
from collections import Counter

import pytest
from django.urls import reverse

from absences import services
from absences.models import Alert, AlertRecipient, Hop
from accounts.models import User
from notifications.models import Notification
from schools.models import Enrolment, Membership, SchoolYear, TeachingGroup
from schools.roles import Role
from tests import builders
from tests.absences.mornings import kinds, morning
from tests.absences.test_owners import DAY, MONDAY, walk
from tests.builders import ON, absent

# --- nobody is flooded ----------------------------------------------------------------------


def many(cast, count: int, lessons: int = 26) -> None:
    for n in range(count):
        absent(builders.pupil(cast.group, f"m{n:02}"), lessons)


def test_the_head_gets_one_word_of_a_first_morning_with_a_whole_class(cast):
    many(cast, 9, lessons=55)
    walk()

    assert kinds(cast["principal"]) == ["alert_digest"]
    assert AlertRecipient.objects.filter(user=cast["principal"]).count() == 9
    # What comes to a table this morning is told of one by one.
    assert kinds(cast["class_teacher"]) == ["alert"] * 8 + ["alert_digest"]


def test_what_comes_to_the_heads_own_table_is_not_told_among_the_others(cast):
    """A class without a teacher is the head's turn; of another class the head is only told."""
    other = Membership.objects.get(user=cast["other_class"]).group
    Membership.objects.filter(user=cast["class_teacher"]).delete()
    many(cast, 8, lessons=55)
    for n in range(9):
        absent(builders.pupil(other, f"o{n:02}"), 55)
    walk()

    assert Alert.objects.in_turn(cast["principal"], on=ON).count() == 8
    assert kinds(cast["principal"]) == ["alert"] * 8 + ["alert_digest"]


def test_eight_are_told_to_the_head_one_by_one_and_a_family_of_its_own_child(cast):
    many(cast, 7, lessons=55)
    absent(cast.child, 55)
    walk()

    assert kinds(cast["principal"]) == ["alert"] * 8
    assert kinds(cast["guardian"]) == ["alert_for_guardian"]


def test_a_new_class_teacher_gets_what_waited_over_many_mornings_and_one_word_of_it(cast):
    many(cast, 20)
    walk()
    Membership.objects.filter(user=cast["class_teacher"]).update(ends=ON)
    new = builders.staff("uusiope", Role.CLASS_TEACHER, in_group=cast.group)
    walk(MONDAY)

    mine = Alert.objects.filter(owner=new)
    assert Counter(mine.values_list("turn_on", flat=True)) == {
        MONDAY: 8, MONDAY + DAY: 8, MONDAY + 2 * DAY: 4,
    }  # fmt: skip
    assert all(one.due_on > one.turn_on for one in mine)
    assert kinds(new) == ["alert_digest"]


def test_after_weeks_of_standstill_reminders_are_one_and_so_is_the_word_to_the_head(cast):
    many(cast, 9)
    walk()
    late = ON + 24 * DAY
    walk(late)
    walk(late)
    reminded = kinds(cast["class_teacher"])
    walk(late + 3 * DAY)

    assert reminded == ["alert"] * 8 + ["alert_digest"] * 2
    assert Hop.objects.filter(kind="reminder").count() == 9
    assert Hop.objects.filter(kind="above").count() == 9
    assert kinds(cast["principal"]) == ["alert_digest"]


# --- those who have left, and the head who is the owner -------------------------------------


def test_of_a_child_who_has_left_nobody_is_reminded(cast, raised):
    cast.child.left_on = raised.due_on
    cast.child.save()
    for day in (3, 6, 10):
        walk(raised.due_on + day * DAY)

    assert not Hop.objects.exists()


def test_of_a_child_who_left_after_the_reminder_the_head_hears_nothing(cast, raised):
    walk(raised.due_on + 3 * DAY)
    cast.child.left_on = raised.due_on + 4 * DAY
    cast.child.save()
    before = kinds(cast["principal"])
    walk(raised.due_on + 10 * DAY)

    assert kinds(cast["principal"]) == before


def test_whose_account_is_closed_is_not_reminded(cast, raised):
    Membership.objects.filter(role=Role.PRINCIPAL, school=cast.school).delete()
    User.objects.filter(pk=cast["class_teacher"].pk).update(is_active=False)
    for day in (3, 6):
        walk(raised.due_on + day * DAY)

    assert kinds(cast["class_teacher"]) == ["alert"]
    assert "handed_on" in kinds(cast["coordinator"])


@pytest.fixture
def with_the_head(cast) -> Alert:
    """A class without a teacher: it is the head's turn."""
    Membership.objects.filter(role=Role.CLASS_TEACHER, school=cast.school).delete()
    absent(cast.child, 30)
    walk()
    return Alert.objects.get()


def test_when_the_head_does_not_answer_another_who_leads_the_school_hears(cast, with_the_head):
    deputy = builders.staff("apulaisrehtori", Role.PRINCIPAL, at_school=cast.school)
    for day in (3, 6, 9):
        walk(with_the_head.due_on + day * DAY)

    assert with_the_head.owner == cast["principal"]
    assert "handed_on" in kinds(deputy)
    assert "handed_on" not in kinds(cast["coordinator"])


def test_when_the_only_head_does_not_answer_the_city_hears_and_no_name(cast, with_the_head):
    walk(with_the_head.due_on + 3 * DAY)
    reminded = kinds(cast["principal"]), kinds(cast["coordinator"])
    walk(with_the_head.due_on + 6 * DAY)
    walk(with_the_head.due_on + 7 * DAY)

    assert reminded[0].count("reminder") == 1
    assert "handed_on" not in reminded[1]
    told = cast["coordinator"].notifications.get(kind="handed_on")
    assert cast.child.last_name not in told.title
    assert told.path == reverse("absences_robot:models")


# --- did it help? ---------------------------------------------------------------------------


def promise(cast, alert: Alert, check: dt.date, *, on: dt.date = ON) -> None:
    services.react(
        alert=alert, by=cast["class_teacher"], kind="call", with_whom="guardian",
        next_check=check, at=morning(on),
    )  # fmt: skip


def asked() -> list[str]:
    rows = Notification.objects.filter(kind="check_due").order_by("created_at")
    return list(rows.values_list("recipient__username", flat=True))


def test_whose_promise_it_was_has_left_so_the_one_who_follows_the_child_is_asked_once(cast, raised):
    check = ON + 14 * DAY
    promise(cast, raised, check)
    Membership.objects.filter(user=cast["class_teacher"]).update(ends=check - DAY)
    new = builders.staff("uusiope", Role.CLASS_TEACHER, in_group=cast.group)
    walk(check)
    walk(check + 3 * DAY)

    assert asked() == ["uusiope"]
    assert Alert.objects.visible_to(new, on=check).exists()
    assert "lupasit" not in new.notifications.get(kind="check_due").title


def test_who_was_asked_and_has_left_since_leaves_no_second_question(cast, raised):
    check = ON + 14 * DAY
    promise(cast, raised, check)
    walk(check)
    Membership.objects.filter(user=cast["class_teacher"]).update(ends=check)
    walk(check + 3 * DAY)

    assert asked() == ["liisa"]


@pytest.mark.parametrize(("has_left", "names"), [(False, ["liisa"]), (True, [])])
def test_a_promise_for_the_summer_is_asked_when_school_begins_if_the_child_is_here(
    cast, has_left, names
):
    absent(cast.child, 30)
    may = dt.date(2027, 5, 20)
    walk(may)
    promise(cast, Alert.objects.get(), dt.date(2027, 6, 10), on=may)
    _next_year(cast)
    cast.child.left_on = dt.date(2027, 6, 30) if has_left else None
    cast.child.save()
    walk(dt.date(2027, 7, 1))
    in_summer = asked()
    for day in (11, 12):
        walk(dt.date(2027, 8, day))

    assert in_summer == []
    assert asked() == names


def _next_year(cast) -> None:
    year = SchoolYear.objects.create(
        begins=dt.date(2027, 8, 1), ends=dt.date(2028, 7, 31), name="2027–2028",
        lessons_begin=dt.date(2027, 8, 11), lessons_end=dt.date(2028, 6, 3),
    )  # fmt: skip
    group = TeachingGroup.objects.create(
        key="8C", school=cast.school, school_year=year, name="8C", grade=8
    )
    Enrolment.objects.create(pupil=cast.child, group=group, begins=year.begins)
    Membership.objects.create(
        user=cast["class_teacher"], role=Role.CLASS_TEACHER, school=cast.school, group=group,
        begins=year.begins,
    )  # fmt: skip


def test_of_many_promises_of_one_day_a_mornings_worth_is_asked_and_the_rest_tomorrow(cast):
    many(cast, 10)
    walk()
    check = ON + 14 * DAY
    for alert in Alert.objects.all():
        promise(cast, alert, check)
    walk(check)
    first = len(asked())
    walk(check + 3 * DAY)
    walk(check + 4 * DAY)

    assert (first, len(asked())) == (8, 10)
