"""The case page of a pupil: all that those who follow the child need on one page."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from absences.case_picture import CaseNote, Picture, before_and_after, draw
from absences.causes import measures_tried
from absences.classes import ABSENCES, NationalClass
from absences.in_force import Counting, counting_columns, in_force
from absences.models import Alert, LessonNote, Reaction
from accounts.models import User
from kemi_ecosystem.lib.clock import local_date
from schools.calendar import SchoolCalendar, year_bounds
from schools.models import Enrolment, Pupil, PupilQuerySet, active_on
from schools.roles import CAPABILITIES, Capability
from support.models import Helped


@dataclass(frozen=True, slots=True)
class Answer:
    """What an adult did, what was tried, and the weeks around it."""

    kind: str
    with_whom: str
    who: str
    on: dt.date
    helped: str
    measures: list[str]
    around: tuple[Decimal, Decimal, int] | None


@dataclass(slots=True)
class Step:
    """A step that was reached, with its answers."""

    alert_id: Any
    name: str
    raised_on: dt.date
    state: str
    answers: list[Answer] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CasePage:
    pupil: Pupil
    group: str
    picture: Picture
    steps: list[Step]
    by_class: list[tuple[str, Decimal, bool]]
    counting: str
    peak: str


def followed_pupils(user: User, *, on: dt.date) -> PupilQuerySet:
    """Whose case this person may open: those who follow absences of the pupil, nobody else."""
    return Pupil.objects.in_scope(user, roles=CAPABILITIES[Capability.FOLLOW_ABSENCES], on=on)


def for_case(pupils: PupilQuerySet, *, on: dt.date) -> PupilQuerySet:
    """Each with `group_name`, `counting` and `counted`."""
    group = Enrolment.objects.filter(active_on(on), pupil_id=OuterRef("pk")).order_by("-begins")
    return pupils.select_related("school").annotate(
        group_name=Subquery(group.values("group__name")[:1]),
        **counting_columns(on),
    )


def case_page(pupil: Pupil, *, on: dt.date, calendar: SchoolCalendar) -> CasePage:
    """The pupil's school year until a day, in three statements. `pupil` comes from `for_case`."""
    first, _last = year_bounds(on)
    rule = in_force(pupil.counting, pupil.counted)  # type: ignore[attr-defined]
    rows = LessonNote.objects.live().within(first, on).filter(pupil=pupil).order_by("date")
    notes = [
        CaseNote(*row)
        for row in rows.values_list("date", "lesson", "national_class", "minutes", "unresolved")
    ]
    if rule.counting == Counting.NOTES:
        notes = [
            CaseNote(one.date, one.lesson, one.national_class, 45, one.unresolved) for one in notes
        ]
    picture = draw(
        notes,
        absences=ABSENCES,
        counted=rule.counted,
        per_hour=rule.counting.minutes,
        first=max(first, calendar.lessons_begin or first),
        last=on,
        is_school_day=calendar.is_school_day,
    )
    return CasePage(
        pupil=pupil,
        group=pupil.group_name or "",  # type: ignore[attr-defined]
        picture=picture,
        steps=_steps(pupil, picture, on, calendar),
        by_class=[
            (str(NationalClass(name).label), value, counts)
            for name, value, counts in picture.by_class
        ],
        counting=str(rule.counting.label),
        peak=_peak(picture),
    )


WEEKDAYS = (
    _lazy("maanantain"), _lazy("tiistain"), _lazy("keskiviikon"), _lazy("torstain"),
    _lazy("perjantain"),
)  # fmt: skip


def _peak(picture: Picture) -> str:
    """The lesson that is missed most; of several alike, the weekday; else that none stands out."""
    if picture.peak is None:
        return _("Mikään tunti ei erotu muista.")
    day, lesson, count = picture.peak
    if lesson is None:
        words = _("Useimmin poissa %(day)s tunneilta: %(count)d merkintää.")
        return words % {"day": WEEKDAYS[day], "count": count}
    return _("Useimmin poissa %(day)s %(lesson)d. tunnilta: %(count)d kertaa.") % {
        "day": WEEKDAYS[day],
        "lesson": lesson,
        "count": count,
    }


def _steps(pupil: Pupil, picture: Picture, on: dt.date, calendar: SchoolCalendar) -> list[Step]:
    """Alerts and their answers in one statement, the measures that were tried in another."""
    rows = list(
        Alert.objects.filter(pupil=pupil)
        .order_by("-raised_on", "-step__order", "reactions__reacted_at")
        .values(
            "pk",
            "raised_on",
            "state",
            name=F("step__name"),
            reaction=F("reactions__pk"),
            kind=F("reactions__kind"),
            with_whom=F("reactions__with_whom"),
            on=F("reactions__reacted_at"),
            helped=F("reactions__helped"),
            first_name=F("reactions__by__first_name"),
            last_name=F("reactions__by__last_name"),
        )
    )
    tried = measures_tried([row["reaction"] for row in rows if row["reaction"]])
    weeks = {
        bar.monday: bar.counted for bar in picture.weeks if calendar.has_school_in_week(bar.monday)
    }
    steps: dict[Any, Step] = {}
    for row in rows:
        state = str(Alert.State(row["state"]).label)
        step = steps.setdefault(row["pk"], Step(row["pk"], row["name"], row["raised_on"], state))
        if row["reaction"]:
            step.answers.append(_answer(row, tried, weeks, on))
    return list(steps.values())


def _answer(
    row: Mapping[str, Any],
    tried: dict[int, list[str]],
    weeks: dict[dt.date, Decimal],
    today: dt.date,
) -> Answer:
    on = local_date(row["on"])
    return Answer(
        kind=str(Reaction.Kind(row["kind"]).label),
        with_whom=str(Reaction.With(row["with_whom"]).label),
        who=f"{row['first_name'] or ''} {row['last_name'] or ''}".strip(),
        on=on,
        helped=str(Helped(row["helped"]).label) if row["helped"] else "",
        measures=tried.get(row["reaction"], []),
        around=before_and_after(on, weeks, today=today),
    )
