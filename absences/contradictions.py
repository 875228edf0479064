"""What the portal knows that cannot all be true, each with the way to where it is mended.

Pupils are told by their keys: whoever mends a source works there, and need not see names here.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from absences.freshness import stale_sources
from absences.models import InterventionModel, InterventionStep, LessonNote, NoteBatch
from kemi_ecosystem.lib import clock
from schools.busy import promised
from schools.calendar import SchoolCalendar, year_bounds
from schools.models import (
    Enrolment,
    Guardianship,
    Membership,
    School,
    Substitution,
    TeachingGroup,
    active_on,
    this_year,
)
from schools.roles import Role

AHEAD = dt.timedelta(days=60)
SHOWN_KEYS = 10
SILENT = "silent-source"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that cannot be: in which school (None: the whole city), in words, and the way."""

    kind: str
    school_id: int | None
    words: str
    link: str
    link_words: str


def contradictions(*, on: dt.date, calendar: SchoolCalendar) -> list[Found]:
    """All of the city's, in a handful of statements."""
    return [
        *_notes_on_holidays(on, calendar),
        *_in_two_schools(on),
        *_away_and_promised(on),
        *_without_class_teacher(on),
        *_guardians_without_channel(),
        *_steps_without_recipient(on),
        *_silent_sources(on, calendar),
    ]


def of_schools(found: Iterable[Found], school_ids: Iterable[int]) -> list[Found]:
    """Those that a head can do something about."""
    mine = set(school_ids)
    return [one for one in found if one.school_id in mine]


def _notes_on_holidays(on: dt.date, calendar: SchoolCalendar) -> Iterator[Found]:
    if not calendar.is_given:
        return
    first, _last = year_bounds(on)
    rows = (
        LessonNote.objects.live()
        .within(first, on)
        .order_by()
        .values_list("pupil__school_id", "pupil__school__name", "date")
        .annotate(count=Count("pk"))
    )
    days: dict[tuple[int, str], list[tuple[dt.date, int]]] = defaultdict(list)
    for school_id, name, day, count in rows:
        if not calendar.is_school_day(day):
            days[school_id, name].append((day, count))
    for (school_id, name), found in sorted(days.items()):
        words = _("%(school)s: %(count)d merkintää päivillä, jolloin ei ole koulua (%(days)s).")
        shown = ", ".join(f"{day.day}.{day.month}." for day, _count in sorted(found)[:4])
        values = {"school": name, "count": sum(n for _day, n in found), "days": shown}
        yield Found(
            "holiday", school_id, words % values,
            reverse("admin:schools_schoolyear_changelist"), _("Lukuvuoden lomat"),
        )  # fmt: skip


def _in_two_schools(on: dt.date) -> Iterator[Found]:
    of_year = this_year(on, "group__")
    places = Enrolment.objects.filter(active_on(on), of_year, pupil__left_on=None)
    elsewhere = places.filter(pupil_id=OuterRef("pupil_id")).exclude(
        group__school_id=OuterRef("group__school_id")
    )
    rows = places.filter(Exists(elsewhere)).order_by("pupil__key")
    by_school: dict[tuple[int, str], list[str]] = defaultdict(list)
    for school_id, name, key in rows.values_list(
        "group__school_id", "group__school__name", "pupil__key"
    ):
        by_school[school_id, name].append(key)
    for (school_id, name), keys in sorted(by_school.items()):
        words = _("%(school)s: oppilas on yhtä aikaa kahdessa koulussa (%(keys)s).")
        values = {"school": name, "keys": _some(keys)}
        yield Found(
            "two-schools", school_id, words % values, _new_roster(),
            _("Korjaa Primuksessa ja tuo oppilaat uudelleen"),
        )  # fmt: skip


def _new_roster() -> str:
    return reverse("wilma:upload", query={"laji": "roster"})


def _some(keys: list[str]) -> str:
    return ", ".join(keys[:SHOWN_KEYS]) + (" …" if len(keys) > SHOWN_KEYS else "")


def _away_and_promised(on: dt.date) -> Iterator[Found]:
    """An adult is marked away, and somebody has booked an hour with that adult on those days."""
    away = list(
        Substitution.objects.filter(ends__gte=on, begins__lte=on + AHEAD).select_related("absent")
    )
    if not away:
        return
    busy = defaultdict(list)
    for promise in promised(on, on + AHEAD):
        busy[promise.user_id].append(clock.local_date(promise.begins))
    schools = dict(
        Membership.objects.filter(
            active_on(on), user_id__in=[one.absent_id for one in away], school__isnull=False
        ).values_list("user_id", "school_id")
    )
    for one in away:
        days = sorted({day for day in busy[one.absent_id] if one.begins <= day <= one.ends})
        if days:
            words = _("%(who)s on merkitty poissaolevaksi, mutta aika on varattu %(day)s")
            # A day's own full stop ends the sentence.
            day = f"{days[0].day}.{days[0].month}."
            yield Found(
                "away-and-booked", schools.get(one.absent_id),
                words % {"who": one.absent, "day": day},
                reverse("admin:accounts_user_change", args=[one.absent_id]), _("Katso poissaolo"),
            )  # fmt: skip


def _without_class_teacher(on: dt.date) -> Iterator[Found]:
    teachers = Membership.objects.filter(
        active_on(on),
        group_id=OuterRef("pk"),
        role__in=[Role.CLASS_TEACHER, Role.EARLY_EDUCATOR],
        user__is_active=True,
    )
    pupils = Enrolment.objects.filter(active_on(on), group_id=OuterRef("pk"), pupil__left_on=None)
    groups = TeachingGroup.objects.filter(~Exists(teachers), Exists(pupils), this_year(on)).exclude(
        school__stage=School.Stage.ECEC
    )
    for name, school_id, school in groups.values_list("name", "school_id", "school__name"):
        words = _("%(school)s: luokalla %(group)s ei ole luokanopettajaa eikä luokanvalvojaa.")
        yield Found(
            "no-class-teacher", school_id, words % {"school": school, "group": name},
            reverse("admin:accounts_user_changelist"), _("Lisää rooli henkilölle"),
        )  # fmt: skip


def _guardians_without_channel() -> Iterator[Found]:
    silent = Guardianship.objects.filter(
        guardian__email="", guardian__phone="", pupil__left_on=None, pupil__school__closed_on=None
    )
    rows = (
        silent.order_by("pupil__school__name")
        .values_list("pupil__school_id", "pupil__school__name")
        .annotate(count=Count("guardian", distinct=True))
    )
    for school_id, school, count in rows:
        words = _("%(school)s: %(count)d huoltajalla ei ole sähköpostia eikä puhelinta.")
        yield Found(
            "no-channel", school_id, words % {"school": school, "count": count},
            _new_roster(), _("Täydennä Primuksessa ja tuo oppilaat uudelleen"),
        )  # fmt: skip


def _steps_without_recipient(on: dt.date) -> Iterator[Found]:
    steps = InterventionStep.objects.filter(
        this_year(on, "model__"), model__state=InterventionModel.State.ACTIVE
    ).exclude(trigger=InterventionStep.Trigger.ALWAYS)
    for pk, name, recipients in steps.values_list("model_id", "name", "recipients"):
        if any(one in InterventionStep.Recipient for one in recipients):
            continue
        yield Found(
            "no-recipient", None, _("Porras ”%(name)s” ei herätä ketään.") % {"name": name},
            reverse("absences_robot:model", args=[pk]), _("Avaa malli"),
        )  # fmt: skip


def _silent_sources(on: dt.date, calendar: SchoolCalendar) -> Iterator[Found]:
    """Pupils go to school, and no note comes: Unilukkari is silent about hours until one does.

    For administrators: a head cannot mend the source. Before the first import there is no source
    to be silent.
    """
    stale = stale_sources(on=on, calendar=calendar)
    if not stale or not NoteBatch.objects.filter(undone_at=None).exists():
        return
    for one in sorted(stale, key=lambda one: one.name):
        words = _("%(school)s: merkintöjä ei ole tullut. Unilukkari vaikenee koulun tunneista.")
        yield Found(
            SILENT if one.silent_since else "never-heard", None, words % {"school": one.name},
            reverse("wilma:upload"), _("Tarkista siirto ja tuo merkinnät"),
        )  # fmt: skip
