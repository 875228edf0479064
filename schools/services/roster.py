"""A whole roster in, set by set. The same roster twice changes nothing."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from accounts.models import User
from kemi_ecosystem.lib.upsert import upsert
from schools.models import (
    Enrolment,
    Guardian,
    Guardianship,
    Membership,
    Pupil,
    School,
    SchoolYear,
    TeachingGroup,
)
from schools.roles import CITY_ROLES
from schools.services.roster_schools import schools_of
from schools.services.roster_values import RosterIn, RosterReport
from schools.services.years import ensure_school_year

CHUNK = 500
FOLLOWED = ("first_name", "last_name", "email", "language")
# A file that lacks more of a school's pupils than this, and than a handful, is not whole.
MISSING_SHARE = 0.05
HANDFUL = 3


@transaction.atomic
def bring_in(*, roster: RosterIn, on: dt.date) -> RosterReport:
    """Write schools, groups, pupils, guardians and staff as the roster has them on a day."""
    report = RosterReport()
    year = ensure_school_year(on=on)
    schools = schools_of(roster, report)
    groups = _groups(roster, schools, year, report)
    pupils = _pupils(roster, schools, report)
    report.moved_keys = _enrol(roster, pupils, groups, year, on)
    report.climbing, report.standing = _climbing(roster, pupils, groups, year)
    _take_leave(roster, schools, on, report)
    _guardians(roster, pupils, report)
    _staff(roster, schools, groups, report, begins=year.begins, on=on)
    return report


def _groups(
    roster: RosterIn, schools: Mapping[str, School], year: SchoolYear, report: RosterReport
) -> dict[tuple[str, str], TeachingGroup]:
    rows = TeachingGroup.objects.filter(school_year=year, school__in=schools.values())
    known = {(one.school_id, one.key): one for one in rows}
    claimed: dict[tuple[int, str], str] = {}
    found, new = {}, []
    for (school_key, key), fields in roster.groups.items():
        school = schools[school_key]
        twin = f"{school_key}-{key}"
        # Of a merged school: another class may have the name already, there or in this file.
        is_taken = claimed.get((school.pk, key), school_key) != school_key
        is_taken |= school.key != school_key and (school.key, key) in roster.groups
        place = (school.pk, twin if is_taken or (school.pk, twin) in known else key)
        claimed[place] = school_key
        group = known.get(place)
        if group is None:
            group = TeachingGroup(
                key=place[1][:80], school=school, school_year=year, name=fields["name"][:40],
                grade=fields["grade"],
            )  # fmt: skip
            new.append(group)
        found[school_key, key] = group
    TeachingGroup.objects.bulk_create(new, batch_size=CHUNK)
    report.groups.new, report.groups.unchanged = len(new), len(found) - len(new)
    return found


def _pupils(
    roster: RosterIn, schools: Mapping[str, School], report: RosterReport
) -> dict[str, Pupil]:
    fields = {
        key: {
            "first_name": one["first_name"][:80],
            "last_name": one["last_name"][:80],
            "school_id": schools[one["school_key"]].pk,
            "home_language": one["home_language"],
            "nondisclosure": one["nondisclosure"],
            "left_on": None,
        }
        for key, one in roster.pupils.items()
    }
    _compare(fields, report)
    unknown = {"nondisclosure": False, "home_language": ""}
    pupils, report.pupils = upsert(Pupil, fields, unknown=unknown)
    return pupils


def _compare(fields: Mapping[str, dict[str, Any]], report: RosterReport) -> None:
    """Who is new, and of how many the file says another name or school than is known."""
    names = list(fields)
    seen = set()
    for start in range(0, len(names), CHUNK):
        chunk = Pupil.objects.filter(key__in=names[start : start + CHUNK])
        for key, first, last, school in chunk.values_list(
            "key", "first_name", "last_name", "school_id"
        ):
            seen.add(key)
            new = fields[key]
            report.renamed += (first, last) != (new["first_name"], new["last_name"])
            report.rehomed += school != new["school_id"]
    report.known = len(seen)
    report.joined_keys = sorted(set(names) - seen)


def _enrol(
    roster: RosterIn,
    pupils: Mapping[str, Pupil],
    groups: Mapping[tuple[str, str], TeachingGroup],
    year: SchoolYear,
    on: dt.date,
) -> list[str]:
    """Each pupil in the group that the roster says; a moved pupil's old place ends.

    Returns the keys of those who moved.
    """
    places = Enrolment.objects.filter(ends=None, group__school_year=year)
    current = {one.pupil_id: one for one in places}
    new, moved, keys = [], [], []
    for key, fields in roster.pupils.items():
        pupil, group = pupils[key], groups[fields["school_key"], fields["group_key"]]
        place = current.get(pupil.pk)
        if place and place.group_id == group.pk:
            continue
        if place:
            moved.append(place.pk)
            keys.append(key)
        begins = max(on, place.begins + dt.timedelta(days=1)) if place else year.begins
        new.append(Enrolment(pupil=pupil, group=group, begins=begins))
    for start in range(0, len(moved), CHUNK):
        Enrolment.objects.filter(pk__in=moved[start : start + CHUNK]).update(
            ends=Greatest("begins", Value(on - dt.timedelta(days=1)))
        )
    Enrolment.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)
    return sorted(keys)


def _climbing(
    roster: RosterIn,
    pupils: Mapping[str, Pupil],
    groups: Mapping[tuple[str, str], TeachingGroup],
    year: SchoolYear,
) -> tuple[int, int]:
    """Of how many the grade of the year before is known, and how many are on the same again."""
    before = Enrolment.objects.filter(
        group__school_year__ends=year.begins - dt.timedelta(days=1), group__grade__isnull=False
    )
    grades = dict(before.order_by("begins", "pk").values_list("pupil_id", "group__grade"))
    pairs = [
        (grades[pupils[key].pk], groups[one["school_key"], one["group_key"]].grade)
        for key, one in roster.pupils.items()
        if pupils[key].pk in grades
    ]
    return len(pairs), sum(then == now for then, now in pairs)


def _take_leave(
    roster: RosterIn, schools: Mapping[str, School], on: dt.date, report: RosterReport
) -> None:
    """Pupils of the file's schools whom it no longer has, have left, if it is the whole school.

    A child whose row was there and could not be read has not left.
    """
    if roster.is_piece:
        report.remarks.append(
            _("Tiedosto voi olla katkennut tai osa siitä jäi lukematta: ketään ei poistettu.")
        )
        return
    for school in schools.values():
        here = set(Pupil.objects.here(on).filter(school=school).values_list("key", flat=True))
        missing = here - roster.pupils.keys() - roster.spared
        if not missing:
            continue
        if len(missing) > max(HANDFUL, MISSING_SHARE * len(here)):
            words = _("%(school)s: tiedostossa on vain osa oppilaista, muita ei poistettu.")
            report.remarks.append(words % {"school": school.name})
            continue
        gone = sorted(missing)
        report.left_keys += gone
        for start in range(0, len(gone), CHUNK):
            chunk = Pupil.objects.filter(key__in=gone[start : start + CHUNK])
            report.left += chunk.update(left_on=on)


def _guardians(roster: RosterIn, pupils: Mapping[str, Pupil], report: RosterReport) -> None:
    users = _users(
        {
            f"huoltaja:{key}"[:150]: {
                "first_name": (one["first_name"] or "")[:80],
                "last_name": (one["last_name"] or "")[:80],
                "email": one["email"],
                "language": one["language"] or "fi",
                "kind": User.Kind.GUARDIAN,
            }
            for key, one in roster.guardians.items()
            if one["email"]
        }
    )
    wanted = {
        key: {
            "first_name": one["first_name"] and one["first_name"][:80],
            "last_name": one["last_name"] and one["last_name"][:80],
            "email": one["email"],
            "phone": one["phone"],
            "language": one["language"] or None,
            "user_id": _pk(users.get(f"huoltaja:{key}"[:150])),
        }
        for key, one in roster.guardians.items()
    }
    unknown = {"first_name": "", "last_name": "", "phone": "", "language": "fi", "user_id": None}
    guardians, report.guardians = upsert(Guardian, wanted, unknown=unknown)
    rows = [
        Guardianship(guardian=guardians[guardian], pupil=pupils[pupil])
        for guardian, pupil in roster.guardianships
    ]
    Guardianship.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)
    if not roster.is_piece:
        ended = _end_guardianships(rows)
        report.unguarded_keys = sorted(key for key, one in pupils.items() if one.pk in ended)


def _end_guardianships(rows: Sequence[Guardianship]) -> set[int]:
    """Of a child whose guardians the file names, nobody else is a guardian any more.

    Returns the children of whom somebody no longer is.
    """
    ended: set[int] = set()
    named = {(one.guardian_id, one.pupil_id) for one in rows}
    pupil_ids = sorted({one.pupil_id for one in rows})
    for start in range(0, len(pupil_ids), CHUNK):
        known = Guardianship.objects.filter(pupil_id__in=pupil_ids[start : start + CHUNK])
        gone = {
            pk: pupil
            for pk, guardian, pupil in known.values_list("pk", "guardian_id", "pupil_id")
            if (guardian, pupil) not in named
        }
        Guardianship.objects.filter(pk__in=gone).delete()
        ended |= set(gone.values())
    return ended


def _pk(user: User | None) -> int | None:
    return user.pk if user else None


def _users(wanted: Mapping[str, dict[str, Any]]) -> dict[str, User]:
    """Passive users: they have a name and an address, and no password until they are invited.

    Of those who are known already the name, the address and the language follow the file.
    """
    found: dict[str, User] = {}
    names = list(wanted)
    for start in range(0, len(names), CHUNK):
        rows = User.objects.filter(username__in=names[start : start + CHUNK])
        found.update({one.username: one for one in rows})
    new = [
        User(username=name, password=make_password(None), **fields)
        for name, fields in wanted.items()
        if name not in found
    ]
    User.objects.bulk_create(new, batch_size=CHUNK)
    _follow_the_file(found, wanted)
    return found | {one.username: one for one in new}


def _follow_the_file(found: Mapping[str, User], wanted: Mapping[str, dict[str, Any]]) -> None:
    changed = []
    for name, user in found.items():
        news = {
            key: value
            for key in FOLLOWED
            if (value := wanted[name].get(key)) and value != getattr(user, key)
        }
        for key, value in news.items():
            setattr(user, key, value)
        if news:
            changed.append(user)
    User.objects.bulk_update(changed, FOLLOWED, batch_size=CHUNK)


def _staff(
    roster: RosterIn,
    schools: Mapping[str, School],
    groups: Mapping[tuple[str, str], TeachingGroup],
    report: RosterReport,
    *,
    begins: dt.date,
    on: dt.date,
) -> None:
    names = {key: _username(one["username"]) for key, one in roster.staff.items()}
    before = User.objects.filter(username__in=names.values()).count()
    users = _users(
        {
            names[key]: {
                "first_name": one["first_name"][:80],
                "last_name": one["last_name"][:80],
                "email": one["email"],
                "kind": User.Kind.STAFF,
            }
            for key, one in roster.staff.items()
        }
    )
    report.staff.new = len(users) - before
    report.staff.unchanged = before
    rows = []
    for key, one in roster.staff.items():
        for school_key, role, group_key in one["roles"]:
            school = None if role in CITY_ROLES else schools.get(school_key)
            group = groups.get((school_key, group_key)) if group_key else None
            rows.append(
                Membership(
                    user=users[names[key]], role=role, school=school, group=group, begins=begins
                )
            )
    Membership.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)
    if not roster.is_piece:
        _end_others(rows, on)


def _end_others(rows: Iterable[Membership], on: dt.date) -> None:
    """A group whose class teacher the file names has no other class teacher any more."""
    named: dict[tuple[str, int], set[int]] = defaultdict(set)
    for one in rows:
        if one.group_id:
            named[one.role, one.group_id].add(one.user_id)
    open_ones = Membership.objects.filter(ends=None, group__in={group for _role, group in named})
    gone = [
        one.pk
        for one in open_ones
        if one.user_id not in named.get((one.role, one.group_id or 0), {one.user_id})
    ]
    ends = Greatest("begins", Value(on - dt.timedelta(days=1)))
    for start in range(0, len(gone), CHUNK):
        Membership.objects.filter(pk__in=gone[start : start + CHUNK]).update(ends=ends)


def _username(name: str) -> str:
    """A user name that cannot be mistaken for a guardian's."""
    return re.sub(r"[^\w.@+-]+", ".", name)[:150]
