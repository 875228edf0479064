"""Notices are written in the transaction of their cause; mail leaves later (docs/outbox.md)."""

import datetime as dt
import hashlib
import logging
import smtplib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.middleware import spoken
from accounts.models import User
from notifications import guards, quiet
from notifications.actions import action_of
from notifications.links import personal_link
from notifications.models import Kind, MailDelivery, Notification, Standstill
from notifications.rules import next_attempt

logger = logging.getLogger(__name__)
# Somebody has asked for it, or it waits for an answer in hours.
AT_ONCE = {Kind.LINK, Kind.SLOT_OFFERED, Kind.WISH_CALL}
# A link was asked for, and a child in need waits: they come to those who want no other mail, too.
ALWAYS = {Kind.LINK, Kind.WISH_CALL}
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
    # False: not in a mail, whoever it is for. Who has no address has the inbox alone.
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
    people = User.objects.in_bulk({row.recipient_id for row in rows if wanted[row.key].by_mail})
    mails = [
        row
        for row in rows
        if wanted[row.key].by_mail
        and (one := people.get(row.recipient_id))
        and one.email
        and (one.wants_mail or row.kind in ALWAYS)
    ]
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
    """Send the mails that are due and wake nobody (quiet.py).

    Safe to run beside another: a mail has one sender at a time. It is claimed, sent and then
    marked. Killed in between, it is sent once more after the lease with the same Message-ID: a
    reminder twice is better than never.
    """
    if is_standing_still():
        return Delivered(sent=0, failed=0, waiting=_waiting())
    resting = Q(notification__recipient__kind__in=quiet.resting(at))
    due = MailDelivery.objects.due(at=at).order_by("next_attempt_at", "pk")
    due = due.exclude(resting & ~Q(notification__kind__in=AT_ONCE))
    sent = failed = 0
    connection = get_connection(fail_silently=False)
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        mail = _claim(pk, at)
        if mail is None:
            continue
        if reason := guards.why_not(mail.notification, at):
            _hold_back(mail, reason)
            continue
        error = _send(mail, connection)
        _settle(mail, error, at)
        sent, failed = sent + (error is None), failed + (error is not None)
    connection.close()
    return Delivered(sent=sent, failed=failed, waiting=_waiting())


def mailed_of(*, path: str) -> set[int]:
    """Those to whom a mail has left that leads to this page, or is leaving at this moment."""
    left = MailDelivery.objects.filter(notification__path=path, state__in=["sending", "sent"])
    return set(left.values_list("notification__recipient_id", flat=True))


def _waiting() -> int:
    return MailDelivery.objects.exclude(state__in=["sent", "failed", "withdrawn"]).count()


def is_standing_still() -> bool:
    """Whether nothing may leave and no robot may walk until somebody says `resume`."""
    return Standstill.objects.exists()


@transaction.atomic
def stand_still(*, at: dt.datetime) -> None:
    if not is_standing_still():
        Standstill.objects.create(since=at)


@transaction.atomic
def resume() -> bool:
    """Go on after a standstill. False when there was none."""
    removed, _rows = Standstill.objects.all().delete()
    return bool(removed)


def _claim(pk: int, at: dt.datetime) -> MailDelivery | None:
    won = (
        MailDelivery.objects.due(at=at)
        .filter(pk=pk)
        .update(state="sending", lease_until=at + LEASE, attempts=F("attempts") + 1)
    )
    if not won:
        return None
    return MailDelivery.objects.select_related("notification__recipient").get(pk=pk)


@transaction.atomic
def _hold_back(mail: MailDelivery, reason: str) -> None:
    """The mail does not leave, and the inbox says why."""
    MailDelivery.objects.filter(pk=mail.pk).update(state="withdrawn", lease_until=None)
    Notification.objects.filter(pk=mail.notification_id).update(withdrawn_for=reason[:80])


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
    """The mail: no name, no class, no reason; a link to what stands behind the sign-in.

    A family's is in its own language. Its personal link is made as the mail leaves.
    """
    recipient: User = notification.recipient
    link = settings.PORTAL_URL + reverse("notifications:open", args=[notification.pk])
    host = settings.PORTAL_URL.split("//", 1)[-1].split(":", 1)[0]
    is_staff = recipient.kind == User.Kind.STAFF
    with translation.override("fi" if is_staff else spoken(recipient.language)):
        # A family has no password: whatever it is told of, its own link is the way in.
        action = action_of(notification) if is_staff else personal_link(notification)
        context = {"link": link, "action": action, "is_family": not is_staff}
        body = render_to_string("mail/notice.txt", context)
        subject = render_to_string("mail/notice_subject.txt").strip()
    return EmailMessage(
        subject=subject,
        body=body,
        to=[recipient.email],
        headers={"Message-ID": f"<{notification.pk}@{host}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )


def send_link(*, email: str, at: dt.datetime) -> None:
    """A new personal link to the guardian of this address, if there is one; once in ten minutes."""
    users = User.objects.filter(email__iexact=email, kind=User.Kind.GUARDIAN, is_active=True)
    moment = int(at.timestamp()) // 600
    drafts = []
    for user in users:
        with translation.override(spoken(user.language)):
            title = _("Uusi linkki portaaliin")
        drafts.append(Draft(user.pk, Kind.LINK, f"link:{user.pk}:{moment}", title, "/"))
    notify(drafts=drafts, at=at)
