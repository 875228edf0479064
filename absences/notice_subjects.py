"""What a notice of an alert is about, for those who may see the alert today."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, Concat

from absences.models import Alert
from accounts.models import User
from notifications import subjects
from schools.names import short_name


def register() -> None:
    subjects.register("absences:alert", _alerts)


def _alerts(user: User, ids: set[Any], on: dt.date) -> QuerySet[Alert]:
    place = Coalesce("group__name", "school__name")
    alerts = Alert.objects.visible_to(user, on=on).filter(pk__in=ids)
    return alerts.annotate(subject=Concat(short_name("pupil"), Value(", "), place))
