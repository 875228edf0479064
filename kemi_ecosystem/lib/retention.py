"""How long personal data is kept. Each app says it in `<app>/retention.py` as `RULES`.

One table drives three things: the purge (`manage.py purge_expired`), the privacy page, and a test
that no model with personal fields is missing from it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet


@dataclass(frozen=True, slots=True)
class Rule:
    """What is kept of one model, how long and why. Texts are lazy Finnish for the privacy page."""

    model: type[Model]
    what: Any
    kept: Any
    basis: Any
    # The rows whose time is up on a day; None: they go with the row they hang on (`on_delete`).
    expired: Callable[[dt.date], QuerySet[Any]] | None = None
    # Fields that are emptied instead of removing the row.
    erase: Mapping[str, Any] | None = None


def rules() -> Iterator[Rule]:
    """The rules of every app that has them, in the order of INSTALLED_APPS."""
    for config in apps.get_app_configs():
        name = f"{config.name}.retention"
        if find_spec(name) is not None:
            yield from import_module(name).RULES


BATCH = 500


def purge(*, on: dt.date, dry_run: bool = False) -> dict[str, int]:
    """Carry out the table: how many rows of each model were removed or emptied, or would be.

    In small batches, each a transaction: a purge that is killed goes on where it was.
    """
    done: Counter[str] = Counter()
    for rule in rules():
        if rule.expired is None:
            continue
        rows = rule.expired(on)
        if rule.erase:
            rows = rows.exclude(**rule.erase)
        label = rule.model._meta.label
        done[label] += rows.count() if dry_run else _carry_out(rule, rows)
    return dict(done)


def _carry_out(rule: Rule, rows: QuerySet[Any]) -> int:
    count = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        batch = rule.model._default_manager.filter(pk__in=ids)
        with transaction.atomic():
            if rule.erase:
                batch.update(**rule.erase)
            else:
                batch.delete()
        count += len(ids)
    return count
