"""Notices are written in the transaction of their cause; mail leaves later (docs/outbox.md)."""

import datetime as dt
import hashlib
import logging
import smtplib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from notifications.models import MailDelivery, Notification
from notifications.rules import next_attempt

logger = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=15)
NAMESPACE = uuid.UUID("6b2f0f9e-0c27-5a55-8c42-0d2a54f1c0de")
SMTP_ERRORS = (OSError, smtplib.SMTPException, ValueError)


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice to be written. `cause` and the recipient make its key: the same pair, once."""

    recipient_id: int
    kind: str
    cause: str
    title: str
    path: str
    by_mail: bool = True


@dataclass(frozen=True, slots=True)
class Delivered:
    sent: int
    failed: int
    waiting: int


def key_of(*, cause: str, recipient_id: int) -> str:
    return hashlib.sha256(f"{cause}|{recipient_id}".encode()).hexdigest()


@transaction.atomic
def notify(*, drafts: Iterable[Draft], at: dt.datetime) -> int:
    """Write notices, each once however often it is asked. Returns how many were new.

    Ids come from the keys, so that a notice written by two processes is one row in both.
    """
    wanted = {key_of(cause=one.cause, recipient_id=one.recipient_id): one for one in drafts}
    known = set(Notification.objects.filter(key__in=wanted).values_list("key", flat=True))
    rows = [
        Notification(
            id=uuid.uuid5(NAMESPACE, key),
            key=key,
            recipient_id=one.recipient_id,
            kind=one.kind,
            title=one.title,
            path=one.path,
            created_at=at,
        )
        for key, one in wanted.items()
        if key not in known
    ]
    Notification.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    mails = [row for row in rows if wanted[row.key].by_mail]
    MailDelivery.objects.bulk_create(
        [MailDelivery(notification=row, next_attempt_at=at) for row in mails],
        batch_size=500,
        ignore_conflicts=True,
    )
    return len(rows)


@transaction.atomic
def mark_read(*, notification: Notification, at: dt.datetime) -> None:
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=at)


def deliver(*, at: dt.datetime, limit: int = 500) -> Delivered:
    """Send the mails that are due. Safe to run beside another: a mail has one sender at a time.

    A mail is claimed, sent and then marked. Killed in between, it is sent once more after the
    lease with the same Message-ID: a reminder twice is better than never.
    """
    due = MailDelivery.objects.due(at=at).order_by("next_attempt_at", "pk")
    sent = failed = 0
    connection = get_connection(fail_silently=False)
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        mail = _claim(pk, at)
        if mail is None:
            continue
        error = _send(mail, connection)
        _settle(mail, error, at)
        sent, failed = sent + (error is None), failed + (error is not None)
    connection.close()
    waiting = MailDelivery.objects.exclude(state__in=["sent", "failed"]).count()
    return Delivered(sent=sent, failed=failed, waiting=waiting)


def _claim(pk: int, at: dt.datetime) -> MailDelivery | None:
    won = (
        MailDelivery.objects.due(at=at)
        .filter(pk=pk)
        .update(state="sending", lease_until=at + LEASE, attempts=F("attempts") + 1)
    )
    if not won:
        return None
    return MailDelivery.objects.select_related("notification__recipient").get(pk=pk)


def _send(mail: MailDelivery, connection: BaseEmailBackend) -> str | None:
    """Try once. Returns the kind of the error, never its text: servers echo addresses."""
    try:
        message_to(mail.notification, connection=connection).send()
    except SMTP_ERRORS as error:
        return type(error).__name__
    return None


def _settle(mail: MailDelivery, error: str | None, at: dt.datetime) -> None:
    if error is None:
        fields = {"state": "sent", "sent_at": at, "error": ""}
    elif (again := next_attempt(attempts=mail.attempts, at=at)) is None:
        fields = {"state": "failed", "error": error}
    else:
        fields = {"state": "ready", "next_attempt_at": again, "error": error}
    if error:
        logger.warning("Mail %s did not leave: %s", mail.pk, error)
    MailDelivery.objects.filter(pk=mail.pk).update(lease_until=None, **fields)


def message_to(
    notification: Notification, *, connection: BaseEmailBackend | None = None
) -> EmailMessage:
    """The mail: no name, no class, no reason; a link to what stands behind the sign-in."""
    recipient: User = notification.recipient
    link = settings.PORTAL_URL + reverse("notifications:open", args=[notification.pk])
    body = render_to_string("mail/notice.txt", {"link": link})
    host = settings.PORTAL_URL.split("//", 1)[-1].split(":", 1)[0]
    return EmailMessage(
        subject=render_to_string("mail/notice_subject.txt").strip(),
        body=body,
        to=[recipient.email],
        headers={"Message-ID": f"<{notification.pk}@{host}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )


def reachable_by_mail(users: Sequence[User]) -> set[int]:
    """Whose notices can leave by mail at all."""
    return {user.pk for user in users if user.email and user.is_active}
