"""Whose turn it is follows the child: to another class or school, back from a deputy, not to those
who have left. And nobody is flooded by what goes on.
"""

import datetime as dt
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from absences import services
from absences.model_forms import StepForm
from absences.models import Alert, AlertRecipient, Disclosure, Hop
from accounts.models import User
from notifications.models import Notification
from schools.models import Enrolment, Membership, SchoolYear, Substitution, TeachingGroup
from schools.roles import Role
from tests import builders
from tests.builders import ON, absent

DAY = dt.timedelta(days=1)
MONDAY = ON + 3 * DAY


def morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(6, 15), builders.KEMI)


def walk(on=ON, *, is_full=None):
    schools = {one.school for one in Membership.objects.exclude(school=None)}
    builders.batch(*schools, received=morning(on))
    return services.walk_round(on=on, cause="by_hand", at=morning(on), is_full=is_full)


def kinds(person) -> list[str]:
    return sorted(person.notifications.values_list("kind", flat=True))


@pytest.fixture
def raised(cast) -> Alert:
    absent(cast.child, 30)
    walk()
    return Alert.objects.get()


def move(cast, to: str, *, on: dt.date) -> None:
    """The child goes to another class, and to that class's school."""
    group = TeachingGroup.objects.get(name=to)
    Enrolment.objects.filter(pupil=cast.child).update(ends=on - DAY)
    Enrolment.objects.create(pupil=cast.child, group=group, begins=on)
    cast.child.school = group.school
    cast.child.save()


# --- with the child -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "teacher"), [("3B", "neighbour_teacher"), ("8A", "other_class")], ids=["school", "class"]
)
def test_an_open_alert_goes_with_the_child_to_the_new_adult(cast, raised, to, teacher):
    move(cast, to, on=MONDAY)
    late = raised.due_on + DAY
    walk(MONDAY)
    told = kinds(cast[teacher])
    walk(MONDAY + DAY, is_full=False)

    raised.refresh_from_db()
    seen = Alert.objects.visible_to(cast[teacher], on=late)
    assert (raised.owner, raised.group.name) == (cast[teacher], to)
    assert raised.school == raised.group.school
    assert (raised.turn_on, raised.due_on) == (MONDAY, MONDAY + 7 * DAY)
    assert told == kinds(cast[teacher]) == ["handed_on"]
    assert seen.in_turn(cast[teacher], on=late).exists()
    assert not Alert.objects.in_turn(cast["class_teacher"], on=late).exists()
    assert not Alert.objects.visible_to(cast["class_teacher"], on=late).exists()


def test_a_small_round_notices_who_has_moved_since_the_last_one(cast, raised):
    move(cast, "8A", on=MONDAY)
    walk(MONDAY, is_full=False)
    # Written afterwards, with a day long past.
    Enrolment.objects.filter(pupil=cast.child).update(ends=ON)
    Enrolment.objects.create(pupil=cast.child, group=cast.group, begins=ON - 9 * DAY)
    here = Alert.objects.get().owner
    walk(MONDAY + DAY, is_full=False)

    assert here == cast["other_class"]
    assert Alert.objects.get().owner == cast["class_teacher"]


def test_the_head_of_the_new_school_hears_though_the_old_one_did_already(cast, raised):
    for day in (1, 2, 3, 4, 7):
        walk(raised.due_on + day * DAY)
    first = list(Hop.objects.values_list("kind", "to__username"))
    moves_on = raised.due_on + 10 * DAY
    move(cast, "3B", on=moves_on)
    walk(moves_on)
    on_arrival = Hop.objects.count()
    for day in range(8, 16):
        walk(moves_on + day * DAY)

    assert first == [("reminder", "liisa"), ("above", "raili")]
    assert on_arrival == 2
    later = list(Hop.objects.values_list("kind", "to__username"))[2:]
    assert later == [("reminder", "olli"), ("above", "mauri")]


def test_in_a_school_without_adults_the_alert_leaves_the_old_table_and_the_city_hears(cast, raised):
    Membership.objects.filter(school=cast.neighbour).delete()
    move(cast, "3B", on=MONDAY)
    walk(MONDAY)

    raised.refresh_from_db()
    assert (raised.school, raised.owner) == (cast.neighbour, None)
    assert "handed_on" in kinds(cast["coordinator"])


def test_new_unresolved_days_in_the_new_school_are_not_hidden_behind_the_old_schools_alert(cast):
    absent(cast.child, 1, day=ON - 30 * DAY, unresolved=True)
    walk()
    move(cast, "3B", on=MONDAY)
    walk(MONDAY)

    mine = Alert.objects.visible_to(cast["neighbour_teacher"], on=MONDAY)
    assert [one.step_slug for one in mine.in_turn(cast["neighbour_teacher"], on=MONDAY)] == [
        "selvittamaton"
    ]


def test_pupil_welfare_of_the_old_school_no_longer_opens_it(cast):
    cast.school.welfare_disclosure = "automatic"
    cast.school.save()
    absent(cast.child, 30)
    walk()
    before = Alert.objects.visible_to(cast["welfare"], on=ON).count()
    move(cast, "3B", on=MONDAY)
    walk(MONDAY)

    assert before == 1
    assert not Alert.objects.visible_to(cast["welfare"], on=MONDAY).exists()


def test_who_was_given_an_alert_reads_on_its_page_in_which_role(cast, raised):
    move(cast, "8A", on=MONDAY)
    walk(MONDAY)

    given = AlertRecipient.objects.get(user=cast["other_class"])
    assert given.role == Role.CLASS_TEACHER


# --- back from the deputy -------------------------------------------------------------------


def test_when_the_deputy_has_gone_the_alert_comes_back_with_time_to_answer(cast, raised):
    deputy = builders.staff("keikka")
    Substitution.objects.create(
        absent=cast["class_teacher"], substitute=deputy,
        begins=raised.due_on, ends=raised.due_on + 4 * DAY,
    )  # fmt: skip
    back = raised.due_on + 5 * DAY
    walk(raised.due_on + 3 * DAY)
    walk(raised.due_on + 4 * DAY)
    with_deputy = Alert.objects.get().owner
    walk(back)
    walk(back + DAY)

    raised.refresh_from_db()
    assert with_deputy == deputy
    assert raised.owner == cast["class_teacher"]
    assert (raised.turn_on, raised.due_on) == (back, back + 7 * DAY)
    assert kinds(cast["class_teacher"]) == ["alert", "handed_on"]
    assert kinds(cast["principal"]).count("handed_on") == 0


def test_a_deputy_who_goes_away_too_hands_it_to_nobody_who_could_not_open_it(cast, raised):
    teacher, deputy, stranger = cast["class_teacher"], cast["subject_teacher"], cast["no_role"]
    first, until = raised.due_on + 3 * DAY, raised.due_on + 60 * DAY
    Substitution.objects.create(absent=teacher, substitute=deputy, begins=first, ends=until)
    walk(first)
    Substitution.objects.create(absent=deputy, substitute=stranger, begins=first + DAY, ends=until)
    walk(first + DAY)

    assert Alert.objects.get().owner == teacher
    assert kinds(stranger) == []


def test_who_got_it_back_is_reminded_again_in_the_new_turn(cast, raised):
    teacher, first, second = cast["class_teacher"], raised.due_on + 3 * DAY, raised.due_on + 4 * DAY
    walk(first)
    Substitution.objects.create(
        absent=teacher, substitute=cast["subject_teacher"], begins=second, ends=second
    )
    walk(second)
    back = second + DAY
    walk(back)
    raised.refresh_from_db()
    late = raised.due_on + DAY
    walk(late)
    walk(late)
    on_time = kinds(cast["principal"])
    walk(late + 5 * DAY)

    assert kinds(teacher) == ["alert", "handed_on", "reminder", "reminder"]
    assert (Hop.objects.get(kind="reminder").hopped_on, on_time) == (late, [])
    assert kinds(cast["principal"]) == ["handed_on"]


def test_a_former_owner_who_may_still_open_it_reads_no_words_and_the_page_holds(cast, raised):
    """Of an older portal: then one who was given an alert was written down as its owner."""
    AlertRecipient.objects.create(alert=raised, user=cast["principal"], role="owner")
    client = Client()
    client.force_login(cast["principal"], "accounts.backends.PasswordBackend")

    assert client.get(reverse("absences:alert", args=[raised.pk])).status_code == 200


# --- the one above --------------------------------------------------------------------------


@pytest.fixture
def unanswered(cast):
    """Walk until the one above has heard; the step's next is given as in the model."""

    def go(to: str, *, hidden: bool = False, disclosure: str = "automatic") -> Alert:
        cast.school.welfare_disclosure = disclosure
        cast.school.save()
        cast.child.nondisclosure = hidden
        cast.child.save()
        step = services.ensure_model(on=ON).steps.filter(slug="huoli-kasvaa")
        step.update(escalates_to=to, recipients=["class_teacher"])
        absent(cast.child, 30)
        walk()
        alert = Alert.objects.get()
        for day in (3, 6):
            walk(alert.due_on + day * DAY)
        return alert

    return go


ALWAYS_THE_HEAD = [
    ("welfare", {"disclosure": "button"}),
    ("welfare", {"disclosure": "off"}),
    ("welfare", {"hidden": True}),
    ("special_teacher", {"hidden": True}),
    ("guardian", {}),
    ("class_teacher", {}),
]


@pytest.mark.parametrize(("to", "how"), ALWAYS_THE_HEAD)
def test_where_the_one_whom_the_step_names_may_not_be_told_the_head_hears(
    cast, unanswered, to, how
):
    unanswered(to, **how)

    heard = Hop.objects.filter(kind="above").values_list("to__username", flat=True)
    assert list(heard) == ["raili"]
    assert kinds(cast["principal"]) == ["handed_on"]
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("to", ["welfare", "special_teacher"])
def test_whoever_hears_next_can_open_what_is_told(cast, unanswered, to):
    alert = unanswered(to)
    client = Client()
    client.force_login(cast[to], "accounts.backends.PasswordBackend")

    page = client.get(cast[to].notifications.get().path)

    assert page.status_code == 200
    assert kinds(cast[to]) == ["handed_on"]
    assert alert.hops.get(kind="above").to == cast[to]


def test_pupil_welfare_hears_with_a_line_in_the_ledger_and_reads_no_hours(cast, unanswered):
    alert = unanswered("welfare")
    client = Client()
    client.force_login(cast["welfare"], "accounts.backends.PasswordBackend")

    page = client.get(reverse("absences:alert", args=[alert.pk]))

    assert [one.to for one in Disclosure.objects.all()] == [cast["welfare"]]
    assert "Herätykseen ei ole vielä vastattu" not in page.text
    assert cast["class_teacher"].first_name in page.text


def test_without_pupil_welfare_in_the_school_the_head_hears(cast, unanswered):
    Membership.objects.filter(user=cast["welfare"]).delete()
    unanswered("welfare")

    assert kinds(cast["principal"]) == ["handed_on"]


def test_a_step_that_goes_no_further_is_told_to_nobody(cast, unanswered):
    unanswered("")

    assert not Hop.objects.filter(kind="above").exists()


def test_a_family_is_not_offered_as_the_one_who_hears_next(cast):
    step = services.ensure_model(on=ON).steps.get(slug="huoli-kasvaa")
    step.escalates_to = "guardian"
    form = StepForm(instance=step)

    assert "guardian" not in dict(form.fields["escalates_to"].choices)
    assert form["escalates_to"].value() == "principal"


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
