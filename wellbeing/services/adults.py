"""The adults around a child: who would read a wish, and whom a child in need is offered."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from accounts.models import User
from kemi_ecosystem.lib.hiding import LEAST
from schools.models import Enrolment, Membership, Pupil, Substitution, active_on, this_year
from schools.roles import Role
from wellbeing.models import OWN_CLASS, WishList, WishRound

HEADS = frozenset({Role.PRINCIPAL, Role.DAYCARE_DIRECTOR})
Audience = WishList.Audience


@dataclass(frozen=True, slots=True)
class Choice:
    """To whom a list may go, and who they are; nobody is named for a nameless one."""

    audience: Audience
    adults: tuple[User, ...]


def choices_for(wish_round: WishRound, *, on: dt.date) -> list[Choice]:
    """To whom a child of this class may send: only where there is somebody to read.

    A class of fewer than five cannot hide anybody, so it is not offered the nameless way.
    """
    group = wish_round.group
    staff = _staff(group.school_id, [group.pk], on)
    own, special, welfare = (
        _people(staff, roles) for roles in (OWN_CLASS, {Role.SPECIAL_TEACHER}, {Role.WELFARE})
    )
    offered = []
    if own:
        offered.append(Choice(Audience.TEACHER, own))
    if special:
        offered.append(Choice(Audience.SPECIAL, tuple(dict.fromkeys([*own, *special]))))
    if welfare:
        offered.append(Choice(Audience.WELFARE, welfare))
    if own and _class_size(wish_round, on) >= LEAST:
        offered.append(Choice(Audience.NOBODY, ()))
    return offered


def people_of(wish_round: WishRound, *, roles: Collection[Role], on: dt.date) -> tuple[User, ...]:
    """Those who have one of these roles around a round's class."""
    return _people(_staff(wish_round.group.school_id, [wish_round.group_id], on), roles)


def _class_size(wish_round: WishRound, on: dt.date) -> int:
    places = Enrolment.objects.filter(active_on(on), group_id=wish_round.group_id)
    return Pupil.objects.here(on).filter(enrolments__in=places).distinct().count()


def adult_for(pupil: Pupil, *, on: dt.date, told: Collection[int] = ()) -> User | None:
    """Whom a child in need is offered: a welfare adult of the school, the own teacher, the head.

    Not those who have been told already, and not those who are away: whoever stands in is asked.
    """
    places = Enrolment.objects.filter(active_on(on), this_year(on, "group__"), pupil=pupil)
    groups = places.values_list("group_id", flat=True)
    staff = _staff(pupil.school_id, list(groups), on)
    in_order = [*_people(staff, {Role.WELFARE}), *_people(staff, OWN_CLASS), *_people(staff, HEADS)]
    deputies = _deputies(in_order, on)
    here = (deputies.get(one.pk, one) for one in in_order)
    return next((one for one in here if one is not None and one.pk not in told), None)


def _staff(school_id: int, group_ids: Iterable[int], on: dt.date) -> list[Membership]:
    """The school's welfare adults, special teachers and heads, and the classes' own teachers."""
    rows = Membership.objects.filter(active_on(on), user__is_active=True)
    of_school = rows.filter(role__in={Role.WELFARE, Role.SPECIAL_TEACHER} | HEADS).filter(
        school_id=school_id
    )
    of_class = rows.filter(role__in=OWN_CLASS, group_id__in=group_ids)
    return list((of_school | of_class).select_related("user").order_by("begins", "pk"))


def _people(staff: Iterable[Membership], roles: Collection[str]) -> tuple[User, ...]:
    return tuple(dict.fromkeys(one.user for one in staff if one.role in roles))


def _deputies(people: Iterable[User], on: dt.date) -> dict[int, User | None]:
    """Who of these is away today, and who stands in; None where nobody does."""
    away = Substitution.objects.on(on).filter(absent__in=[one.pk for one in people])
    return {
        one.absent_id: one.substitute if one.substitute and one.substitute.is_active else None
        for one in away.select_related("substitute")
    }
