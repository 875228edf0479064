"""What the pages of absences show."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from absences.causes import CAUSE_OF_REACTION, reaction_cause
from absences.explain import Explanation, explain, number
from absences.freshness import StaleSource, stale_sources
from absences.models import (
    Alert,
    AlertRecipient,
    Hop,
    InterventionModel,
    InterventionStep,
    LegalAct,
    ModelTrial,
    Reaction,
    RobotRound,
)
from absences.notes_today import NotesToday
from absences.presets import PRESETS, LadderPreset
from absences.unheard import schools_unheard
from absences.year_picture import YearPicture
from notifications.models import Standstill
from notifications.services import is_standing_still
from schools.calendar import SchoolCalendar
from schools.models import this_year
from schools.roles import Role
from schools.selectors import calendar_for
from support.models import MeasureUse

DAY = dt.timedelta(days=1)
LOOK_BACK = 14
STANDS_STILL = gettext_lazy(
    "Portaali on palautettu varmuuskopiosta ja seisoo: Unilukkari ei kulje eikä viestejä lähde. "
    "Pääkäyttäjä antaa jatkaa komennolla resume."
)
NO_HOLIDAYS = gettext_lazy(
    "Lukuvuodelle ei ole annettu lomia. Määräajat ja putket lasketaan väärin, kunnes ne annetaan."
)


@dataclass(frozen=True, slots=True)
class RobotStatus:
    """Does Unilukkari walk, and is what he sees fresh? Asked by pages, never by Celery."""

    walked_at: dt.datetime | None
    is_missing: bool
    stale: tuple[StaleSource, ...] = ()
    sentences: tuple[str, ...] = ()

    @property
    def is_fine(self) -> bool:
        return not self.sentences


def robot_status(
    *,
    at: dt.datetime,
    school_ids: Collection[int] | None = None,
    calendar: SchoolCalendar | None = None,
) -> RobotStatus:
    """Three statements at most. With `school_ids`, only those schools' sources are looked at."""
    now = timezone.localtime(at)
    today = now.date()
    calendar = calendar or calendar_for(today)
    walked = RobotRound.objects.filter(is_open=False, date__lte=today)
    standing = Exists(Standstill.objects.all())
    latest = walked.order_by("-date", "-finished_at").annotate(is_standing=standing).first()
    is_standing = latest.is_standing if latest else is_standing_still()
    due = _last_due_morning(now, calendar)
    is_missing = due is not None and (latest is None or latest.date < due)
    stale = tuple(stale_sources(on=today, calendar=calendar, school_ids=school_ids))
    return RobotStatus(
        walked_at=latest.finished_at if latest else None,
        is_missing=is_missing,
        stale=stale,
        sentences=(
            *([str(STANDS_STILL)] if is_standing else []),
            *_sentences(latest, is_missing=is_missing, stale=stale),
            *([] if calendar.is_given else [str(NO_HOLIDAYS)]),
        ),
    )


def _last_due_morning(now: dt.datetime, calendar: SchoolCalendar) -> dt.date | None:
    """The latest school morning whose round should have been walked by now, of two weeks back."""
    latest = now.date() if now.hour >= settings.ROBOT_DUE_HOUR else now.date() - DAY
    days = (latest - n * DAY for n in range(LOOK_BACK))
    return next((day for day in days if calendar.is_school_day(day)), None)


def _sentences(
    latest: RobotRound | None, *, is_missing: bool, stale: tuple[StaleSource, ...]
) -> list[str]:
    words = []
    if latest and latest.errors:
        words.append(
            _("Unilukkarin viime kierros jäi osin kesken. Pääkäyttäjä näkee, missä koulussa.")
        )
    if is_missing and latest:
        words.append(
            _("Unilukkari ei ole käynyt aamukierroksellaan. Viimeksi hän kävi %(day)s.")
            % {"day": f"{latest.date.day}.{latest.date.month}.{latest.date.year}"}
        )
    elif is_missing:
        words.append(_("Unilukkari ei ole vielä käynyt yhdelläkään kierroksella."))
    if stale:
        names = ", ".join(one.name for one in stale[:3])
        more = len(stale) - 3
        if more > 0:
            names = _("%(names)s ja %(more)d muuta") % {"names": names, "more": more}
        words.append(
            _("Poissaolotiedot eivät ole ajan tasalla: %(names)s. Hiljaisuus ei ole hyvä uutinen.")
            % {"names": names}
        )
    return words


@dataclass(frozen=True, slots=True)
class Event:
    """Who was told of an alert, to whom it went on, or what was done of the pupil by law.

    `kind` says what was done, or of one who was told, in which role; "" for a guardian.
    """

    on: dt.date
    kind: str
    who: str


@dataclass(frozen=True, slots=True)
class AlertPage:
    """All that the page of one alert shows. Who may see the evidence, the view has decided."""

    alert: Alert
    steps: list[dict[str, Any]]
    explanation: Explanation | None = None
    picture: YearPicture | None = None
    # What has been corrected since, in a sentence; "" when nothing has.
    corrected: str = ""
    # Each with the names of the measures that were tried.
    reactions: list[tuple[Reaction, list[str]]] = field(default_factory=list)
    told: list[Event] = field(default_factory=list)
    hops: list[Event] = field(default_factory=list)
    legal_acts: list[Event] = field(default_factory=list)


def alert_page(alert: Alert, *, with_evidence: bool, calendar: SchoolCalendar) -> AlertPage:
    steps = alert.evidence["ladder"]
    if not with_evidence:
        return AlertPage(alert, steps)
    events, today = _events(alert), NotesToday(alert)
    reactions = Reaction.objects.filter(alert=alert).select_related("by")
    return AlertPage(
        alert,
        steps,
        explanation=explain(alert.evidence),
        picture=today.picture(calendar),
        corrected=today.corrected(),
        reactions=[(one, _tried_with(one, events["tried"])) for one in reactions],
        told=events["told"],
        hops=events["hop"],
        legal_acts=events["act"],
    )


def _tried_with(reaction: Reaction, tried: list[Event]) -> list[str]:
    cause = reaction_cause(reaction.pk)
    return sorted(one.who for one in tried if one.kind == cause)


def _events(alert: Alert) -> dict[str, list[Event]]:
    """All four in one statement, each in its order. Of what was tried, the kind is its cause."""
    told = AlertRecipient.objects.filter(alert=alert).annotate(on=F("alert__raised_on"))
    sources = {
        "hop": (Hop.objects.filter(alert=alert), "hopped_on", "kind", "to"),
        "act": (LegalAct.objects.filter(pupil_id=alert.pupil_id), "done_on", "kind", "by"),
        "told": (told, "on", "role", "user"),
    }
    parts = [
        rows.order_by()
        .annotate(source=Value(name))
        .values_list("source", on, kind, f"{who}__first_name", f"{who}__last_name")
        for name, (rows, on, kind, who) in sources.items()
    ]
    causes = Reaction.objects.filter(alert=alert).order_by().values(cause=CAUSE_OF_REACTION)
    uses = MeasureUse.objects.filter(cause__in=causes).order_by()
    parts.append(uses.values_list(Value("tried"), "begins", "cause", "measure__name", Value("")))
    words = {**dict(Hop.Kind.choices), **dict(LegalAct.Kind.choices), **dict(Role.choices)}
    found: dict[str, list[Event]] = {name: [] for name in (*sources, "tried")}
    for source, on, kind, first, last in parts[0].union(*parts[1:], all=True):
        # A guardian as a guardian: a roster may know only an address.
        if kind == "guardian":
            found[source].append(Event(on, "", str(_("huoltaja"))))
        else:
            name = f"{first or ''} {last or ''}".strip()
            found[source].append(Event(on, str(words.get(kind, kind)), name))
    return {name: sorted(rows, key=lambda one: (one.on, one.kind)) for name, rows in found.items()}


@dataclass(frozen=True, slots=True)
class RobotPage:
    status: RobotStatus
    rounds: list[RobotRound]
    model: InterventionModel | None
    steps: list[InterventionStep]


def robot_page(*, at: dt.datetime, calendar: SchoolCalendar, most: int = 15) -> RobotPage:
    rounds = list(RobotRound.objects.order_by("-started_at")[:most])
    today = timezone.localtime(at).date()
    model = (
        InterventionModel.objects.active()
        .filter(this_year(today))
        .select_related("school_year")
        .first()
    )
    steps = list(model.steps.all()) if model else []
    return RobotPage(robot_status(at=at, calendar=calendar), rounds, model, steps)


@dataclass(frozen=True, slots=True)
class StepRecord:
    """How a step has done this year: how often it woke, and how often for nothing."""

    step: InterventionStep
    raised: int
    withdrawn: int

    @property
    def false_percent(self) -> int | None:
        return round(100 * self.withdrawn / self.raised) if self.raised else None


@dataclass(frozen=True, slots=True)
class ModelPage:
    """`records` are this year's of the steps in force, `by_version` those of every version."""

    active: InterventionModel | None
    draft: InterventionModel | None
    older: list[InterventionModel]
    records: list[StepRecord]
    by_version: list[StepRecord]
    unheard: list[str]


def model_page(*, on: dt.date) -> ModelPage:
    states = InterventionModel.State
    known = list(InterventionModel.objects.select_related("school_year", "activated_by"))
    this_year = [one for one in known if one.school_year.begins <= on <= one.school_year.ends]
    active = next((one for one in this_year if one.state == states.ACTIVE), None)
    draft = next((one for one in this_year if one.state == states.DRAFT), None)
    older = [one for one in known if one not in (active, draft)]
    return ModelPage(
        active, draft, older, _records(active), _records_by_version(), schools_unheard(on=on)
    )


def _records(model: InterventionModel | None) -> list[StepRecord]:
    if model is None:
        return []
    year = Alert.objects.filter(raised_on__gte=model.school_year.begins).order_by()
    counted = {
        slug: (raised, withdrawn)
        for slug, raised, withdrawn in year.values_list("step_slug").annotate(
            raised=Count("pk"), false=Count("pk", filter=Q(state=Alert.State.WITHDRAWN))
        )
    }
    return [StepRecord(step, *counted.get(step.slug, (0, 0))) for step in model.steps.all()]


def _records_by_version() -> list[StepRecord]:
    """Of every step of every version that has woken anybody; did a change of rules help?"""
    steps = (
        InterventionStep.objects.select_related("model__school_year")
        .annotate(
            raised=Count("alerts"),
            false=Count("alerts", filter=Q(alerts__state=Alert.State.WITHDRAWN)),
        )
        .filter(raised__gt=0)
        .order_by("-model__school_year__begins", "-model__version", "order", "pk")
    )
    return [StepRecord(step, step.raised, step.false) for step in steps]


@dataclass(frozen=True, slots=True)
class PresetRow:
    preset: LadderPreset
    is_on: bool


def presets_of(steps: list[InterventionStep]) -> list[PresetRow]:
    slugs = {step.slug for step in steps}
    return [
        PresetRow(preset, any(step.slug in slugs for step in preset.steps))
        for preset in PRESETS.values()
    ]


@dataclass(frozen=True, slots=True)
class WeekBars:
    """One week of a trial: two bars side by side, now and then."""

    monday: dt.date
    now: int
    then: int
    x: int
    now_height: int
    then_height: int


@dataclass(frozen=True, slots=True)
class SchoolBars:
    """One school of a trial: its name above two bars, alerts a week now and then."""

    name: str
    y: int
    now_width: int
    then_width: int


@dataclass(frozen=True, slots=True)
class TrialPage:
    weeks: list[WeekBars]
    width: int
    schools: list[SchoolBars]
    height: int
    earlier: str
    is_part: bool
    # What an hour was in the draft, and in the model in force when that was another.
    hour: str
    hour_now: str


BAR_STEP, BAR_TOP = 44, 160
SCHOOL_STEP, SCHOOL_WIDTH = 48, 320


def trial_page(trial: ModelTrial) -> TrialPage:
    rows = trial.result.get("weeks", [])
    most = max((max(row["now"], row["then"]) for row in rows), default=0) or 1
    weeks = [
        WeekBars(
            dt.date.fromisoformat(row["monday"]), row["now"], row["then"], number * BAR_STEP,
            round(BAR_TOP * row["now"] / most), round(BAR_TOP * row["then"] / most),
        )
        for number, row in enumerate(rows)
    ]  # fmt: skip
    schools = _school_bars(trial.result.get("schools", []))
    counting = trial.result.get("counting", [trial.model.counting] * 2)
    now, then = (str(InterventionModel.Counting(one).label) for one in counting)
    return TrialPage(
        weeks, len(rows) * BAR_STEP, schools, len(schools) * SCHOOL_STEP,
        _earlier(trial.result.get("days_earlier")),
        is_part=trial.result.get("is_part", False), hour=then, hour_now=now if now != then else "",
    )  # fmt: skip


def _school_bars(rows: list[dict[str, Any]]) -> list[SchoolBars]:
    most = max((max(row["now"], row["then"]) for row in rows), default=0) or 1
    return [
        SchoolBars(
            row["name"], number * SCHOOL_STEP, round(SCHOOL_WIDTH * row["now"] / most),
            round(SCHOOL_WIDTH * row["then"] / most),
        )
        for number, row in enumerate(rows)
    ]  # fmt: skip


def _earlier(days: float | None) -> str:
    if days is None:
        return ""
    if not days:
        return _("Samat oppilaat huomattaisiin samaan aikaan kuin nyt.")
    count = number(Decimal(str(abs(days))))
    if days == 1:
        return _("Samat oppilaat huomattaisiin tavallisesti päivän aiemmin kuin nyt.")
    if days == -1:
        return _("Samat oppilaat huomattaisiin tavallisesti päivän myöhemmin kuin nyt.")
    if days > 0:
        words = _("Samat oppilaat huomattaisiin tavallisesti %(days)s päivää aiemmin kuin nyt.")
    else:
        words = _("Samat oppilaat huomattaisiin tavallisesti %(days)s päivää myöhemmin kuin nyt.")
    return words % {"days": count}
