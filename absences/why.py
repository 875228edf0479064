"""Why an adult was woken on a day, or why not: of any pupil, any past day, every ladder.

The sentences are those of the alerts (explain.py). What was raised is told from the evidence that
the alert keeps; what was not, from the notes as they stand today.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.db.models import Subquery
from django.utils.translation import gettext as _

from absences import findings
from absences.evidence import Basis, evidence_of, newest_batch
from absences.explain import Explanation, explain
from absences.findings import IN_ROW, Ladder, Trigger
from absences.freshness import known_until
from absences.models import Alert, InterventionModel, InterventionStep, RobotRound, RoundPart
from absences.rules import NOWHERE, Place, Span, lessons_on
from absences.told import Alerts, Reach
from schools.calendar import SchoolCalendar
from schools.models import Pupil, this_year


@dataclass(frozen=True, slots=True)
class Why:
    """One ladder's answer: what there was, and what came of it."""

    name: str
    outcome: str
    explanation: Explanation
    alert: Alert | None = None


class Asker:
    """One pupil, one day, one model: what each of its ladders would say."""

    def __init__(
        self, pupil: Pupil, *, on: dt.date, model: InterventionModel, calendar: SchoolCalendar
    ) -> None:
        self.pupil, self.on, self.model, self.calendar = pupil, on, model, calendar
        self.reach = Reach([pupil.pk])
        self.minutes: dict[dt.date, dict[int, dict[str, int]]] = {}

    @cached_property
    def place(self) -> Place:
        return findings.places_of(self.reach, self.on).get(self.pupil.pk, NOWHERE)

    @cached_property
    def basis(self) -> Basis:
        return Basis(self.model, newest_batch(self.pupil.school_id))

    @cached_property
    def alerts(self) -> list[Alert]:
        alerts = Alert.objects.filter(pupil=self.pupil, raised_on__lte=self.on)
        return list(alerts.select_related("step").order_by("raised_on"))

    @cached_property
    def walked(self) -> RoundPart | None:
        walked = RoundPart.objects.filter(
            round__date=self.on, school_id=self.pupil.school_id, state=RoundPart.State.DONE
        )
        return walked.order_by("is_silent").first()

    def ask(self) -> list[Why]:
        """Each ladder, with the sentence that says why somebody was woken or was not."""
        found = findings.ladders(self.model, on=self.on)
        return [self._ask(ladder) for ladder in found]

    def _ask(self, ladder: Ladder) -> Why:
        steps = [step for step in ladder.steps if step.is_for(self.place)]
        value, days = self._value(replace(ladder, floor=1))
        first = ladder.span.first
        if first not in self.minutes:
            self.minutes[first] = findings.minutes_by_class(
                [self.pupil.pk], first=first, last=self.on
            )
        minutes = self.minutes[first]
        step = _next_step(steps or ladder.steps, value)
        evidence = evidence_of(
            self.basis, step, span=ladder.span, value=value,
            minutes=minutes.get(self.pupil.pk, {}), days=days,
        )  # fmt: skip
        slugs = {one.slug for one in ladder.steps}
        told = [one for one in self.alerts if one.step_slug in slugs]
        today = next((one for one in told if one.raised_on == self.on), None)
        if today:
            words = _("Unilukkari herätti tänä päivänä: %(step)s.") % {"step": today.step.name}
            return Why(today.step.name, words, explain(today.evidence), today)
        if not steps:
            words = _("Ei herätetty: porras ei koske tämän oppilaan luokkaa tai astetta.")
            return Why(step.name, words, explain(evidence))
        return Why(step.name, self._not_woken(step, value, told), explain(evidence))

    def _value(
        self, ladder: Ladder, *, about: Collection[dt.date] | None = None
    ) -> tuple[Decimal, Sequence[dt.date]]:
        """How far the pupil had come. `about`: only what concerns some of these days."""
        pupil_id = self.pupil.pk
        if ladder.trigger == Trigger.UNRESOLVED_DAYS:
            found = findings.open_days_of(ladder, on=self.on, reach=self.reach)
            days = sorted(day for day in found.get(pupil_id, []) if about is None or day in about)
            return (Decimal((self.on - days[0]).days) if days else Decimal(0)), days
        if ladder.trigger in IN_ROW:
            return self._longest_run(ladder, about)
        places = {pupil_id: self.place} if ladder.asks_for_places else {}
        found_values = findings.values(
            self.model, ladder, reach=self.reach, calendar=self.calendar, places=places
        )
        return next((one.value for one in found_values), Decimal(0)), ()

    def _longest_run(
        self, ladder: Ladder, about: Collection[dt.date] | None
    ) -> tuple[Decimal, Sequence[dt.date]]:
        absences = dict(findings.absences_of(ladder, self.reach, at_least=1))
        mine = absences.get(self.pupil.pk, [])
        day = findings.Day(self.on, self.calendar, Alerts())
        known = known_until([self.pupil.pk]).get(self.pupil.pk) if ladder.asks_for_return else None
        runs = findings.runs_of(ladder, mine, day=day, known=known)
        asked = [run for run in runs if about is None or not set(run).isdisjoint(about)]
        run = max(asked, key=len, default=[])
        is_lessons = ladder.trigger == Trigger.LESSONS_IN_ROW
        return Decimal(lessons_on(mine, run) if is_lessons else len(run)), run

    def value_then(self, alert: Alert) -> Decimal:
        """What the notes, as they stand, give of the very days that an alert rests on."""
        evidence = alert.evidence
        first, last = (dt.date.fromisoformat(evidence[name]) for name in ("from", "to"))
        ladder = Ladder([alert.step], Span(first, last, alert.window), floor=1)
        days = [dt.date.fromisoformat(one) for one in evidence.get("days", ())]
        return self._value(ladder, about=days or None)[0]

    def value_of(self, step: InterventionStep) -> Decimal:
        """What one step measures of this pupil, up to and with the day."""
        for ladder in findings.ladders(self.model, on=self.on):
            if any(one.pk == step.pk for one in ladder.steps):
                return self._value(replace(ladder, floor=1))[0]
        return Decimal(0)

    def _not_woken(self, step: InterventionStep, value: Decimal, told: Sequence[Alert]) -> str:
        if value < step.threshold:
            return _("Ei herätetty: raja ei ollut täynnä.")
        if told:
            last = told[-1].raised_on
            day = f"{last.day}.{last.month}.{last.year}"
            words = _("Tästä oli kerrottu jo %(day)s. Samasta ei kerrota kahdesti.")
            return words % {"day": day}
        if self.pupil.left_on and self.pupil.left_on <= self.on:
            return _("Ei herätetty: oppilas oli jo lähtenyt koulusta.")
        if self.walked is None:
            return _("Ei herätetty: Unilukkari ei käynyt tänä päivänä tässä koulussa.")
        if self.walked.is_silent:
            return _("Ei herätetty: koulun tiedot eivät olleet ajan tasalla, ja hän oli vaiti.")
        return _("Ei herätetty: nämä merkinnät tulivat tai muuttuivat vasta kierroksen jälkeen.")


def model_on(on: dt.date) -> InterventionModel | None:
    """By which rules Unilukkari last walked on a day or before it, in the day's school year."""
    walked = RobotRound.objects.filter(this_year(on, "model__"), date__lte=on, is_open=False)
    last = walked.order_by("-date", "-started_at").values("model_id")[:1]
    known = InterventionModel.objects.filter(this_year(on)).select_related("school_year")
    known = known.prefetch_related("steps")
    return known.filter(pk=Subquery(last)).first() or known.active().first()


def _next_step(steps: Sequence[InterventionStep], value: Decimal) -> InterventionStep:
    """The highest step that is full; when none is, the lowest."""
    ordered = sorted(steps, key=lambda step: step.threshold)
    full = [step for step in ordered if value >= step.threshold]
    return full[-1] if full else ordered[0]


def value_then(alert: Alert, *, calendar: SchoolCalendar) -> Decimal:
    """What an alert's own days give by the notes as they stand; `calendar` is of those days.

    Days that have come since change nothing: what was true when it was told stays true.
    """
    asker = Asker(alert.pupil, on=alert.raised_on, model=alert.step.model, calendar=calendar)
    return asker.value_then(alert)


def value_now(alert: Alert, *, on: dt.date, calendar: SchoolCalendar) -> Decimal | None:
    """How far the pupil of an alert has come on its step by the notes as they stand.

    None for a run of days or an unresolved day: another one would be another alert's.
    """
    step = alert.step
    if step.trigger in IN_ROW or step.trigger == Trigger.UNRESOLVED_DAYS:
        return None
    asker = Asker(alert.pupil, on=on, model=step.model, calendar=calendar)
    return asker.value_of(step)
