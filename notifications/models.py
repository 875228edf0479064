"""The outbox. A notice is one row and the inbox is that row; mail leaves from it later."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Kind(models.TextChoices):
    """What a notice is about. Its words live in templates/notifications/<kind>.txt."""

    ALERT = "alert", _("Unilukkari herätti")
    ALERT_DIGEST = "alert_digest", _("Useita herätyksiä")
    REMINDER = "reminder", _("Muistutus")
    HANDED_ON = "handed_on", _("Herätys siirtyi eteenpäin")
    CHECK_DUE = "check_due", _("Auttoiko se?")
    ALERT_WITHDRAWN = "alert_withdrawn", _("Herätys peruttiin")
    ALERT_FOR_GUARDIAN = "alert_for_guardian", _("Koulu huomasi poissaoloja")
    LINK = "link", _("Uusi linkki")
    CLASS_WEEK = "class_week", _("Luokan viikko")
    NEEDS_MAPPING = "needs_mapping", _("Tuonti odottaa")
    CONTRADICTIONS = "contradictions", _("Ristiriitoja tiedoissa")
    WISHES = "wishes", _("Oppilaiden toiveet")
    WISH_CALL = "wish_call", _("Oppilas toivoo yhteydenottoa")
    CONSULTATION = "consultation", _("Konsultaatiotunti")
    SLOT_OFFERED = "slot_offered", _("Vapautunut konsultaatioaika")
    TEXT = "text", _("Sisällön muutos")
    IMPORT_REFUSED = "import_refused", _("Tiedostoa ei luettu")


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User) -> "NotificationQuerySet":
        return self.filter(recipient_id=user.pk)

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)


class Notification(models.Model):
    """One notice to one person. Its key makes a second one of the same cause impossible."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=64, unique=True)
    recipient = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=30, choices=Kind)
    title = models.CharField(
        max_length=160,
        help_text=_("Ilman nimiä ja syitä: sama teksti voi näkyä puhelimen ruudulla."),
    )
    path = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True, blank=True)
    # Why its mail was not sent after all; words without names.
    withdrawn_for = models.CharField(max_length=80, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "key"]
        indexes: ClassVar = [
            models.Index(
                fields=["recipient"], condition=Q(read_at=None), name="notification_unread"
            )
        ]

    class Privacy:
        personal: ClassVar = {"recipient", "path", "key"}
        open: ClassVar = {"id", "kind", "title", "created_at", "read_at", "withdrawn_for"}

    def __str__(self) -> str:
        return self.title


class Standstill(models.Model):
    """The portal stands still: no mail leaves and no robot walks, until somebody says `resume`.

    So comes a portal up that was restored from a backup: what it would send may have been sent.
    """

    since = models.DateTimeField()

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "since"}

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M}"


class MailDeliveryQuerySet(models.QuerySet["MailDelivery"]):
    def due(self, *, at: dt.datetime) -> "MailDeliveryQuerySet":
        """Waiting for its turn, or claimed by a sender that never came back."""
        waiting = Q(state=MailDelivery.State.READY, next_attempt_at__lte=at)
        abandoned = Q(state=MailDelivery.State.SENDING, lease_until__lt=at)
        return self.filter(waiting | abandoned)


class MailDelivery(models.Model):
    """The e-mail of one notice, on its way."""

    class State(models.TextChoices):
        READY = "ready", _("odottaa")
        SENDING = "sending", _("lähdössä")
        SENT = "sent", _("lähetetty")
        FAILED = "failed", _("ei lähtenyt")
        WITHDRAWN = "withdrawn", _("ei lähetetä: ei pidä enää paikkaansa")

    notification = models.OneToOneField(Notification, models.CASCADE, related_name="mail")
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=80, blank=True)

    objects = MailDeliveryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["ready", "sending"]),
                name="mail_to_send",
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(state="sent") & Q(sent_at__isnull=False))
                | (~Q(state="sent") & Q(sent_at=None)),
                name="mail_sent_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
                name="mail_being_sent_has_a_lease",
            ),
        ]

    class Privacy:
        personal: ClassVar = {"notification"}
        open: ClassVar = {
            "id",
            "state",
            "attempts",
            "next_attempt_at",
            "lease_until",
            "sent_at",
            "error",
        }

    def __str__(self) -> str:
        return f"{self.state} ({self.attempts})"
