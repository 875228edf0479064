"""The outbox: a notice is written once, its mail leaves once, and says nothing of anybody."""

import datetime as dt
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from django.core import mail

from kemi_ecosystem.engine.readiness import any_free_port
from notifications import services
from notifications.models import MailDelivery, Notification
from tests import builders
from tests.builders import AT

pytestmark = pytest.mark.django_db


def draft(user, cause="alert:1", **fields) -> services.Draft:
    return services.Draft(
        user.pk, "alert_digest", cause, "Unilukkari herätti", "/poissaolot/", **fields
    )


@pytest.fixture
def liisa():
    return builders.staff("liisa")


def test_the_same_cause_is_told_once(liisa):
    assert services.notify(drafts=[draft(liisa), draft(liisa)], at=AT) == 1
    assert services.notify(drafts=[draft(liisa)], at=AT) == 0

    assert Notification.objects.count() == MailDelivery.objects.count() == 1


def test_a_mail_leaves_once_however_often_it_is_delivered(liisa):
    services.notify(drafts=[draft(liisa)], at=AT)

    first = services.deliver(at=AT)
    second = services.deliver(at=AT)

    assert (first.sent, second.sent, len(mail.outbox)) == (1, 0, 1)


def test_a_mail_names_nobody_and_leads_behind_the_sign_in(liisa, client):
    services.notify(drafts=[draft(liisa)], at=AT)
    services.deliver(at=AT)

    message = mail.outbox[0]
    link = next(word for word in message.body.split() if word.startswith("http"))
    assert "Liisa" not in message.subject + message.body
    assert client.get(link).status_code == 302
    assert "/kirjaudu/" in client.get(link)["Location"]


def test_a_mail_server_that_refuses_is_tried_again_later_and_then_given_up(liisa, monkeypatch):
    services.notify(drafts=[draft(liisa)], at=AT)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", _refuse)

    at, tries = AT, 0
    while MailDelivery.objects.get().state == "ready" and tries < 20:
        tries += services.deliver(at=at).failed
        at += dt.timedelta(hours=30)

    delivery = MailDelivery.objects.get()
    assert (delivery.state, tries) == ("failed", 7)
    assert delivery.error == "ConnectionRefusedError"


def test_what_a_broken_server_held_up_until_night_leaves_in_the_morning(liisa, monkeypatch):
    family = builders.guardian(builders.pupil(builders.group(builders.school()), "k1"))
    call = services.Draft(liisa.pk, "wish_call", "call:1", "Oppilas toivoo yhteydenottoa", "/")
    services.notify(drafts=[draft(liisa), draft(family), call], at=AT)
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", _refuse)
        refused = services.deliver(at=AT.replace(hour=12)).failed

    at_night = services.deliver(at=AT.replace(hour=23)).sent
    to_the_call = [one.to for one in mail.outbox]
    for_the_family = services.deliver(at=AT.replace(hour=8) + dt.timedelta(days=1)).sent
    on_monday = services.deliver(at=AT.replace(hour=6) + dt.timedelta(days=3)).sent

    assert (refused, at_night, to_the_call) == (3, 1, [[liisa.email]])
    assert (for_the_family, on_monday) == (1, 1)


def _refuse(_self, fail_silently=False):
    raise ConnectionRefusedError("liisa@example.org refused")


def test_a_sender_that_was_killed_is_followed_by_another_with_the_same_message_id(liisa):
    services.notify(drafts=[draft(liisa)], at=AT)
    pk = MailDelivery.objects.get().pk
    services._claim(pk, AT)  # and then the power went

    assert services.deliver(at=AT + dt.timedelta(minutes=5)).sent == 0
    assert services.deliver(at=AT + services.LEASE + dt.timedelta(seconds=1)).sent == 1
    message_id = mail.outbox[0].extra_headers["Message-ID"]
    assert str(Notification.objects.get().pk) in message_id


def test_one_mail_has_one_sender_at_a_time(liisa):
    services.notify(drafts=[draft(liisa)], at=AT)
    pk = MailDelivery.objects.get().pk

    assert services._claim(pk, AT) is not None
    assert services._claim(pk, AT) is None


def test_one_bad_address_does_not_stop_the_others(liisa):
    bad = builders.staff("paha")
    bad.email = "a\n@example.org"
    bad.save()
    services.notify(drafts=[draft(bad), draft(liisa)], at=AT)

    done = services.deliver(at=AT)

    assert (done.sent, done.failed) == (1, 1)


def test_whoever_writes_a_notice_need_not_ask_whether_there_is_an_address(liisa):
    liisa.email = ""
    liisa.save()

    services.notify(drafts=[draft(liisa)], at=AT)

    assert Notification.objects.filter(recipient=liisa).count() == 1
    assert MailDelivery.objects.count() == 0


def test_nothing_is_mailed_to_those_without_an_address_but_the_inbox_has_it(liisa, client):
    services.notify(drafts=[draft(liisa, by_mail=False)], at=AT)
    client.force_login(liisa, backend="accounts.backends.PasswordBackend")

    page = client.get("/ilmoitukset/").content.decode()

    assert MailDelivery.objects.count() == 0
    assert "Unilukkari herätti" in page
    assert "lukematta" in page


def test_opening_a_notice_marks_it_read_and_goes_on(liisa, client):
    services.notify(drafts=[draft(liisa)], at=AT)
    client.force_login(liisa, backend="accounts.backends.PasswordBackend")

    response = client.get(f"/ilmoitukset/{Notification.objects.get().pk}/")

    assert response["Location"] == "/poissaolot/"
    assert Notification.objects.get().read_at is not None


class Sink:
    def __init__(self):
        self.messages = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content))
        return "250 OK"


def test_a_real_mail_server_gets_the_mail(liisa, settings):
    sink = Sink()
    server = Controller(sink, hostname="127.0.0.1", port=any_free_port())
    server.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        services.notify(drafts=[draft(liisa)], at=AT)

        done = services.deliver(at=AT)
    finally:
        server.stop()

    assert (done.sent, len(sink.messages)) == (1, 1)
    assert sink.messages[0]["To"] == "liisa@example.org"
