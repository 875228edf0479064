"""The adults around a child: who would read a wish, and whom a child in need is offered."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts.models import User
from kemi_ecosystem.lib.hiding import LEAST
from schools.models import Enrolment, Membership, Pupil, Substitution, active_on, this_year
from schools.roles import Role
from wellbeing.models import OWN_CLASS, WishList, WishRound

HEADS = frozenset({Role.PRINCIPAL, Role.DAYCARE_DIRECTOR})
# In this order a call goes on.
LADDER: tuple[Collection[str], ...] = ({Role.WELFARE}, OWN_CLASS, HEADS)
Audience = WishList.Audience


@dataclass(frozen=True, slots=True)
class Adult:
    """An adult around a child; who is away is named with whoever stands in, if anybody does."""

    user: User
    role: str
    is_away: bool = False
    deputy: User | None = None

    @property
    def here(self) -> User | None:
        """Who hears of it today."""
        return self.deputy if self.is_away else self.user


@dataclass(frozen=True, slots=True)
class Choice:
    """To whom a list may go, and who they are; nobody is named for a nameless one."""

    audience: Audience
    adults: tuple[Adult, ...]


def choices_for(wish_round: WishRound, *, on: dt.date) -> list[Choice]:
    """To whom a child of this class may send: only where there is somebody to read.

    A class of fewer than five cannot hide anybody, so it is not offered the nameless way.
    """
    group = wish_round.group
    staff = _staff(group.school_id, [group.pk], on)
    own, special, welfare = (
        _adults(staff, roles) for roles in (OWN_CLASS, {Role.SPECIAL_TEACHER}, {Role.WELFARE})
    )
    offered = []
    if own:
        offered.append(Choice(Audience.TEACHER, own))
    if special:
        teaches = {one.user for one in own}
        others = tuple(one for one in special if one.user not in teaches)
        offered.append(Choice(Audience.SPECIAL, own + others))
    if welfare:
        offered.append(Choice(Audience.WELFARE, welfare))
    if own and _class_size(wish_round, on) >= LEAST:
        offered.append(Choice(Audience.NOBODY, ()))
    return offered


def people_of(wish_round: WishRound, *, roles: Collection[Role], on: dt.date) -> tuple[User, ...]:
    """Those of these roles around a round's class: who is here, else who comes back."""
    adults = _adults(_staff(wish_round.group.school_id, [wish_round.group_id], on), roles)
    return tuple(dict.fromkeys(one.here or one.user for one in adults))


def _class_size(wish_round: WishRound, on: dt.date) -> int:
    places = Enrolment.objects.filter(active_on(on), group_id=wish_round.group_id)
    return Pupil.objects.here(on).filter(enrolments__in=places).distinct().count()


def ladder(pupil: Pupil, *, on: dt.date) -> list[Adult]:
    """Who hears of a child in need, one after the other: a welfare adult of the school, the own
    teacher, the head. Who is away is passed over for whoever stands in. Three statements.
    """
    places = Enrolment.objects.filter(active_on(on), this_year(on, "group__"), pupil=pupil)
    staff = _staff(pupil.school_id, list(places.values_list("group_id", flat=True)), on)
    steps: dict[User, Adult] = {}
    for roles in LADDER:
        for one in _adults(staff, roles):
            # One who has two roles, or stands in for another of them, is one step.
            if one.here is not None:
                steps.setdefault(one.here, one)
    return list(steps.values())


def adult_for(pupil: Pupil, *, on: dt.date, told: Collection[int] = ()) -> User | None:
    """Whom a child in need is offered next, beside those who have been told already."""
    here = (one.here for one in ladder(pupil, on=on))
    return next((one for one in here if one is not None and one.pk not in told), None)


@dataclass(frozen=True, slots=True)
class _Staff:
    """Who works around a child, and who stands in for those who are away today."""

    rows: list[Membership]
    deputies: dict[int, User | None]


def _staff(school_id: int, group_ids: Iterable[int], on: dt.date) -> _Staff:
    """The school's welfare adults, special teachers and heads, and the classes' own teachers."""
    rows = Membership.objects.filter(active_on(on), user__is_active=True)
    of_school = rows.filter(role__in={Role.WELFARE, Role.SPECIAL_TEACHER} | HEADS).filter(
        school_id=school_id
    )
    of_class = rows.filter(role__in=OWN_CLASS, group_id__in=group_ids)
    found = list((of_school | of_class).select_related("user").order_by("begins", "pk"))
    return _Staff(found, _deputies([one.user for one in found], on))


def _adults(staff: _Staff, roles: Collection[str]) -> tuple[Adult, ...]:
    """Those of the staff who have one of these roles, each once."""
    first: dict[User, str] = {}
    for one in staff.rows:
        if one.role in roles:
            first.setdefault(one.user, one.role)
    deputies = staff.deputies
    return tuple(
        Adult(user, role, user.pk in deputies, deputies.get(user.pk))
        for user, role in first.items()
    )


def _deputies(people: Iterable[User], on: dt.date) -> dict[int, User | None]:
    """Who of these is away today, and who stands in; None where nobody does."""
    at_work = Substitution.objects.stood_in(on).filter(pk=OuterRef("pk"))
    away = Substitution.objects.on(on).filter(absent__in=[one.pk for one in people])
    found: dict[int, User | None] = {}
    for one in away.annotate(is_stood_in=Exists(at_work)).select_related("substitute"):
        stands_in = one.substitute if one.is_stood_in else None  # type: ignore[attr-defined]
        found[one.absent_id] = found.get(one.absent_id) or stands_in
    return found
