"""Who hears of what when nothing is killed: what a round with kills in it is measured by."""

from collections import Counter

from django.db import transaction

from absences import services
from absences.models import Alert, AlertRecipient
from notifications.models import Notification
from tests import builders


def who_was_told() -> dict[str, Counter]:
    return {
        "alerts": Counter(Alert.objects.values_list("pupil", "step_slug")),
        "recipients": Counter(AlertRecipient.objects.values_list("alert__pupil", "user")),
        "notices": Counter(Notification.objects.values_list("recipient", "kind")),
    }


def told_in_peace() -> dict[str, Counter]:
    """By a morning's round that is then taken back."""
    with transaction.atomic():
        services.walk_round(on=builders.ON, cause="scheduled", at=builders.AT)
        told = who_was_told()
        transaction.set_rollback(True)
    return told
