"""Letters home."""

import datetime as dt

from django.db import transaction

from absences.models import Alert, Letter
from accounts.models import User


@transaction.atomic
def mark_printed(*, alert: Alert, by: User, at: dt.datetime) -> None:
    """Remember who printed it and when; printing again moves the moment."""
    Letter.objects.update_or_create(alert=alert, defaults={"printed_at": at, "printed_by": by})
