"""What pages and rounds ask of the school world."""

import datetime as dt
from dataclasses import dataclass

from schools.calendar import Break, SchoolCalendar
from schools.models import Membership, Person, SchoolYear
from schools.roles import CAPABILITIES, Capability, Role


@dataclass(frozen=True, slots=True)
class Hats:
    """The roles of one person on one day, read once for a page."""

    roles: frozenset[Role]
    school_ids: frozenset[int]

    def can(self, capability: Capability) -> bool:
        return bool(self.roles & CAPABILITIES[capability])


def hats_of(user: Person, *, on: dt.date) -> Hats:
    rows = list(Membership.objects.of(user, on=on).values_list("role", "school_id"))
    return Hats(
        roles=frozenset(Role(role) for role, _school in rows),
        school_ids=frozenset(school for _role, school in rows if school),
    )


def calendar_for(on: dt.date) -> SchoolCalendar:
    """The calendar of the school year of a day; without one, every weekday is a school day."""
    rows = list(
        SchoolYear.objects.containing(on).values_list(
            "lessons_begin", "lessons_end", "holidays__name", "holidays__begins", "holidays__ends"
        )
    )
    if not rows:
        return SchoolCalendar()
    breaks = tuple(Break(name, begins, ends) for _, _, name, begins, ends in rows if name)
    return SchoolCalendar(breaks, rows[0][0], rows[0][1], is_given=bool(breaks))
