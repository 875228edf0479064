"""Why an adult was woken on a day, or why not: of any pupil, any past day, every ladder.

The sentences are those of the alerts (explain.py). What was raised is told from the evidence that
the alert keeps; what was not, from the notes as they stand today.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.db.models import Min, Subquery
from django.utils.translation import gettext as _

from absences import findings
from absences.evidence import Basis, evidence_of, newest_batch
from absences.explain import Explanation, explain
from absences.findings import IN_ROW, Finding, Findings
from absences.freshness import known_until
from absences.ladders import Ladder, Trigger, ladders
from absences.models import Alert, InterventionModel, InterventionStep, RobotRound, RoundPart
from absences.rules import NOWHERE, Place, Span, lessons_on
from absences.told import Alerts, Line, Reach
from kemi_ecosystem.lib import clock
from schools.calendar import SchoolCalendar
from schools.models import Pupil, this_year


@dataclass(frozen=True, slots=True)
class Why:
    """One ladder's answer: what there was, and what came of it."""

    name: str
    outcome: str
    explanation: Explanation
    alert: Alert | None = None


class ToldBy:
    """A ledger: what a pupil's adults had been told by a morning, and how it stood then."""

    def __init__(self, alerts: Sequence[Alert], on: dt.date) -> None:
        self.on = on
        self.told = [self._line(one) for one in alerts if one.raised_on <= on]

    def waiting(self, slug: str, reach: Reach, *, since: dt.date) -> set[int]:
        lines = self.lines([slug], reach, since=since)
        return {one.pupil_id for one in lines if one.state == Alert.State.OPEN}

    def lines(
        self, slugs: Collection[str], reach: Reach, *, since: dt.date, with_days: bool = False
    ) -> Iterator[Line]:
        del reach, with_days  # they are of one pupil, and all have their days
        return (one for one in self.told if one.slug in slugs and one.on >= since)

    def _line(self, alert: Alert) -> Line:
        return Line(
            pupil_id=alert.pupil_id,
            slug=alert.step_slug,
            window=alert.window,
            state=self._state(alert),
            on=alert.raised_on,
            value=alert.value,
            covers_until=alert.covers_until,
            days=tuple(alert.evidence.get("days", ())),
        )

    def _state(self, alert: Alert) -> str:
        """How it stood that morning: what was answered or withdrawn later had not been yet."""
        answered_at = alert.answered_at  # type: ignore[attr-defined]
        if self._before(alert.withdrawn_at):
            return Alert.State.WITHDRAWN
        return Alert.State.ANSWERED if self._before(answered_at) else Alert.State.OPEN

    def _before(self, at: dt.datetime | None) -> bool:
        return at is not None and clock.local_date(at) < self.on


class Asker:
    """One pupil, one day, one model: what each of its ladders would say."""

    def __init__(
        self, pupil: Pupil, *, on: dt.date, model: InterventionModel, calendar: SchoolCalendar
    ) -> None:
        self.pupil, self.on, self.model, self.calendar = pupil, on, model, calendar
        self.reach = Reach([pupil.pk])
        self.minutes: dict[Span, dict[int, dict[str, int]]] = {}

    @cached_property
    def place(self) -> Place:
        return findings.places_of(self.reach, self.on).get(self.pupil.pk, NOWHERE)

    @cached_property
    def basis(self) -> Basis:
        return Basis(self.model, newest_batch(self.pupil.school_id))

    @cached_property
    def alerts(self) -> list[Alert]:
        """All that was ever told of the pupil: until the day, and after it."""
        alerts = Alert.objects.filter(pupil=self.pupil).select_related("step")
        return list(alerts.annotate(answered_at=Min("reactions__reacted_at")).order_by("raised_on"))

    @cached_property
    def found(self) -> Findings:
        """What a round of this day would find, by the notes as they stand."""
        ledger = ToldBy(self.alerts, self.on)
        return findings.find(
            self.model, on=self.on, calendar=self.calendar,
            reach=self.reach, whole=self.reach, ledger=ledger,
        )  # fmt: skip

    @cached_property
    def walked(self) -> RoundPart | None:
        walked = RoundPart.objects.filter(
            round__date=self.on, school_id=self.pupil.school_id, state=RoundPart.State.DONE
        )
        return walked.order_by("is_silent").first()

    def ask(self) -> list[Why]:
        """Each ladder, with the sentence that says why somebody was woken or was not."""
        found = ladders(self.model, on=self.on)
        return [self._ask(ladder) for ladder in found]

    def _ask(self, ladder: Ladder) -> Why:
        steps = [step for step in ladder.steps if step.is_for(self.place)]
        value, days = self._value(replace(ladder, floor=1))
        slugs = {one.slug for one in ladder.steps}
        told = [one for one in self.alerts if one.step_slug in slugs]
        today = next((one for one in reversed(told) if one.raised_on == self.on), None)
        if today:
            return Why(today.step.name, _woken(today), explain(today.evidence), today)
        step = _next_step(steps or ladder.steps, value)
        new = self._new(slugs) if steps and value >= step.threshold else None
        if new:
            step, value, days = new.step, new.value, new.days
        evidence = evidence_of(
            self.basis, step, span=ladder.span, value=value,
            minutes=self._minutes(ladder.span), days=days,
        )  # fmt: skip
        if not steps:
            words = _("Ei herätetty: porras ei koske tämän oppilaan luokkaa tai astetta.")
        elif value < step.threshold:
            words = _("Ei herätetty: raja ei ollut täynnä.")
        elif self.pupil.left_on and self.pupil.left_on <= self.on:
            words = _("Ei herätetty: oppilas oli jo lähtenyt koulusta.")
        else:
            same = [one for one in told if _is_of_same(one, ladder, days)]
            words = self._not_told(step, same) if new else self._told(step, same)
        return Why(step.name, words, explain(evidence))

    def _minutes(self, span: Span) -> dict[str, int]:
        """Of the very days that the sentence speaks of: a share is not of today's lessons."""
        if span not in self.minutes:
            self.minutes[span] = findings.minutes_by_class(
                self.model, [self.pupil.pk], first=span.first, last=span.last
            )
        return self.minutes[span].get(self.pupil.pk, {})

    def _new(self, slugs: Collection[str]) -> Finding | None:
        """What has not been told; of several runs, the last."""
        new = [one for one in self.found.new if one.step.slug in slugs]
        return new[-1] if new else None

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
        for ladder in ladders(self.model, on=self.on):
            if any(one.pk == step.pk for one in ladder.steps):
                return self._value(replace(ladder, floor=1))[0]
        return Decimal(0)

    def _told(self, step: InterventionStep, same: Sequence[Alert]) -> str:
        """When it was told of before, and whether that was withdrawn."""
        before = [one for one in same if one.raised_on < self.on]
        enough = [one for one in before if one.value >= step.threshold] or before
        held = [one for one in enough if one.state != Alert.State.WITHDRAWN]
        if not enough:
            # New open days wait until the adults have answered of the earlier ones.
            return _("Ei herätetty: aiempi herätys odotti vielä vastausta.")
        last = (held or enough)[-1]
        if last.state == Alert.State.WITHDRAWN:
            words = _(
                "Tästä herätettiin %(day)s, ja herätys on peruttu. Siitä kerrotaan uudelleen, "
                "kun poissaoloja on enemmän."
            )
        else:
            words = _("Tästä oli kerrottu jo %(day)s. Samasta ei kerrota kahdesti.")
        return words % {"day": _written(last.raised_on)}

    def _not_told(self, step: InterventionStep, same: Sequence[Alert]) -> str:
        """Why nobody had been told of what is full now, and when somebody is."""
        is_silent = self.walked is not None and self.walked.is_silent
        if self.walked is None:
            words = _("Ei herätetty: Unilukkari ei käynyt tänä päivänä tässä koulussa.")
        elif is_silent:
            words = _(
                "Ei herätetty: koulun tiedot eivät olleet ajan tasalla, ja Unilukkari oli vaiti."
            )
        else:
            words = _(
                "Ei herätetty: nämä merkinnät tulivat tai muuttuivat vasta kierroksen jälkeen."
            )
        later = [
            one for one in same if one.raised_on > self.on and one.value >= step.threshold
        ]  # fmt: skip
        if later:
            told = _("Tästä kerrottiin %(day)s.") % {"day": _written(later[0].raised_on)}
            return f"{words} {told}"
        if not is_silent and not self.walked_since:
            return f"{words} {_('Seuraava kierros kertoo tästä.')}"
        return words

    @cached_property
    def walked_since(self) -> bool:
        parts = RoundPart.objects.filter(
            round__date__gt=self.on, school_id=self.pupil.school_id, state=RoundPart.State.DONE
        )
        return parts.exists()


def _woken(alert: Alert) -> str:
    names = {"step": alert.step.name}
    if alert.state == Alert.State.WITHDRAWN:
        words = _("Unilukkari herätti tänä päivänä: %(step)s. Herätys on sittemmin peruttu.")
        return words % names
    return _("Unilukkari herätti tänä päivänä: %(step)s.") % names


def _is_of_same(alert: Alert, ladder: Ladder, days: Sequence[dt.date]) -> bool:
    """Is an alert about these very days: the run, the open days, or the window?"""
    if days:
        known = {dt.date.fromisoformat(one) for one in alert.evidence.get("days", ())}
        return not known.isdisjoint(days)
    if alert.evidence["from"] > ladder.span.last.isoformat():
        return False
    return alert.window.split("#")[0] == ladder.span.key or alert.raised_on >= ladder.span.first


def _written(day: dt.date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


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
