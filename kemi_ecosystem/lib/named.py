"""Rows named one by one: a thousand ids are neither parsed nor bound singly where that is dear."""

import json
from collections.abc import Iterable

from django.db import connection
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL


def named(ids: Iterable[int]) -> RawSQL | list[int]:
    """For `filter(pk__in=named(ids))`.

    SQLite reads one parameter. PostgreSQL is given the ids themselves: of a list it knows how long
    it is and goes by the index; a subquery it would join with the whole table.
    """
    if connection.vendor == "postgresql":
        return list(ids)
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))], BigIntegerField())
