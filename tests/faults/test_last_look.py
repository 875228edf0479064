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


def test_what_holds_leaves(cast, walked, box):
    deliver(at=NOON)

    assert "liisa@example.org" in [address for one in box for address in one.to]
    assert not MailDelivery.objects.filter(state="withdrawn").exists()


def test_control_without_the_look_the_mail_leaves(cast, walked, box, monkeypatch):
    monkeypatch.setattr(guards, "why_not", lambda _notification, _at: "")
    hidden(cast, walked)

    deliver(at=NOON)

    assert "liisa@example.org" in [address for one in box for address in one.to]
