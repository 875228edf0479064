"""Before a mail leaves, somebody looks whether it still holds."""

import datetime as dt

import pytest
from django.core import mail
from django.test import Client

from absences import services
from absences.models import Alert, LessonNote
from notifications import guards
from notifications.models import MailDelivery, Notification
from notifications.services import deliver
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
