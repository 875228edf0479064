"""The year's screenings as a class teacher and a school's leader see them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q, QuerySet

from schools.calendar import year_bounds
from schools.models import Membership, Person, TeachingGroup, this_year
from schools.roles import SCHOOL_LEADERS
from support.models import CityScreeningSum, Screening, ScreeningDone, ScreeningSum
from support.models.rounds import OWN_GROUP, WHOLE_SCHOOL
from support.rules import ANSWER_WITHIN, REMIND_FROM_DAY, screening_is_by

LAST_OF_PRIMARY = 6
# Of those who work for a whole school, the ones who meet its children: a leader reads the sums.
WORKS_WITH_ALL = [role for role in WHOLE_SCHOOL if role not in SCHOOL_LEADERS]


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
    # Whether its counts of children are for this reader: those who teach the class.
    is_counted: bool = True

    @property
    def started_in_time(self) -> bool:
        done = self.done
        return bool(done and done.started_on and done.started_on <= done.done_on + ANSWER_WITHIN)

    def is_to_remind(self, on: dt.date) -> bool:
        """Calmly: from the middle of the screening's own month on."""
        return self.done is None and on >= self.by.replace(day=REMIND_FROM_DAY)


@dataclass(frozen=True, slots=True)
class ScreeningPage:
    rows: list[ClassScreening]
    # For those who lead a school: what it is told of the children, once and in fives.
    sums: list[ScreeningSum]
    is_leader: bool

    @property
    def done(self) -> int:
        return sum(row.done is not None for row in self.rows)

    @property
    def late(self) -> int:
        return sum(row.is_late for row in self.rows)

    @property
    def counted(self) -> list[ClassScreening]:
        return [row for row in self.rows if row.is_counted]

    @property
    def waiting(self) -> int:
        """In the classes that one teaches."""
        return sum(row.done.waiting for row in self.counted if row.done)


def _known(user: Person, on: dt.date) -> list[tuple[TeachingGroup, bool, bool]]:
    """This year's groups that one knows of; whether one teaches each, and leads its school."""
    mine = Membership.objects.of(user, on=on)
    own = mine.filter(role__in=OWN_GROUP, group_id=OuterRef("pk"))
    of_school = mine.filter(school_id=OuterRef("school_id"))
    found = _this_year(on).annotate(
        is_taught=Exists(own) | Exists(of_school.filter(role__in=WORKS_WITH_ALL)),
        is_led=Exists(of_school.filter(role__in=SCHOOL_LEADERS)),
    )
    near = found.filter(Q(is_taught=True) | Q(is_led=True))
    return [
        (one, one.is_taught, one.is_led) for one in near.order_by("school__name", "grade", "name")
    ]


def groups_of(user: Person, *, on: dt.date) -> list[TeachingGroup]:
    """This year's groups that one teaches, or all of the schools where one is a special teacher.

    Whoever leads a school knows that a class has been screened, and the school's sums.
    """
    return [group for group, is_taught, _led in _known(user, on) if is_taught]


def all_groups(*, on: dt.date) -> list[TeachingGroup]:
    return list(_this_year(on))


def _this_year(on: dt.date) -> QuerySet[TeachingGroup]:
    return TeachingGroup.objects.filter(this_year(on), school__closed_on=None).select_related(
        "school", "school_year"
    )


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
    known = _known(user, on)
    taught = {group.pk for group, is_taught, _led in known if is_taught}
    led = {group.school_id for group, _taught, is_led in known if is_led}
    rows = [
        replace(row, is_counted=row.group.pk in taught)
        for row in class_screenings([group for group, *_rest in known], on=on)
    ]
    sums = ScreeningSum.objects.filter(school__in=led, by__in={row.by for row in rows})
    return ScreeningPage(rows, list(sums.select_related("screening", "school")), bool(led))


@dataclass(frozen=True, slots=True)
class Stage:
    """Pre-primary, primary or lower secondary: the grades that go together in a city's eyes."""

    slug: str
    sums: list[CityScreeningSum]


def city_stages(*, on: dt.date) -> list[Stage]:
    """What the city has been told this school year, by stage and grade."""
    first, last = year_bounds(on)
    told = CityScreeningSum.objects.filter(by__gte=first, by__lte=last)
    rows = list(told.select_related("screening"))
    by_stage = {
        "pre": [one for one in rows if one.grade == 0],
        "lower": [one for one in rows if 1 <= one.grade <= LAST_OF_PRIMARY],
        "upper": [one for one in rows if one.grade > LAST_OF_PRIMARY],
    }
    return [Stage(slug, sums) for slug, sums in by_stage.items() if sums]
