"""A roster as it comes in, and what became of it. Plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kemi_ecosystem.lib.upsert import Tally


@dataclass(frozen=True, slots=True)
class RosterIn:
    """A roster as plain values: keys to attributes. `None` attributes are left as they are."""

    schools: Mapping[str, str]
    groups: Mapping[tuple[str, str], dict[str, Any]]
    pupils: Mapping[str, dict[str, Any]]
    guardians: Mapping[str, dict[str, Any]]
    guardianships: Iterable[tuple[str, str]]
    staff: Mapping[str, dict[str, Any]]
    # Whose row was there and could not be read.
    spared: frozenset[str] = frozenset()
    # The file may have been cut: what it lacks is not gone.
    is_piece: bool = False


@dataclass(slots=True)
class RosterReport:
    schools: Tally = field(default_factory=Tally)
    groups: Tally = field(default_factory=Tally)
    pupils: Tally = field(default_factory=Tally)
    guardians: Tally = field(default_factory=Tally)
    staff: Tally = field(default_factory=Tally)
    left: int = 0
    joined_keys: list[str] = field(default_factory=list)
    moved_keys: list[str] = field(default_factory=list)
    left_keys: list[str] = field(default_factory=list)
    # Pupils of whom a known guardian no longer is one.
    unguarded_keys: list[str] = field(default_factory=list)
    # Known pupils whose name or school the file changes, and how many known ones it has.
    renamed: int = 0
    rehomed: int = 0
    known: int = 0
    # Pupils whose grade of last year is known, and how many of them the file has on it still.
    climbing: int = 0
    standing: int = 0
    created_schools: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
