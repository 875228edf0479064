"""Before a mail leaves, somebody looks whether it still holds."""

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from absences import services
from absences.models import Alert, LessonNote
from notifications import guards
from notifications.models import Kind, MailDelivery, Notification
from notifications.services import deliver
from schools.models import Enrolment, TeachingGroup
from tests import builders

NOON = builders.AT.replace(hour=12)
# The answer was hoped for on the 27th.
REMINDED = builders.AT.replace(day=30)


def walk_again(cast) -> None:
    builders.batch(cast.school, cast.neighbour, received=REMINDED)
    services.walk_round(on=REMINDED.date(), cause="by_hand", at=REMINDED)


@pytest.fixture
def box(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return mail.outbox


@pytest.fixture
def walked(cast) -> Alert:
    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, 30)
    services.walk_round(on=builders.ON, cause="by_hand", at=builders.AT)
    return Alert.objects.get(pupil=cast.child)


def moved(cast, _alert):
    cast.child.school = cast.neighbour
    cast.child.save()
    cast.child.enrolments.update(ends=builders.ON - dt.timedelta(days=1))
    there = TeachingGroup.objects.get(school=cast.neighbour)
    Enrolment.objects.create(pupil=cast.child, group=there, begins=builders.ON)


def hidden(cast, _alert):
    cast.child.nondisclosure = True
    cast.child.save()


def cleared(cast, _alert):
    ids = list(LessonNote.objects.values_list("pk", flat=True)[:10])
    LessonNote.objects.filter(pk__in=ids).update(national_class="leave")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (moved, "oppilas on vaihtanut koulua"),
        (hidden, "viesti ei lähde sähköpostilla"),
        (cleared, "poissaolo selvisi ennen kuin viesti lähti"),
    ],
)
def test_a_mail_that_no_longer_holds_does_not_leave_and_the_inbox_says_why(
    cast, walked, box, change, why
):
    change(cast, walked)

    deliver(at=NOON)

    assert not [
        one for one in box if "liisa@example.org" in one.to and "pahoittelu" not in one.body
    ]
    notice = Notification.objects.get(recipient=cast["class_teacher"], kind="alert")
    assert notice.withdrawn_for in {why, "herätys on peruttu"}
    client = Client()
    client.force_login(cast["class_teacher"], "accounts.backends.PasswordBackend")
    assert f"Sähköpostia ei lähetetty: {notice.withdrawn_for}" in client.get("/ilmoitukset/").text


def test_a_cleared_absence_closes_the_alert_and_says_sorry_once(cast, walked, box):
    cleared(cast, walked)

    deliver(at=NOON)
    deliver(at=NOON + dt.timedelta(hours=1))

    walked.refresh_from_db()
    assert (walked.state, walked.mistake) == ("withdrawn", "cleared")
    sorry = Notification.objects.filter(kind="alert_withdrawn", recipient=cast["class_teacher"])
    assert sorry.count() == 1


def test_a_mail_does_not_go_to_a_colleague_whom_the_alert_has_left_with_its_child(
    cast, walked, box
):
    moved(cast, walked)
    Alert.objects.update(school=cast.neighbour)

    deliver(at=NOON)

    notice = Notification.objects.get(recipient=cast["class_teacher"], kind="alert")
    assert notice.withdrawn_for == "oppilas ei ole enää sinun seurattavanasi"


def test_whom_no_mail_has_told_is_not_mailed_that_it_was_wrong(cast, walked, box):
    services.withdraw(
        alert=walked, mistake="wrong_note", by=cast["principal"], at=builders.AT, on=builders.ON
    )

    deliver(at=NOON)

    assert box == []
    assert Notification.objects.filter(kind="alert_withdrawn", recipient=cast["guardian"]).exists()


def test_absences_that_a_rolling_window_has_left_behind_were_no_false_alarm(cast, box):
    step = services.ensure_model(on=builders.ON).steps.get(slug="huoli-kasvaa")
    type(step).objects.filter(pk=step.pk).update(window="weeks", weeks=2)
    builders.batch(cast.school)
    builders.absent(cast.child, 25, day=dt.date(2026, 11, 9))
    services.walk_round(on=builders.ON, cause="by_hand", at=builders.AT)
    walked = Alert.objects.get(pupil=cast.child)
    walk_again(cast)

    deliver(at=REMINDED.replace(hour=9))

    walked.refresh_from_db()
    assert walked.state == "open"
    assert not Notification.objects.filter(kind="alert_withdrawn").exists()
    assert not MailDelivery.objects.filter(state="withdrawn").exists()


def test_who_has_answered_is_not_written_to_that_the_answer_is_waited_for(cast, walked, box):
    deliver(at=NOON)
    walk_again(cast)
    box.clear()
    services.react(
        alert=walked, by=cast["class_teacher"], kind="call", with_whom="guardian",
        next_check=None, at=REMINDED,
    )  # fmt: skip

    deliver(at=REMINDED.replace(hour=9))

    assert not box
    notice = Notification.objects.get(kind="reminder")
    assert notice.withdrawn_for == "herätykseen on jo vastattu"


@pytest.mark.parametrize("change", [hidden, moved])
def test_nobody_is_asked_by_mail_of_a_child_who_is_hidden_or_has_moved(cast, walked, box, change):
    deliver(at=NOON)
    services.react(
        alert=walked, by=cast["class_teacher"], kind="call", with_whom="guardian",
        next_check=dt.date(2026, 11, 30), at=NOON,
    )  # fmt: skip
    walk_again(cast)
    box.clear()
    change(cast, walked)

    deliver(at=REMINDED.replace(hour=9))

    assert not box
    assert Notification.objects.get(kind="check_due").withdrawn_for


def test_the_apology_of_a_child_hidden_meanwhile_is_in_the_inbox_alone(cast, walked, box):
    deliver(at=NOON)
    box.clear()
    services.withdraw(alert=walked, mistake="other", by=cast["principal"], at=NOON, on=builders.ON)
    hidden(cast, walked)

    deliver(at=NOON)

    assert not box
    assert Notification.objects.filter(kind="alert_withdrawn").exists()


def test_what_holds_leaves(cast, walked, box):
    deliver(at=NOON)

    assert "liisa@example.org" in [address for one in box for address in one.to]
    assert not MailDelivery.objects.filter(state="withdrawn").exists()


def test_control_without_the_look_the_mail_leaves(cast, walked, box, monkeypatch):
    monkeypatch.setattr(guards, "why_not", lambda _notification, _at: "")
    hidden(cast, walked)

    deliver(at=NOON)

    assert "liisa@example.org" in [address for one in box for address in one.to]


def raised(cast, on, **fields) -> Alert:
    """One step in force, alone; walked on a day by everybody's notes until then."""
    steps = services.ensure_model(on=on).steps
    steps.exclude(slug="huoli-kasvaa").delete()
    steps.update(recipients=["class_teacher", "guardian"], counted=["health"], **fields)
    at = dt.datetime.combine(on, builders.AT.timetz())
    builders.batch(cast.school, cast.neighbour, received=at)
    services.walk_round(on=on, cause="by_hand", at=at)
    deliver(at=at.replace(hour=9))
    return Alert.objects.get(pupil=cast.child)


@pytest.mark.parametrize(
    ("fields", "raised_on", "looked_on"),
    [
        ({"window": "term"}, dt.date(2026, 12, 15), dt.date(2027, 1, 7)),
        ({"trigger": "percent", "threshold": 5}, dt.date(2026, 9, 8), dt.date(2026, 9, 30)),
    ],
)
def test_what_was_true_on_the_days_it_tells_of_is_not_taken_back_when_time_goes_by(
    cast, box, fields, raised_on, looked_on
):
    builders.absent(cast.child, 26, day=raised_on - dt.timedelta(days=7))
    alert = raised(cast, raised_on, **fields)
    at = dt.datetime.combine(looked_on, builders.AT.timetz())
    builders.batch(cast.school, cast.neighbour, received=at)
    services.walk_round(on=looked_on, cause="by_hand", at=at)
    box.clear()

    deliver(at=at.replace(hour=9))

    alert.refresh_from_db()
    assert alert.state == "open"
    assert "liisa@example.org" in [address for one in box for address in one.to]


def ready(cast, trigger: str, **fields) -> Alert:
    """Raised this morning by a step of that trigger; its mail waits."""
    steps = services.ensure_model(on=builders.ON).steps
    steps.exclude(slug="huoli-kasvaa").delete()
    steps.update(trigger=trigger, recipients=["class_teacher"], **fields)
    builders.batch(cast.school, cast.neighbour)
    services.walk_round(on=builders.ON, cause="by_hand", at=builders.AT)
    return Alert.objects.get(pupil=cast.child)


RUN = {"window": "weeks", "weeks": 2, "threshold": 3, "counted": ["health"]}
# Three lessons a day, from Tuesday to Thursday of the week before.
LAST_WEEK = [dt.date(2026, 11, day) for day in (10, 11, 12)]
TRIGGERS = [
    ("hours", RUN), ("lessons", RUN), ("percent", RUN | {"weeks": 12, "threshold": 1}),
    ("unresolved_days", RUN | {"threshold": 7}), ("days_in_row", RUN), ("lessons_in_row", RUN),
    ("returned", RUN), ("latenesses", RUN), ("same_weekday", RUN | {"threshold": 1}),
    ("same_subject", RUN), ("first_lesson", RUN),
]  # fmt: skip


@pytest.fixture
def away(cast) -> list[LessonNote]:
    notes = [one for day in LAST_WEEK for one in builders.absent(cast.child, 3, day=day)]
    LessonNote.objects.update(course="MA", unresolved=True)
    return notes


@pytest.mark.parametrize(("trigger", "fields"), TRIGGERS)
def test_whatever_the_step_measures_it_leaves_if_it_holds_and_not_if_it_was_cleared(
    cast, box, away, trigger, fields
):
    alert = ready(cast, trigger, **fields)
    held = guards.why_not(Notification.objects.get(kind="alert"), NOON)
    LessonNote.objects.update(national_class="leave", unresolved=False)

    deliver(at=NOON)

    alert.refresh_from_db()
    assert not held
    assert (alert.state, alert.mistake) == ("withdrawn", "cleared")
    assert not [one for one in box if "pahoittelu" not in one.body]


def test_one_day_that_is_still_unresolved_is_enough(cast, box, away):
    ready(cast, "unresolved_days", **TRIGGERS[3][1])
    LessonNote.objects.exclude(date=LAST_WEEK[1]).update(unresolved=False)

    deliver(at=NOON)

    assert [one.to for one in box] == [["liisa@example.org"]]


def test_a_cause_that_became_clear_after_it_was_told_is_no_false_alarm(cast, box, away):
    alert = ready(cast, "unresolved_days", **TRIGGERS[3][1])
    deliver(at=NOON)
    walk_again(cast)
    LessonNote.objects.update(unresolved=False)
    box.clear()

    deliver(at=REMINDED.replace(hour=9))

    alert.refresh_from_db()
    assert not box
    assert alert.state == "open"
    assert Notification.objects.get(kind="reminder").withdrawn_for == "syy on jo selvinnyt"


def test_a_family_hears_of_a_child_who_has_moved_to_another_school_meanwhile(cast, walked, box):
    moved(cast, walked)

    deliver(at=NOON)

    assert [one.to for one in box] == [["maija@example.org"]]


def test_of_a_child_who_leaves_next_week_it_is_still_told(cast, walked, box):
    cast.child.left_on = builders.ON + dt.timedelta(days=7)
    cast.child.save()

    deliver(at=NOON)

    assert "liisa@example.org" in [address for one in box for address in one.to]


def test_no_mail_of_any_kind_leads_to_a_hidden_child(cast, walked):
    path = reverse("absences:alert", args=[walked.pk])
    hidden(cast, walked)

    notices = [Notification(kind=kind, path=path) for kind in Kind.values]

    why = {one.kind: guards.why_not(one, NOON) for one in notices}
    assert why == dict.fromkeys(Kind.values, "viesti ei lähde sähköpostilla")


def test_what_leads_elsewhere_is_not_judged(cast, walked):
    hidden(cast, walked)
    for path in (f"/konsultaatiot/{walked.pk}/", f"/{walked.pk}", "/", "/poissaolot/"):
        for kind in Kind.values:
            assert not guards.why_not(Notification(kind=kind, path=path), NOON)


def test_who_asks_in_the_place_of_the_one_who_promised_is_written_to(cast, walked, box):
    """The promise was another's, who has gone: the question is still without an answer."""
    deliver(at=NOON)
    services.react(
        alert=walked, by=cast["former_teacher"], kind="call", with_whom="guardian",
        next_check=dt.date(2026, 11, 30), at=NOON,
    )  # fmt: skip
    box.clear()
    walk_again(cast)

    deliver(at=REMINDED.replace(hour=9))

    assert [one.to for one in box] == [["liisa@example.org"]]
