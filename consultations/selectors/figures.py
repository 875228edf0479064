"""What heads and the city see: how the hours are used. Nothing is reckoned here: see `sums`."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from consultations.models import ConsultationHour, TermSum
from consultations.rules import Term, terms_of
from schools.models import School


@dataclass(frozen=True, slots=True)
class EmptyHour:
    school: School
    weekday: str
    starts: str


@dataclass(frozen=True, slots=True)
class AskedWeek:
    school: School
    first: dt.date
    asked: int


@dataclass(frozen=True, slots=True)
class FiguresPage:
    schools: list[TermSum]
    empty_hours: list[EmptyHour]
    weeks: list[AskedWeek]
    # The last day that is counted; None before the first whole month of a term.
    last: dt.date | None
    term: Term
    terms: list[Term]


def figures_page(schools: Iterable[School], *, on: dt.date, wanted: str = "") -> FiguresPage:
    """The hours of these units in one term of this school year, as last told.

    A term stands alone: beside a figure of the whole year the two would tell each other's.
    """
    terms = terms_of(on)
    term = next((one for one in terms if one.slug == wanted), terms[-1])
    told = TermSum.objects.filter(first=term.first, last__lt=on)
    newest = told.order_by("-last").values_list("last", flat=True).first()
    rows = []
    if newest is not None:
        rows = list(told.filter(last=newest, school__in=schools).select_related("school"))
    return FiguresPage(
        schools=rows,
        empty_hours=[
            EmptyHour(one.school, str(ConsultationHour.Weekday(weekday).label), starts)
            for one in rows
            for weekday, starts in one.empty_hours
        ],
        weeks=[
            AskedWeek(one.school, dt.date.fromisoformat(monday), asked)
            for one in rows
            for monday, asked in one.weeks
        ],
        last=min(newest, term.last) if newest else None,
        term=term,
        terms=terms,
    )
