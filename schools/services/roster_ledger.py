"""What a roster changed, row by row, so that it can be taken back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import models

from accounts.models import User
from schools.models import (
    Enrolment,
    Guardian,
    Guardianship,
    Membership,
    Pupil,
    School,
    TeachingGroup,
)

CHUNK = 500
# In the order in which they lean on each other. Of a user only what a roster writes.
LEDGER: tuple[type[models.Model], ...] = (
    School, User, TeachingGroup, Pupil, Guardian, Enrolment, Guardianship, Membership,
)  # fmt: skip
# Places of people: the old one opens only when the new one is gone.
PLACES: tuple[type[models.Model], ...] = (Membership, Guardianship, Enrolment)
USER_FIELDS = ("username", "first_name", "last_name", "email", "language")
Values = dict[str, Any]
Snapshot = dict[type[models.Model], dict[int, tuple[Any, ...]]]


class Change(NamedTuple):
    """One row: `was` None is a row that was made, `now` None one that was removed."""

    model: type[models.Model]
    pk: int
    was: Values | None
    now: Values | None


class InUseError(Exception):
    """A row that a roster made has something hanging on it by now. `args`: the words for what."""


def snapshot() -> Snapshot:
    """How everything is that a roster can change."""
    return {
        model: {row[0]: row[1:] for row in _manager(model).values_list("pk", *_names(model))}
        for model in LEDGER
    }


def changes_since(before: Snapshot) -> list[Change]:
    """What has changed since a snapshot. Of a changed row only the fields that differ."""
    after, found = snapshot(), []
    for model in LEDGER:
        old, new, names = before[model], after[model], _names(model)
        for pk, row in new.items():
            was = old.get(pk)
            if was is None:
                found.append(Change(model, pk, None, {}))
            elif was != row:
                places = [n for n, name in enumerate(names) if was[n] != row[n]]
                found.append(
                    Change(
                        model, pk, {names[n]: was[n] for n in places},
                        {names[n]: row[n] for n in places},
                    )
                )  # fmt: skip
        gone = old.keys() - new.keys()
        found += [
            Change(model, pk, dict(zip(names, old[pk], strict=True)), None) for pk in sorted(gone)
        ]
    return found


def take_back(changes: Iterable[Change]) -> int:
    """Make the rows what they were. Returns how many; what somebody has changed since stays.

    Call it within a transaction. Raises InUseError when a row that was made is in use.
    """
    made: dict[type[models.Model], list[int]] = defaultdict(list)
    changed: dict[type[models.Model], list[Change]] = defaultdict(list)
    removed: list[Change] = []
    for one in changes:
        if one.was is None:
            made[one.model].append(one.pk)
        elif one.now is None:
            removed.append(one)
        else:
            changed[one.model].append(one)
    count = sum(_unmake(model, made[model]) for model in PLACES)
    count += sum(_restore(model, changed[model]) for model in LEDGER)
    rest = [model for model in reversed(LEDGER) if model not in PLACES]
    count += sum(_unmake(model, made[model]) for model in rest)
    for one in removed:
        assert one.was is not None  # noqa: S101 (a removed row was something)
        _manager(one.model).bulk_create([one.model(pk=one.pk, **one.was)], ignore_conflicts=True)
    return count + len(removed)


def _unmake(model: type[models.Model], pks: list[int]) -> int:
    for start in range(0, len(pks), CHUNK):
        chunk = pks[start : start + CHUNK]
        for relation in model._meta.get_fields(include_hidden=True):
            if isinstance(relation, models.ForeignObjectRel) and _holds(relation, chunk):
                raise InUseError(model._meta.verbose_name_plural)
        _manager(model).filter(pk__in=chunk).delete()
    return len(pks)


def _holds(relation: models.ForeignObjectRel, pks: list[int]) -> bool:
    """Does anything hang on these rows? The ledger of imports itself does not count."""
    other = relation.related_model
    if isinstance(relation, models.ManyToManyRel) or other._meta.app_label == "wilma":
        return False
    if getattr(relation, "on_delete", None) is models.SET_NULL:
        return False
    return bool(_manager(other).filter(**{f"{relation.field.name}__in": pks}).exists())


def _restore(model: type[models.Model], changes: list[Change]) -> int:
    count = 0
    for start in range(0, len(changes), CHUNK):
        chunk = changes[start : start + CHUNK]
        rows = _manager(model).in_bulk([one.pk for one in chunk])
        names, touched = set[str](), []
        for one in chunk:
            row = rows.get(one.pk)
            back = _back(row, one) if row is not None else {}
            for name, value in back.items():
                setattr(row, name, value)
            if back:
                names |= back.keys()
                touched.append(row)
        if touched:
            _manager(model).bulk_update(touched, sorted(names))
        count += len(touched)
    return count


def _back(row: models.Model, change: Change) -> Values:
    """The old values of the fields that still are what the roster made them."""
    was, now = _typed(change.model, change.was or {}), _typed(change.model, change.now or {})
    return {name: value for name, value in was.items() if getattr(row, name) == now[name]}


def _typed(model: type[models.Model], given: Mapping[str, Any]) -> Values:
    """Values that have been kept as JSON, as what they are."""
    return {
        name: None if value is None else _fields(model)[name].to_python(value)
        for name, value in given.items()
    }


def _fields(model: type[models.Model]) -> dict[str, Any]:
    return {one.attname: one for one in model._meta.concrete_fields if not one.primary_key}


def _names(model: type[models.Model]) -> tuple[str, ...]:
    return USER_FIELDS if model is User else tuple(_fields(model))


def _manager(model: type[models.Model]) -> Any:
    return model._base_manager  # noqa: SLF001 (Django's own name for every row)
