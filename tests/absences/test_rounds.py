"""Unilukkari's rounds: whom he wakes, once, and whom he leaves in peace."""

import datetime as dt
import html

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from absences import services
from absences.classes import NationalClass
from absences.errors import RoundRefusedError
from absences.models import Alert, LessonNote, NoteBatch, RobotRound
from absences.selectors import NO_HOLIDAYS
from absences.services import rounds
from notifications.models import MailDelivery, Notification
from schools.models import Holiday, Pupil, Substitution
from tests import builders
from tests.builders import AT, ON, absent


def walk(on=ON, cause="by_hand"):
    return services.walk_round(on=on, cause=cause, at=AT)


def steps() -> dict[str, str]:
    return dict(Alert.objects.values_list("pupil__key", "step_slug"))


@pytest.mark.parametrize(
    ("kind", "counts"),
    [(NationalClass.HEALTH, True), (NationalClass.UNAUTHORISED, True), (NationalClass.LEAVE, False),
     (NationalClass.OTHER_CLEARED, False), (NationalClass.LATE, False),
     (NationalClass.ACTIVITY, False), (NationalClass.PRAISE, False)],
)  # fmt: skip
def test_only_the_classes_of_kemis_model_fill_the_hours(cast, kind, counts):
    absent(cast.child, 25, kind=kind)

    walk()

    assert bool(steps()) is counts


def test_notes_after_the_day_and_before_the_year_do_not_count(cast):
    absent(cast.child, 24)
    absent(cast.child, 10, day=ON + dt.timedelta(days=1))
    absent(cast.child, 10, day=dt.date(2026, 5, 4))

    walk()

    assert steps() == {}


def test_a_withdrawn_note_does_not_count(cast):
    notes = absent(cast.child, 25)
    LessonNote.objects.filter(pk=notes[0].pk).update(withdrawn_in=builders.batch(cast.school))

    walk()

    assert steps() == {}


def test_a_pupil_is_told_of_once_and_again_at_the_next_step_only(cast):
    absent(cast.child, 26)
    walk()
    walk()
    absent(cast.child, 30, day=dt.date(2026, 10, 1))

    walk()
    walk()

    slugs = list(Alert.objects.order_by("step__order").values_list("step_slug", flat=True))
    assert slugs == ["huoli-kasvaa", "huoli-suuri"]


def test_a_pupil_past_both_steps_gets_only_the_higher_even_when_hours_fall_again(cast):
    notes = absent(cast.child, 55)
    walk()
    LessonNote.objects.filter(pk__in=[n.pk for n in notes[:20]]).delete()

    walk()

    assert steps() == {"40001": "huoli-suuri"}


@pytest.mark.parametrize(("days_old", "wakes"), [(6, False), (7, True), (30, True)])
def test_an_unresolved_absence_wakes_when_it_is_a_week_old(cast, days_old, wakes):
    day = ON - dt.timedelta(days=days_old)
    absent(cast.child, 1, day=day, kind=NationalClass.UNRESOLVED, unresolved=True)

    walk()

    assert bool(steps()) is wakes


def test_after_an_answer_only_a_new_unresolved_absence_wakes_again(cast):
    first = dt.date(2026, 10, 1)
    absent(cast.child, 1, day=first, kind=NationalClass.UNRESOLVED, unresolved=True)
    walk()
    alert = Alert.objects.get()
    services.react(alert=alert, by=cast["class_teacher"], kind="call", with_whom="guardian",
                   next_check=None, at=AT)  # fmt: skip
    walk()
    assert Alert.objects.count() == 1

    later = dt.date(2026, 11, 2)
    absent(cast.child, 1, day=later, kind=NationalClass.UNRESOLVED, unresolved=True)
    walk()

    assert Alert.objects.latest("window").evidence["days"] == [later.isoformat()]
    assert Alert.objects.count() == 2


def test_those_who_must_know_are_told_in_the_same_breath(cast):
    cast.school.welfare_disclosure = "automatic"
    cast.school.save()
    absent(cast.child, 55)

    walk()

    alert = Alert.objects.get()
    told = set(alert.recipients.values_list("user__username", "role"))
    assert told == {("liisa", "class_teacher"), ("raili", "principal"), ("kaisa", "welfare"),
                    ("maija", "guardian")}  # fmt: skip
    assert alert.owner == cast["class_teacher"]
    assert Notification.objects.count() == MailDelivery.objects.count() == 4


def test_a_welfare_worker_is_told_only_where_the_school_has_switched_it_on(cast):
    absent(cast.child, 30)

    walk()

    assert not Notification.objects.filter(recipient=cast["welfare"]).exists()


def test_a_child_under_a_nondisclosure_order_is_in_no_mail_and_no_guardians_inbox(cast):
    cast.child.nondisclosure = True
    cast.child.save()
    absent(cast.child, 55)

    walk()

    assert set(Notification.objects.values_list("recipient__username", flat=True)) == {
        "liisa", "raili",
    }  # fmt: skip
    assert MailDelivery.objects.count() == 0


def test_a_class_without_a_class_teacher_is_not_unheard(cast):
    cast["class_teacher"].memberships.all().delete()
    absent(cast.child, 30)

    walk()

    assert Alert.objects.get().owner == cast["principal"]


def test_a_pupil_who_has_left_is_counted_as_suppressed(cast):
    absent(cast.child, 30)
    cast.child.left_on = ON - dt.timedelta(days=2)
    cast.child.save()

    report = walk()

    assert (report.round.suppressed, steps()) == (1, {})


def test_no_text_that_leaves_the_portal_names_the_child(cast):
    absent(cast.child, 30)

    walk()

    for notice in Notification.objects.all():
        assert cast.child.first_name not in notice.title + notice.path
        assert cast.child.key not in notice.title + notice.path


def test_a_second_morning_round_of_the_same_day_is_not_walked(cast):
    absent(cast.child, 30)

    walk(cause="scheduled")
    walk(cause="scheduled")

    assert RobotRound.objects.count() == 1


def test_the_scheduled_round_stays_at_home_on_holidays(cast):
    builders.batch(cast.school)
    holiday = AT.replace(month=10, day=14)

    assert rounds.plan_morning_round(at=holiday) is None
    assert rounds.plan_morning_round(at=AT.replace(day=21)) is None  # a Saturday
    assert RobotRound.objects.count() == 0


@pytest.mark.parametrize(
    ("hour", "minute", "is_due"), [(6, 14, False), (6, 15, True), (14, 59, True), (15, 0, False)]
)
def test_a_morning_that_was_slept_through_is_walked_later_the_same_day(cast, hour, minute, is_due):
    builders.batch(cast.school)
    at = AT.replace(hour=hour, minute=minute)

    assert rounds.is_morning_round_due(at=at) is is_due
    if is_due:
        walk(cause="scheduled")
        assert not rounds.is_morning_round_due(at=at)


def test_a_round_that_breaks_is_walked_to_its_end_by_the_next_one(cast, monkeypatch):
    absent(cast.child, 30)

    def broken(**_kwargs):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("notifications.services.notify", broken)
        with pytest.raises(RuntimeError):
            walk()
    left = RobotRound.objects.get()
    found = Alert.objects.count()
    walk()

    assert (left.is_open, found) == (True, 0)
    assert Alert.objects.get().round == left
    assert not RobotRound.objects.filter(is_open=True).exists()


def test_a_school_that_breaks_three_times_does_not_hold_up_the_others(cast, monkeypatch, caplog):
    builders.batch(cast.school, cast.neighbour)
    absent(cast.child, 30)
    absent(builders.pupil(builders.group(cast.neighbour, "8B", 8)), 30)
    walked = rounds._walk_school

    def broken(part, at):
        if part.school == cast.school:
            raise ValueError(str(cast.child))
        walked(part, at)

    monkeypatch.setattr(rounds, "_walk_school", broken)
    report = walk()

    assert (report.round.errors, report.round.alerts_new) == (1, 1)
    assert "Elsa" not in caplog.text
    monkeypatch.undo()
    assert walk().round.alerts_new == 1


def test_two_rounds_are_never_open_at_once(cast):
    absent(cast.child, 30)
    rounds.plan_round(on=builders.ON, cause="by_hand", at=AT)

    with pytest.raises(RoundRefusedError, match="ehti alkaa"):
        rounds.plan_round(on=builders.ON, cause="by_hand", at=AT)


def test_a_round_before_the_data_begins_is_refused_in_words(cast):
    builders.batch(cast.school, first=dt.date(2026, 8, 11))

    with pytest.raises(RoundRefusedError, match=r"11\.8\.2026"):
        walk(on=dt.date(2026, 8, 3))


def test_the_command_refuses_with_a_reason_before_anything_is_brought_in(db):
    with pytest.raises(CommandError, match="tuotu"):
        call_command("robot_round")


def test_a_source_that_has_been_silent_too_long_is_named(cast):
    builders.batch(cast.school, received=AT - dt.timedelta(days=30))
    builders.batch(cast.neighbour)

    report = walk()

    assert [one["school"] for one in report.round.stale_sources] == ["9903"]


def test_a_round_asks_the_database_as_often_for_forty_pupils_as_for_four(cast):
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            walk()
        return len(queries)

    builders.batch(cast.school)
    walk()
    for _ in range(4):
        absent(builders.pupil(cast.group), 30)
    few = statements()
    for _ in range(40):
        absent(builders.pupil(cast.group), 30)

    assert statements() == few


def test_a_source_that_sends_the_same_old_file_every_night_is_named(cast):
    for school in (cast.school, cast.neighbour):
        builders.batch(school)
    old = NoteBatch.objects.filter(schools=cast.school)
    old.update(last_date=builders.ON - dt.timedelta(days=28))

    report = walk()

    assert [one["school"] for one in report.round.stale_sources] == ["9903"]


def test_a_fault_in_the_reminders_does_not_keep_the_round_open(cast, monkeypatch):
    absent(cast.child, 30)

    def broken(*_args, **_kwargs):
        raise ValueError

    monkeypatch.setattr(rounds, "follow_up", broken)
    walk()

    walked = RobotRound.objects.get()
    assert (walked.is_open, walked.errors, walked.alerts_new) == (False, 1, 1)


def test_a_day_that_has_not_come_is_refused(cast):
    builders.batch(cast.school)

    with pytest.raises(RoundRefusedError, match="ei ole vielä tullut"):
        walk(on=builders.ON + dt.timedelta(days=60))


def test_an_unresolved_day_older_than_the_one_told_of_still_wakes(cast):
    """A late import can bring in a day before one that the adults have heard of."""
    absent(cast.child, 1, day=builders.ON - dt.timedelta(days=10), unresolved=True)
    walk()
    Alert.objects.update(state="answered")
    absent(cast.child, 1, day=builders.ON - dt.timedelta(days=20), unresolved=True)

    assert [one["step"] for one in walk().alerts] == ["selvittamaton"]


def test_who_stands_in_for_a_colleague_in_the_school_sees_the_colleagues_pupils(cast):
    builders.year()
    stand_in = builders.staff("sirkka")
    assert not Pupil.objects.visible_to(stand_in, on=builders.ON).exists()

    Substitution.objects.create(
        absent=cast["special_teacher"], substitute=stand_in, begins=builders.ON, ends=builders.ON
    )

    tomorrow = builders.ON + dt.timedelta(days=1)
    assert Pupil.objects.visible_to(stand_in, on=builders.ON).filter(pk=cast.child.pk).exists()
    assert not Pupil.objects.visible_to(stand_in, on=tomorrow).exists()


def test_without_a_holiday_calendar_he_walks_and_every_staff_page_says_what_is_missing(cast):
    Holiday.objects.all().delete()
    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, 30)

    services.walk_round(on=builders.ON, cause="by_hand", at=builders.AT)

    client = Client()
    client.force_login(cast["principal"], "accounts.backends.PasswordBackend")
    assert Alert.objects.filter(pupil=cast.child).exists()
    for path in ("/unilukkari/", "/poissaolot/", "/laatukortit/"):
        assert str(NO_HOLIDAYS) in html.unescape(client.get(path).text)
