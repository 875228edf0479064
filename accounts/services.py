"""Tickets in place of passwords, and the audit trail."""

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from accounts.models import AccessTicket, AuditEvent, User

# Without 0/O, 1/I/L and U/V: a seven-year-old copies it from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
CODE_LENGTH = 12
LINK_BYTES = 24


def keyed_digest(secret: str) -> str:
    """What is kept of a secret: whoever reads it in the database cannot use it."""
    return hmac.new(settings.SECRET_KEY.encode(), secret.encode(), hashlib.sha256).hexdigest()


def normalise_code(code: str) -> str:
    """A code as it was made, however it was typed: spaces, dashes and lower case are forgiven."""
    return "".join(char for char in code.upper() if char.isalnum())


@transaction.atomic
def issue_code(*, user: User, at: dt.datetime, valid: dt.timedelta) -> str:
    """A new sign-in code for a pupil. It is returned once, in groups of four, and never stored."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    _store(user=user, secret=code, at=at, valid=valid)
    return "-".join(code[i : i + 4] for i in range(0, CODE_LENGTH, 4))


@transaction.atomic
def issue_link_token(*, user: User, at: dt.datetime, valid: dt.timedelta) -> str:
    """A new secret for a guardian's personal link. It is returned once and never stored."""
    token = secrets.token_urlsafe(LINK_BYTES)
    _store(user=user, secret=token, at=at, valid=valid)
    return token


def _store(*, user: User, secret: str, at: dt.datetime, valid: dt.timedelta) -> None:
    AccessTicket.objects.create(
        user=user, digest=keyed_digest(secret), created_at=at, expires_at=at + valid
    )


def ticket_holder(*, secret: str, at: dt.datetime) -> User | None:
    """Whose ticket this is, or None when it is unknown, too old or taken back."""
    tickets = AccessTicket.objects.usable(at=at).select_related("user")
    ticket = tickets.filter(digest=keyed_digest(secret), user__is_active=True).first()
    return ticket.user if ticket else None


def record(
    *, actor: User | None, action: str, subject_type: str, subject_key: str, at: dt.datetime
) -> None:
    """Write one line of the audit trail."""
    record_all(
        actor=actor, action=action, subject_type=subject_type, subject_keys=[subject_key], at=at
    )


def record_all(
    *,
    actor: User | None,
    action: str,
    subject_type: str,
    subject_keys: Iterable[str],
    at: dt.datetime,
) -> None:
    """A line of the audit trail for each subject. One statement."""
    AuditEvent.objects.bulk_create(
        AuditEvent(
            at=at,
            actor_id=actor.pk if actor else None,
            actor_name=str(actor) if actor else "Unilukkari",
            action=action,
            subject_type=subject_type,
            subject_key=key,
        )
        for key in subject_keys
    )


@transaction.atomic
def choose_language(*, user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)


@transaction.atomic
def choose_mail(*, user: User, wants_mail: bool) -> None:
    User.objects.filter(pk=user.pk).update(wants_mail=wants_mail)
