"""What a roster says, as rows, wherever it came from."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple


class SchoolRow(NamedTuple):
    key: str
    code: str
    name: str


class GroupRow(NamedTuple):
    key: str
    school_key: str
    name: str
    grade: int | None


class GuardianRow(NamedTuple):
    """None: the file has no column for it, and what is known stays."""

    key: str
    first_name: str | None
    last_name: str | None
    email: str
    phone: str | None
    language: str


class PupilRow(NamedTuple):
    line: int
    key: str
    first_name: str
    last_name: str
    school_key: str
    group_key: str
    # None: the file does not say, and nothing is changed.
    home_language: str | None
    nondisclosure: bool | None
    guardians: tuple[GuardianRow, ...]


class StaffRow(NamedTuple):
    """`roles`: school key, role (a schools.roles.Role value), group key or ""."""

    key: str
    username: str
    first_name: str
    last_name: str
    email: str
    roles: tuple[tuple[str, str, str], ...]


class RejectedRow(NamedTuple):
    """`key`: whose row it was, where that could be read."""

    line: int
    reason: str
    key: str = ""


@dataclass(slots=True)
class RosterFile:
    """All that a roster says. It is held in memory: a city of 20 000 pupils is some megabytes."""

    kind: str
    schools: dict[str, SchoolRow] = field(default_factory=dict)
    groups: dict[tuple[str, str], GroupRow] = field(default_factory=dict)
    pupils: dict[str, PupilRow] = field(default_factory=dict)
    staff: dict[str, StaffRow] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    # Cut, or with a row of which nobody can tell whose it is: what is missing is not gone.
    is_piece: bool = False
    spared: set[str] = field(default_factory=set)
    # When the school year that the file tells of ends.
    ends: dt.date | None = None

    def reject(self, line: int, reason: str, key: str) -> None:
        """Leave a row out. Whoever it was about has not left; if nobody knows, nobody has."""
        self.rejected.append(RejectedRow(line, reason, key))
        if key:
            self.spared.add(key)
        else:
            self.is_piece = True

    def add_school(self, school: SchoolRow) -> None:
        self.schools.setdefault(school.key, school)

    def add_group(self, group: GroupRow) -> None:
        self.groups.setdefault((group.school_key, group.key), group)
