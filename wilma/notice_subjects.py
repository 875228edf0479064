"""What a notice of an import is about: its file."""

import datetime as dt
from typing import Any

from django.db.models import F, QuerySet

from accounts.models import User
from notifications import subjects
from wilma.models import ImportRun


def register() -> None:
    subjects.register("wilma:run", _runs)


def _runs(user: User, ids: set[Any], on: dt.date) -> QuerySet[ImportRun]:
    runs = ImportRun.objects.visible_to(user, on=on).filter(pk__in=ids)
    return runs.annotate(subject=F("file_name"))
