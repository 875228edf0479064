"""Whose turn it is follows the child: to another class or school, back from a deputy, upwards."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from absences import services
from absences.model_forms import StepForm
from absences.models import Alert, AlertRecipient, Disclosure, Hop
from schools.models import Enrolment, Membership, Substitution, TeachingGroup
from schools.roles import Role
from tests import builders
from tests.absences.mornings import kinds, morning
from tests.builders import ON, absent

DAY = dt.timedelta(days=1)
MONDAY = ON + 3 * DAY


def walk(on=ON, *, is_full=None):
    schools = {one.school for one in Membership.objects.exclude(school=None)}
    builders.batch(*schools, received=morning(on))
    return services.walk_round(on=on, cause="by_hand", at=morning(on), is_full=is_full)


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


def test_a_hidden_childs_alert_does_not_stay_with_a_deputy_who_may_no_longer_open_it(cast, raised):
    """Of a hidden child the special teacher of the school knows as a deputy only."""
    cast.child.nondisclosure = True
    cast.child.save()
    deputy, first = cast["special_teacher"], raised.due_on + 3 * DAY
    Substitution.objects.create(
        absent=cast["class_teacher"], substitute=deputy, begins=first, ends=first
    )
    walk(first)
    with_deputy = Alert.objects.get().owner
    walk(first + DAY)

    assert with_deputy == deputy
    assert not Alert.objects.visible_to(deputy, on=first + DAY).exists()
    assert Alert.objects.get().owner == cast["class_teacher"]


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
