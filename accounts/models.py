"""Who signs in, with what, and who read whose data."""

import datetime as dt
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Anybody with a way in. What they may do comes from their memberships (schools/roles.py)."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("henkilökunta")
        GUARDIAN = "guardian", _("huoltaja")
        PUPIL = "pupil", _("oppilas")

    kind = models.CharField(_("laji"), max_length=10, choices=Kind, default=Kind.STAFF)
    language = models.CharField(_("kieli"), max_length=8, default="fi")
    wants_mail = models.BooleanField(_("haluaa sähköpostia ilmoituksista"), default=True)

    class Meta:
        verbose_name = _("käyttäjä")
        verbose_name_plural = _("käyttäjät")

    class Privacy:
        personal: ClassVar = {"username", "first_name", "last_name", "email", "password"}
        open: ClassVar = {
            "id",
            "kind",
            "language",
            "wants_mail",
            "is_active",
            "is_staff",
            "is_superuser",
            "last_login",
            "date_joined",
            "groups",
            "user_permissions",
        }

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class AccessTicketQuerySet(models.QuerySet["AccessTicket"]):
    def usable(self, *, at: dt.datetime) -> "AccessTicketQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=at)


class AccessTicket(models.Model):
    """A way in without a password: a pupil's code on paper, a guardian's personal link.

    Only a keyed digest of the secret is stored: whoever reads the table cannot sign in with it.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="tickets")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AccessTicketQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="ticket_expires_after_it_is_made",
            )
        ]

    class Privacy:
        personal: ClassVar = {"user", "digest"}
        open: ClassVar = {"id", "created_at", "expires_at", "revoked_at"}

    def __str__(self) -> str:
        return f"{self.user_id}: {self.expires_at:%Y-%m-%d}"


class AuditEvent(models.Model):
    """One line of who did or read what. No foreign keys: deleting a person deletes no history."""

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True, db_index=True)
    actor_name = models.CharField(max_length=160)
    action = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=64, db_index=True)
    ground = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_type", "subject_key", "at"])]

    class Privacy:
        personal: ClassVar = {"actor_id", "actor_name", "subject_key"}
        open: ClassVar = {"id", "at", "action", "subject_type", "ground"}

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject_type}"
