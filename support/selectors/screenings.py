"""The year's screenings as a class teacher and a school's leader see them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from schools.models import Membership, Person, TeachingGroup
from support.models import Screening, ScreeningDone
from support.models.rounds import OWN_GROUP, WHOLE_SCHOOL
from support.rules import ANSWER_WITHIN, REMIND_FROM_DAY, screening_is_by


@dataclass(frozen=True, slots=True)
class ClassScreening:
    """One screening of one class: done or not yet, by when, and what came of it."""

    screening: Screening
    group: TeachingGroup
    by: dt.date
    done: ScreeningDone | None
    is_late: bool
    # Somebody waits though two weeks have gone.
    is_waiting_long: bool

    @property
    def started_in_time(self) -> bool:
        done = self.done
        return bool(done and done.started_on and done.started_on <= done.done_on + ANSWER_WITHIN)

    def is_to_remind(self, on: dt.date) -> bool:
        """Calmly: from the middle of the screening's own month on."""
        return self.done is None and on >= self.by.replace(day=REMIND_FROM_DAY)


@dataclass(frozen=True, slots=True)
class SchoolPicture:
    """Sums over the classes that one leads."""

    done: int
    total: int
    late: int
    follow_up: int
    waiting: int


@dataclass(frozen=True, slots=True)
class ScreeningPage:
    rows: list[ClassScreening]
    picture: SchoolPicture


def groups_of(user: Person, *, on: dt.date) -> list[TeachingGroup]:
    """This year's groups that one teaches, or all of the schools that one works for."""
    mine = Membership.objects.of(user, on=on)
    this_year = _this_year(on)
    own = this_year.filter(pk__in=mine.filter(role__in=OWN_GROUP).values("group_id"))
    whole = this_year.filter(school_id__in=mine.filter(role__in=WHOLE_SCHOOL).values("school_id"))
    return list((own | whole).order_by("school__name", "grade", "name"))


def all_groups(*, on: dt.date) -> list[TeachingGroup]:
    return list(_this_year(on))


def _this_year(on: dt.date) -> QuerySet[TeachingGroup]:
    return TeachingGroup.objects.filter(
        school_year__begins__lte=on, school_year__ends__gte=on, school__closed_on=None
    ).select_related("school", "school_year")


def class_screenings(groups: Iterable[TeachingGroup], *, on: dt.date) -> list[ClassScreening]:
    """Two statements, whatever the number of groups."""
    groups = list(groups)
    screenings = list(Screening.objects.all())
    done = {
        (one.screening_id, one.group_id): one
        for one in ScreeningDone.objects.filter(group__in=groups)
    }
    return [
        _row(screening, group, done.get((screening.pk, group.pk)), on)
        for screening in screenings
        for group in groups
        if group.grade in screening.grades
    ]


def _row(
    screening: Screening, group: TeachingGroup, done: ScreeningDone | None, on: dt.date
) -> ClassScreening:
    by = screening_is_by(screening.month, year_begins=group.school_year.begins)
    waits = done is not None and done.waiting > 0 and on > done.done_on + ANSWER_WITHIN
    return ClassScreening(screening, group, by, done, done is None and on > by, waits)


def screening_page(user: Person, *, on: dt.date) -> ScreeningPage:
    rows = class_screenings(groups_of(user, on=on), on=on)
    known = [row.done for row in rows if row.done is not None]
    picture = SchoolPicture(
        done=len(known),
        total=len(rows),
        late=sum(row.is_late for row in rows),
        follow_up=sum(one.follow_up for one in known),
        waiting=sum(one.waiting for one in known),
    )
    return ScreeningPage(rows, picture)
