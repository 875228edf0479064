"""Rows named one by one, in one parameter: a thousand ids are neither parsed nor bound singly."""

import json
from collections.abc import Iterable

from django.db import connection
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL


def named(ids: Iterable[int]) -> RawSQL:
    """For `filter(pk__in=named(ids))`."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)], BigIntegerField())
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))], BigIntegerField())
