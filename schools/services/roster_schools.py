"""Which schools a roster means."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from django.utils.text import slugify
from django.utils.translation import gettext as _

from kemi_ecosystem.lib.text import fold
from schools.models import School
from schools.services.roster_values import RosterIn, RosterReport

LOWER_SECONDARY_FROM = 7


def schools_of(roster: RosterIn, report: RosterReport) -> dict[str, School]:
    """The roster's schools by the keys that it uses; those nobody knows are made.

    A school is known by its key, or by its name where one open school only has it.
    """
    found = School.objects.filter(key__in=roster.schools).select_related("merged_into")
    known = {one.key: _where_it_is_now(one, report) for one in found}
    known |= _by_name(
        {key: roster.schools[key] for key in roster.schools.keys() - known.keys()}, known
    )
    slugs = set(School.objects.values_list("slug", flat=True))
    new = []
    for key, name in roster.schools.items():
        if key in known:
            report.schools.unchanged += 1
            continue
        slug = _free_slug(name, slugs)
        slugs.add(slug)
        new.append(School(key=key, name=name[:120], slug=slug, stage=_stage(roster, key)))
        report.created_schools.append(name)
    School.objects.bulk_create(new)
    report.schools.new = len(new)
    return known | {one.key: one for one in new}


def _by_name(wanted: Mapping[str, str], taken: Mapping[str, School]) -> dict[str, School]:
    """Schools that another source names by another key, or by no key at all."""
    if not wanted:
        return {}
    named: dict[str, list[School]] = defaultdict(list)
    for one in School.objects.filter(closed_on=None, merged_into=None):
        named[_plain(one.name)].append(one)
    spent = {one.pk for one in taken.values()}
    times = Counter(_plain(name) for name in wanted.values())
    return {
        key: named[_plain(name)][0]
        for key, name in wanted.items()
        if len(named[_plain(name)]) == 1
        and times[_plain(name)] == 1
        and named[_plain(name)][0].pk not in spent
    }


def _plain(name: str) -> str:
    return " ".join(fold(name).split())


def _where_it_is_now(school: School, report: RosterReport) -> School:
    """A source may go on naming a school that has merged into another."""
    if school.merged_into is None:
        return school
    words = _("%(old)s on yhdistetty: oppilaat tuotiin kouluun %(new)s.")
    report.remarks.append(words % {"old": school.name, "new": school.merged_into.name})
    return school.merged_into


def _free_slug(name: str, taken: set[str]) -> str:
    base = slugify(name)[:70] or "koulu"
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _stage(roster: RosterIn, key: str) -> str:
    """What a new school is, told by the grades of its groups."""
    grades = {one["grade"] for (school, _), one in roster.groups.items() if school == key}
    numbers = {grade for grade in grades if grade}
    low = any(grade < LOWER_SECONDARY_FROM for grade in numbers)
    high = any(grade >= LOWER_SECONDARY_FROM for grade in numbers)
    if low and high:
        return School.Stage.UNIFIED
    if high:
        return School.Stage.LOWER_SECONDARY
    if low:
        return School.Stage.PRIMARY
    return School.Stage.PREPRIMARY if grades == {0} else School.Stage.ECEC
