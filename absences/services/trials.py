"""Trying a draft: asked on a page, reckoned by a worker, kept as counts."""

import datetime as dt
from typing import Any

from django.db import transaction

from absences import simulator
from absences.models import InterventionModel, InterventionStep, ModelTrial
from absences.services.models import ensure_model
from absences.simulator import Comparison, Scope
from accounts.models import User
from schools.models import School
from schools.selectors import calendar_for

EVERY = 5


@transaction.atomic
def ask_for_trial(
    *,
    model: InterventionModel,
    by: User,
    last: dt.date,
    at: dt.datetime,
    first: dt.date | None = None,
    school: School | None = None,
) -> ModelTrial:
    """A trial until a day, waiting for a worker: of one school or of all, counted from a day on.

    Without a day, from the first school day of the year.
    """
    first = first or first_morning(model, on=last)
    model.trials.all().delete()
    return ModelTrial.objects.create(
        model=model, by=by, first=min(first, last), last=last, school=school, asked_at=at
    )


def first_morning(model: InterventionModel, *, on: dt.date) -> dt.date:
    """From where the ladders are climbed, whatever day the count begins on."""
    return min(calendar_for(on).lessons_begin or model.school_year.begins, on)


def carry_out(*, trial_id: int, at: dt.datetime) -> None:
    """Reckon a trial. Done twice it says the same; nobody is notified."""
    trial = ModelTrial.objects.select_related("model__school_year").get(pk=trial_id)
    if trial.finished_at:
        return
    models = InterventionModel.objects.select_related("school_year").prefetch_related("steps")
    scope = Scope(
        first=first_morning(trial.model, on=trial.last),
        last=trial.last,
        calendar=calendar_for(trial.last),
        since=trial.first,
        school_id=trial.school_id,
    )
    found = simulator.compare(
        ensure_model(on=trial.last), models.get(pk=trial.model_id), scope,
        progress=lambda done, whole: _sign(trial, done, whole),
    )  # fmt: skip
    ModelTrial.objects.filter(pk=trial.pk).update(finished_at=at, result=_as_result(found))


def _sign(trial: ModelTrial, done: int, whole: int) -> None:
    if done % EVERY == 0:
        ModelTrial.objects.filter(pk=trial.pk).update(done=done, whole=whole)


def _as_result(found: Comparison) -> dict[str, Any]:
    now, then = found.now.by_step(), found.then.by_step()
    steps = [one for trial in (found.now, found.then) for one in _steps(trial.model)]
    names = {one.slug: one.name for one in steps}
    ladders = {one.slug: one.ladder_name for one in steps}
    schools = dict(School.objects.values_list("pk", "name"))
    weekly = [trial.by_school_and_week() for trial in (found.now, found.then)]
    weeks = found.scope.weeks
    return {
        "counting": [trial.model.counting for trial in (found.now, found.then)],
        "is_part": found.scope.since > found.scope.first,
        "pupils": [len(found.now.pupils), len(found.then.pupils)],
        "alerts": [len(found.now.counted), len(found.then.counted)],
        "more": found.more,
        "fewer": found.fewer,
        "days_earlier": found.days_earlier,
        "steps": [
            {"name": names[slug], "ladder": ladders[slug], "now": now[slug], "then": then[slug]}
            for slug in sorted(names, key=lambda slug: (-then[slug], slug))
        ],
        "weeks": [
            {
                "monday": week.isoformat(),
                "now": sum(one[week] for one in weekly[0].values()),
                "then": sum(one[week] for one in weekly[1].values()),
            }
            for week in weeks
        ],
        "schools": [
            {
                "name": schools[pk],
                "now": _per_week(weekly[0][pk].total(), weeks),
                "then": _per_week(weekly[1][pk].total(), weeks),
            }
            for pk in sorted(weekly[0].keys() | weekly[1].keys(), key=lambda pk: schools[pk])
        ],
    }


def _per_week(alerts: int, weeks: list[dt.date]) -> float:
    return round(alerts / max(len(weeks), 1), 1)


def _steps(model: InterventionModel) -> list[InterventionStep]:
    """Those that can wake anybody, whether they did or not."""
    return [one for one in model.steps.all() if one.trigger != InterventionStep.Trigger.ALWAYS]
