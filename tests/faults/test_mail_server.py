"""A mail server that drops the connection, or refuses for an hour. A real one, on this machine."""

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from email.utils import make_msgid

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from kemi_ecosystem.engine.readiness import any_free_port
from notifications import services
from notifications.models import Kind, MailDelivery
from tests import builders

AT = builders.AT.replace(hour=9)
MINUTE = dt.timedelta(minutes=1)


class Server:
    """Takes mail in; `mood` says how it answers: "ok", "drop" after taking it, or "refuse"."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.mood = "ok"

    async def handle_DATA(self, server: SMTP, _session, envelope):  # noqa: N802
        if self.mood == "refuse":
            return "451 Come again later"
        lines = envelope.content.decode().splitlines()
        name = next(one for one in lines if one.lower().startswith("message-id:"))
        self.taken[name.split(":", 1)[1].strip()] += 1
        if self.mood == "drop":
            # It has the mail, and hangs up before it has said so.
            server.transport.abort()
        return "250 OK"


@pytest.fixture
def server(settings) -> Iterator[Server]:
    found = Server()
    controller = Controller(found, hostname="127.0.0.1", port=any_free_port())
    with contextlib.closing(_Running(controller)):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
        yield found


class _Running:
    def __init__(self, controller: Controller) -> None:
        self.controller = controller
        controller.start()

    def close(self) -> None:
        self.controller.stop()


@pytest.fixture
def three(cast) -> list[str]:
    """Three notices that are due by mail."""
    people = [cast[name] for name in ("class_teacher", "principal", "special_teacher")]
    drafts = [services.Draft(one.pk, Kind.REMINDER, "koe", "Koe", "/") for one in people]
    services.notify(drafts=drafts, at=AT)
    return sorted(str(pk) for pk in MailDelivery.objects.values_list("notification_id", flat=True))


def names(server: Server) -> list[str]:
    return sorted(one.strip("<>").split("@")[0] for one in server.taken)


def drop_and_try_again(server: Server) -> None:
    server.mood = "drop"
    services.deliver(at=AT)
    dropped = set(MailDelivery.objects.values_list("state", "error"))
    server.mood = "ok"
    services.deliver(at=AT + 2 * MINUTE)
    assert dropped == {("ready", "SMTPServerDisconnected")}


def expect_the_same_mails_once_more(server: Server, three: list[str]) -> None:
    assert set(MailDelivery.objects.values_list("state", flat=True)) == {"sent"}
    # The same three names: the receiver can see that it is one mail.
    assert names(server) == three
    assert set(server.taken.values()) == {2}


def test_a_server_that_takes_a_mail_and_drops_the_line_gets_the_same_mail_once_more(server, three):
    drop_and_try_again(server)

    expect_the_same_mails_once_more(server, three)


def test_control_without_its_lasting_name_a_mail_tried_again_is_another_mail(
    server, three, monkeypatch
):
    named = services.message_to

    def anew(*arguments, **more):
        message = named(*arguments, **more)
        message.extra_headers["Message-ID"] = make_msgid()
        return message

    monkeypatch.setattr(services, "message_to", anew)
    drop_and_try_again(server)

    with pytest.raises(AssertionError):
        expect_the_same_mails_once_more(server, three)


def test_a_server_that_refuses_for_an_hour_gets_every_mail_once_after_it(server, three):
    server.mood = "refuse"
    for minute in range(60):
        services.deliver(at=AT + minute * MINUTE)
    tried = set(MailDelivery.objects.values_list("state", "attempts", "error"))
    server.mood = "ok"
    for minute in range(60, 180):
        services.deliver(at=AT + minute * MINUTE)

    # At once, and after 1, 5 and 15 minutes more: not sixty times.
    assert tried == {("ready", 4, "SMTPDataError")}
    assert names(server) == three
    assert set(server.taken.values()) == {1}
    assert set(MailDelivery.objects.values_list("state", flat=True)) == {"sent"}


def test_control_a_sender_that_marks_before_it_sends_loses_what_was_refused(
    server, three, monkeypatch
):
    """With the guard off (whatever the server says, the mail is marked as sent) mails are lost."""
    settle = services._settle
    monkeypatch.setattr(services, "_settle", lambda mail, _error, at: settle(mail, None, at))
    server.mood = "refuse"
    services.deliver(at=AT)
    server.mood = "ok"
    for minute in range(180):
        services.deliver(at=AT + minute * MINUTE)

    assert names(server) != three
