"""Rows by key, set by set: made, changed or left alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

CHUNK = 500


@dataclass(slots=True)
class Tally:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    touched: set[tuple[str, Any]] = field(default_factory=set, repr=False)

    def touch(self, rows: set[tuple[str, Any]]) -> None:
        """Rows that changed after they were counted as left alone: each counts once."""
        fresh = rows - self.touched
        self.touched |= fresh
        self.changed += len(fresh)
        self.unchanged -= len(fresh)

    def as_json(self) -> dict[str, int]:
        """The counts alone, without which rows they are."""
        names = ("new", "changed", "unchanged", "removed")
        return {name: getattr(self, name) for name in names}

    def add(self, other: "Tally") -> None:
        self.touched |= other.touched
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.removed += other.removed


def upsert(
    model: type[models.Model],
    wanted: Mapping[Any, Mapping[str, Any]],
    *,
    by: str = "key",
    unknown: Mapping[str, Any] | None = None,
) -> tuple[dict[Any, Any], Tally]:
    """Rows by `by`: missing ones made, differing ones updated, the others left alone.

    A field named in `unknown` with a wanted value of None means "the source does not say": an
    existing row keeps what it has, a new one gets the value in `unknown`.
    """
    unknown = unknown or {}
    manager: Any = model._default_manager
    found: dict[Any, Any] = {}
    for chunk in chunks(list(wanted)):
        rows = manager.filter(**{f"{by}__in": chunk})
        found.update({getattr(one, by): one for one in rows})
    new, changed, names = [], [], set[str]()
    for key, fields in wanted.items():
        row = found.get(key)
        if row is None:
            given = {n: unknown.get(n) if v is None else v for n, v in fields.items()}
            found[key] = row = model(**{by: key}, **given)
            new.append(row)
            continue
        differing = {
            name: value
            for name, value in fields.items()
            if getattr(row, name) != value and not (value is None and name in unknown)
        }
        for name, value in differing.items():
            setattr(row, name, value)
        names |= differing.keys()
        if differing:
            changed.append(row)
    manager.bulk_create(new, batch_size=CHUNK)
    if changed:
        manager.bulk_update(changed, sorted(names), batch_size=CHUNK)
    touched = {(model._meta.label, row.pk) for row in [*new, *changed]}
    return found, Tally(
        len(new), len(changed), len(wanted) - len(new) - len(changed), touched=touched
    )


def prune(model: type[models.Model], keep: Iterable[Any], *, by: str = "key") -> int:
    """Remove the rows that a source no longer has."""
    manager: Any = model._default_manager
    gone = manager.exclude(**{f"{by}__in": list(keep)})
    count: int = gone.count()
    if count:
        gone.delete()
    return count


def link(relation: Any, wanted: Mapping[int, Iterable[int]], tally: Tally) -> None:
    """Make a many-to-many relation (Model.field) hold exactly these pairs."""
    through = relation.through
    source, target = (
        f"{name}_id"
        for name in (relation.field.m2m_field_name(), relation.field.m2m_reverse_field_name())
    )
    pairs = {(owner, other) for owner, others in wanted.items() for other in others}
    rows = through.objects.values_list("pk", source, target)
    known = {(owner, other): pk for pk, owner, other in rows}
    gone = [pk for pair, pk in known.items() if pair not in pairs]
    for chunk in chunks(gone):
        through.objects.filter(pk__in=chunk).delete()
    new = [
        through(**{source: owner, target: other}) for owner, other in sorted(pairs - known.keys())
    ]
    through.objects.bulk_create(new, batch_size=CHUNK)
    label = relation.field.model._meta.label
    moved = {owner for owner, _other in pairs ^ known.keys()} & wanted.keys()
    tally.touch({(label, owner) for owner in moved})


def chunks(rows: list[Any]) -> Iterable[list[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
