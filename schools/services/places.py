"""Schools close and merge. Their history stays theirs: old groups, notes and alerts."""

import datetime as dt

from django.db import transaction
from django.utils.translation import ngettext

from schools.errors import SchoolHasPupilsError
from schools.models import Enrolment, Membership, Pupil, School, TeachingGroup, active_on
from schools.roles import SCHOOL_LEADERS

DAY = dt.timedelta(days=1)


@transaction.atomic
def close_school(*, school: School, on: dt.date) -> None:
    """Close a school whose pupils are elsewhere already; its staff's roles end the day before.

    Raises SchoolHasPupilsError when there are pupils left: merge it, or bring a roster in first.
    """
    refuse_to_close_with_pupils(school=school, on=on)
    Membership.objects.filter(active_on(on), school=school).update(ends=on - DAY)
    school.closed_on = on
    school.save(update_fields=["closed_on"])


def refuse_to_close_with_pupils(*, school: School, on: dt.date) -> None:
    left = Pupil.objects.here(on).filter(school=school).count()
    if left:
        words = ngettext(
            "Koulussa on vielä %(count)d oppilas. Yhdistä se toiseen kouluun.",
            "Koulussa on vielä %(count)d oppilasta. Yhdistä se toiseen kouluun.",
            left,
        )
        raise SchoolHasPupilsError(words % {"count": left})


@transaction.atomic
def merge_school(*, school: School, into: School, on: dt.date) -> None:
    """Move a school's pupils, groups and staff into another one from a day on, and close it.

    The groups begin anew in the other school; the old ones keep their year. The heads of the
    merged school do not become heads of the other: that is a decision, not a consequence.
    """
    moved = {
        old.pk: _twin(old, into)
        for old in TeachingGroup.objects.filter(school=school, school_year__ends__gte=on)
    }
    _move_pupils(moved, on)
    Pupil.objects.filter(school=school).update(school=into)
    _move_staff(school, into, moved, on)
    school.closed_on, school.merged_into = on, into
    school.save(update_fields=["closed_on", "merged_into"])


def _twin(old: TeachingGroup, into: School) -> TeachingGroup:
    """The group in the other school; one that has the same name there already is another one."""
    there = TeachingGroup.objects.filter(school=into, school_year=old.school_year)
    is_taken = there.filter(key=old.key).exists()
    return TeachingGroup.objects.create(
        key=f"{old.school.key}-{old.key}"[:80] if is_taken else old.key,
        name=f"{old.name} ({old.school.name})"[:40] if is_taken else old.name,
        school=into,
        school_year=old.school_year,
        grade=old.grade,
    )


def _move_pupils(moved: dict[int, TeachingGroup], on: dt.date) -> None:
    places = list(Enrolment.objects.filter(active_on(on), group__in=moved))
    Enrolment.objects.bulk_create(
        Enrolment(pupil_id=one.pupil_id, group=moved[one.group_id], begins=on, ends=one.ends)
        for one in places
    )
    Enrolment.objects.filter(pk__in=[one.pk for one in places]).update(ends=on - DAY)


def _move_staff(school: School, into: School, moved: dict[int, TeachingGroup], on: dt.date) -> None:
    mine = Membership.objects.filter(active_on(on), school=school)
    Membership.objects.bulk_create(
        (
            Membership(
                user_id=one.user_id,
                role=one.role,
                school=into,
                group=moved.get(one.group_id) if one.group_id else None,
                begins=on,
                ends=one.ends,
            )
            for one in mine.exclude(role__in=SCHOOL_LEADERS)
        ),
        ignore_conflicts=True,
    )
    Membership.objects.filter(pk__in=[one.pk for one in mine]).update(ends=on - DAY)
