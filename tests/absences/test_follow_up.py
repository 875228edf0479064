"""After the alert: reminders, deputies, the one above; false alarms; and days without a round."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from absences import services
from absences.errors import AlertWithdrawnError
from absences.models import Alert, Disclosure, Hop, Reaction, RoundPart
from notifications.models import Notification
from schools.models import Substitution
from schools.roles import Role
from support.models import MeasureUse
from tests import builders
from tests.absences.mornings import kinds, morning
from tests.builders import AT, ON, absent


def walk(on=ON, cause="by_hand", at=None):
    return services.walk_round(on=on, cause=cause, at=at or morning(on))


def after(alert: Alert, school_days: int) -> dt.date:
    """A day so many school days after the answer was hoped for. December has no break here."""
    day = alert.due_on
    while school_days:
        day += dt.timedelta(days=1)
        school_days -= day.weekday() < 5 and day != dt.date(2026, 12, 6)
    return day


def test_who_has_not_answered_is_reminded_once_and_then_the_head_hears_of_it(cast, raised):
    teacher, head = cast["class_teacher"], cast["principal"]
    before = kinds(head)
    walk(on=raised.due_on)
    on_the_day = kinds(teacher)
    for days in (1, 2, 3):
        walk(on=after(raised, days))
    still_patient = kinds(head)
    for days in (4, 5):
        walk(on=after(raised, days))

    assert on_the_day == ["alert"]
    assert kinds(teacher) == ["alert", "reminder"]
    assert still_patient == before
    assert kinds(head) == sorted([*before, "handed_on"])
    assert list(raised.hops.values_list("kind", flat=True)) == ["reminder", "above"]


def test_an_answer_stops_the_reminders(cast, raised):
    services.react(
        alert=raised, by=cast["class_teacher"], kind="call", with_whom="guardian", next_check=None,
        at=AT,
    )  # fmt: skip
    walk(on=after(raised, 8))

    assert not Hop.objects.exists()


def test_who_is_away_is_not_reminded_but_the_one_who_stands_in(cast, raised):
    Substitution.objects.create(
        absent=cast["class_teacher"], substitute=cast["subject_teacher"],
        begins=ON, ends=ON + dt.timedelta(days=60),
    )  # fmt: skip
    walk(on=after(raised, 1))

    raised.refresh_from_db()
    assert raised.owner == cast["subject_teacher"]
    assert kinds(cast["subject_teacher"]) == ["handed_on"]
    assert kinds(cast["class_teacher"]) == ["alert"]


def test_who_goes_away_after_the_reminder_is_stood_in_for_before_the_head_hears(cast, raised):
    deputy, head = cast["subject_teacher"], cast["principal"]
    before = kinds(head)
    walk(on=after(raised, 1))
    Substitution.objects.create(
        absent=cast["class_teacher"], substitute=deputy,
        begins=after(raised, 2), ends=after(raised, 30),
    )  # fmt: skip
    for days in (2, 3, 4):
        walk(on=after(raised, days))
    patient = kinds(head)
    walk(on=after(raised, 5))
    raised.refresh_from_db()

    assert raised.owner == deputy
    assert kinds(deputy) == ["handed_on"]
    assert patient == before
    assert kinds(head) == sorted([*before, "handed_on"])
    assert list(raised.hops.values_list("kind", flat=True)) == ["reminder", "deputy", "above"]


def test_two_who_stand_in_for_each_other_do_not_keep_it_between_them(cast, raised):
    teacher, deputy = cast["class_teacher"], cast["subject_teacher"]
    for absent_one, substitute, days in (
        (teacher, deputy, 1),
        (deputy, teacher, 2),
        (teacher, deputy, 3),
    ):
        day = after(raised, days)
        Substitution.objects.create(absent=absent_one, substitute=substitute, begins=day, ends=day)
        walk(on=day)
    for days in (8, 9, 11):
        walk(on=after(raised, days))

    assert [(one.kind, one.to) for one in raised.hops.select_related("to")] == [
        ("deputy", deputy),
        ("reminder", teacher),
        ("above", cast["principal"]),
    ]


def test_of_two_who_are_away_neither_is_handed_the_others_task(cast, raised):
    until = ON + dt.timedelta(days=60)
    for away, deputy in (("class_teacher", cast["subject_teacher"]), ("subject_teacher", None)):
        Substitution.objects.create(absent=cast[away], substitute=deputy, begins=ON, ends=until)
    walk(on=after(raised, 1))

    raised.refresh_from_db()
    assert raised.owner == cast["class_teacher"]
    assert not kinds(cast["subject_teacher"])


def test_a_round_by_hand_on_a_day_off_reminds_nobody(cast, raised):
    saturday = dt.date(2026, 12, 5)
    walk(on=saturday)

    assert raised.due_on < saturday
    assert not Hop.objects.exists()


def test_a_round_that_looks_back_reminds_nobody(cast, raised):
    walk(on=after(raised, 5), at=morning(after(raised, 9)))

    assert not Hop.objects.exists()


def test_on_the_promised_day_he_asks_whether_it_helped(cast, raised):
    check = ON + dt.timedelta(days=14)
    services.react(
        alert=raised, by=cast["class_teacher"], kind="talk", with_whom="pupil", next_check=check,
        at=AT,
    )  # fmt: skip
    walk(on=check - dt.timedelta(days=1))
    early = kinds(cast["class_teacher"])
    walk(on=check)
    walk(on=check + dt.timedelta(days=3))

    assert early == ["alert"]
    assert kinds(cast["class_teacher"]) == ["alert", "check_due"]
    services.say_whether_it_helped(
        reaction=Reaction.objects.get(), helped="some", by=cast["class_teacher"], at=AT
    )
    assert Reaction.objects.get().helped == "some"


@pytest.mark.parametrize(("is_withdrawn", "asked"), [(False, 1), (True, 0)])
def test_a_promise_that_falls_in_the_christmas_break_is_asked_after_it_unless_withdrawn(
    cast, raised, is_withdrawn, asked
):
    services.react(
        alert=raised, by=cast["class_teacher"], kind="talk", with_whom="pupil",
        next_check=dt.date(2026, 12, 21), at=AT,
    )  # fmt: skip
    if is_withdrawn:
        services.withdraw(alert=raised, mistake="other", by=cast["principal"], at=AT, on=ON)
    walk(on=dt.date(2027, 1, 8))

    assert kinds(cast["class_teacher"]).count("check_due") == asked


# --- false alarms ---------------------------------------------------------------------------


def test_a_false_alarm_closes_its_task_and_everybody_who_was_told_hears_of_it_once(cast, raised):
    told = set(raised.recipients.values_list("user", flat=True))
    for _ in range(2):
        services.withdraw(
            alert=raised, mistake="wrong_note", by=cast["class_teacher"], at=AT, on=ON
        )

    raised.refresh_from_db()
    sorry = Notification.objects.filter(kind="alert_withdrawn")
    assert raised.state == "withdrawn"
    assert set(sorry.values_list("recipient", flat=True)) == told - {cast["class_teacher"].pk}
    assert not Alert.objects.open().exists()


def test_a_false_alarm_comes_again_only_with_more_absence_than_it_had(cast, raised):
    services.withdraw(alert=raised, mistake="other", by=cast["class_teacher"], at=AT, on=ON)
    same = walk().alerts
    absent(cast.child, 1, day=dt.date(2026, 11, 12))
    more = walk().alerts

    assert same == []
    assert [one["value"] for one in more] == [31.0]


def test_an_answer_to_a_withdrawn_alert_is_not_needed_and_begins_nothing(cast, raised):
    services.withdraw(alert=raised, mistake="other", by=cast["principal"], at=AT, on=ON)
    client = Client()
    client.force_login(cast["class_teacher"], "accounts.backends.PasswordBackend")

    page = client.post(
        reverse("absences:alert", args=[raised.pk]),
        {"kind": "call", "with_whom": "pupil", "measures": [builders.measure().pk]},
        follow=True,
    )
    # Between the look and the lock it may be withdrawn as well.
    with pytest.raises(AlertWithdrawnError):
        services.react(
            alert=raised, by=cast["class_teacher"], kind="call", with_whom="pupil",
            next_check=None, at=AT,
        )  # fmt: skip

    raised.refresh_from_db()
    assert raised.state == "withdrawn"
    assert "Herätys on jo peruttu. Vastausta ei enää tarvita." in page.text
    assert not Reaction.objects.exists()
    assert not MeasureUse.objects.exists()


# --- mornings -------------------------------------------------------------------------------


def test_nobody_gets_twenty_in_a_morning_and_the_heaviest_come_first(cast):
    for n in range(20):
        absent(builders.pupil(cast.group, f"m{n:02}"), 26 + n)
    walk()

    mine = Alert.objects.filter(owner=cast["class_teacher"]).order_by("-value")
    per_morning = [mine.filter(turn_on=day).count() for day in sorted({a.turn_on for a in mine})]
    assert per_morning == [8, 8, 4]
    assert {alert.turn_on for alert in mine[:8]} == {ON}
    assert all(alert.due_on > alert.turn_on for alert in mine)
    # Eight of their own and one that says that the rest will come.
    assert len(kinds(cast["class_teacher"])) == 9


def test_after_days_without_a_round_there_is_one_notice_not_a_flood(cast):
    builders.batch(cast.school)
    walk(on=ON - dt.timedelta(days=11), cause="scheduled")
    for n in range(5):
        absent(builders.pupil(cast.group, f"m{n:02}"), 30)
    report = walk(cause="scheduled")

    assert (report.round.missed_days, report.round.alerts_new) == (8, 5)
    assert kinds(cast["class_teacher"]) == ["alert_digest"]


def test_a_stale_source_is_silent_about_hours_until_it_speaks_again(cast):
    old = builders.batch(cast.school, received=AT - dt.timedelta(days=30))
    builders.batch(cast.neighbour)
    absent(cast.child, 30)
    silent = walk(cause="scheduled")
    old.received_at = AT
    old.save()
    heard = walk(on=ON + dt.timedelta(days=3), cause="scheduled")

    part = RoundPart.objects.get(round=silent.round, school=cast.school)
    assert (silent.alerts, silent.round.suppressed, part.is_silent) == ([], 1, True)
    assert [one["step"] for one in heard.alerts] == ["huoli-kasvaa"]


def test_a_round_by_hand_says_nothing_of_hours_that_a_silent_source_may_have_corrected(cast):
    builders.batch(cast.school, received=AT - dt.timedelta(days=30))
    builders.batch(cast.neighbour)
    absent(cast.child, 30)

    by_hand = walk()

    assert (by_hand.alerts, by_hand.round.suppressed) == ([], 1)
    assert kinds(cast["guardian"]) == []


def test_a_round_by_hand_for_a_past_day_asks_whether_the_source_was_silent_then(cast):
    """Notes of that autumn, brought in today: they reach the day that is asked about."""
    later = AT + dt.timedelta(days=120)
    builders.batch(cast.school, cast.neighbour, received=later)
    absent(cast.child, 30)

    assert [one["step"] for one in walk(at=later).alerts] == ["huoli-kasvaa"]


def told_of_silence(person) -> int:
    rows = person.notifications.filter(title__contains="vaikenee")
    return rows.count()


def test_administrators_hear_of_a_silence_once_and_of_the_next_silence_again(cast):
    source = builders.batch(cast.school, cast.neighbour, received=AT - dt.timedelta(days=30))
    absent(cast.child, 30)
    admin = cast["administrator"]
    for cause in ("scheduled", "by_hand", "by_hand"):
        walk(cause=cause)
    walk(on=ON + dt.timedelta(days=3), cause="scheduled")
    first = told_of_silence(admin)
    source.received_at, source.last_date = AT + dt.timedelta(days=3), ON + dt.timedelta(days=3)
    source.save()
    walk(on=ON + dt.timedelta(days=4), cause="scheduled")
    spoke = told_of_silence(admin)
    for day in (11, 12):
        walk(on=ON + dt.timedelta(days=day), cause="scheduled")

    assert (first, spoke, told_of_silence(admin)) == (1, 1, 2)


def test_the_same_old_file_every_night_is_one_silence(cast):
    source = builders.batch(cast.school, cast.neighbour)
    source.last_date = ON - dt.timedelta(days=40)
    source.save()
    for day in (0, 3, 4):
        source.received_at = AT + dt.timedelta(days=day)
        source.save()
        walk(on=ON + dt.timedelta(days=day), cause="scheduled")

    assert told_of_silence(cast["administrator"]) == 1


def test_what_is_unresolved_is_told_even_when_the_source_is_stale(cast):
    builders.batch(cast.school, received=AT - dt.timedelta(days=30))
    absent(cast.child, 1, unresolved=True)

    assert [one["step"] for one in walk(cause="scheduled").alerts] == ["selvittamaton"]


# --- another controller's employees ---------------------------------------------------------


@pytest.mark.parametrize(("mode", "told"), [("automatic", True), ("button", False), ("off", False)])
def test_pupil_welfare_is_told_as_the_school_has_chosen_and_each_time_is_logged(cast, mode, told):
    cast.school.welfare_disclosure = mode
    cast.school.save()
    absent(cast.child, 30)
    walk()

    assert bool(kinds(cast["welfare"])) is told
    logged = Disclosure.objects.filter(to=cast["welfare"], by=None)
    assert [one.ground[:9] for one in logged] == (["oppilas- "] if told else [])


def test_the_teachers_button_tells_pupil_welfare_once_and_leaves_a_line(cast):
    cast.school.welfare_disclosure = "button"
    cast.school.save()
    absent(cast.child, 30)
    walk()
    alert = Alert.objects.get()
    for _ in range(2):
        services.disclose(alert=alert, by=cast["class_teacher"], at=AT, on=ON)

    assert kinds(cast["welfare"]) == ["alert"]
    title = Notification.objects.get(recipient=cast["welfare"]).title
    assert alert.step.name.lower() not in title
    assert Disclosure.objects.get().by == cast["class_teacher"]


def test_of_a_false_alarm_pupil_welfare_is_not_told_by_a_press(cast, raised):
    cast.school.welfare_disclosure = "button"
    cast.school.save()
    client = Client()
    client.force_login(cast["class_teacher"], "accounts.backends.PasswordBackend")
    services.withdraw(alert=raised, mistake="other", by=cast["principal"], at=AT, on=ON)

    page = client.get(reverse("absences:alert", args=[raised.pk])).text
    told = services.disclose(alert=raised, by=cast["class_teacher"], at=AT, on=ON)

    assert "Kerro opiskeluhuollolle" not in page
    assert not told
    assert not Disclosure.objects.exists()


def test_of_a_child_under_a_nondisclosure_order_pupil_welfare_hears_nothing(cast):
    cast.school.welfare_disclosure = "button"
    cast.school.save()
    cast.child.nondisclosure = True
    cast.child.save()
    absent(cast.child, 30)
    walk()

    services.disclose(alert=Alert.objects.get(), by=cast["class_teacher"], at=AT, on=ON)

    assert not Disclosure.objects.exists()
    assert Role.WELFARE.value not in Alert.objects.get().recipients.values_list("role", flat=True)
