"""Trying a draft: asked on a page, reckoned by a worker, kept as counts."""

import datetime as dt
from typing import Any

from django.db import transaction

from absences import simulator
from absences.models import InterventionModel, ModelTrial
from absences.services.models import ensure_model
from absences.simulator import Comparison
from accounts.models import User
from schools.models import School
from schools.selectors import calendar_for

EVERY = 5


@transaction.atomic
def ask_for_trial(
    *, model: InterventionModel, by: User, on: dt.date, at: dt.datetime
) -> ModelTrial:
    """A trial from the first school day of the year until a day, waiting for a worker."""
    calendar = calendar_for(on)
    first = calendar.lessons_begin or model.school_year.begins
    model.trials.all().delete()
    return ModelTrial.objects.create(model=model, by=by, first=min(first, on), last=on, asked_at=at)


def carry_out(*, trial_id: int, at: dt.datetime) -> None:
    """Reckon a trial. Done twice it says the same; nobody is notified."""
    trial = ModelTrial.objects.select_related("model__school_year").get(pk=trial_id)
    if trial.finished_at:
        return
    models = InterventionModel.objects.select_related("school_year").prefetch_related("steps")
    found = simulator.compare(
        ensure_model(on=trial.last), models.get(pk=trial.model_id),
        first=trial.first, last=trial.last, calendar=calendar_for(trial.last),
        progress=lambda done, whole: _sign(trial, done, whole),
    )  # fmt: skip
    ModelTrial.objects.filter(pk=trial.pk).update(finished_at=at, result=_as_result(found))


def _sign(trial: ModelTrial, done: int, whole: int) -> None:
    if done % EVERY == 0:
        ModelTrial.objects.filter(pk=trial.pk).update(done=done, whole=whole)


def _as_result(found: Comparison) -> dict[str, Any]:
    now, then = found.now.by_step(), found.then.by_step()
    names = {one.slug: one.name for trial in (found.now, found.then) for one in _steps(trial.model)}
    schools = dict(School.objects.values_list("pk", "name"))
    weekly = [trial.by_school_and_week() for trial in (found.now, found.then)]
    weeks = found.weeks
    return {
        "pupils": [len(found.now.pupils), len(found.then.pupils)],
        "alerts": [len(found.now.raised), len(found.then.raised)],
        "more": found.more,
        "fewer": found.fewer,
        "days_earlier": found.days_earlier,
        "steps": [
            {"name": names[slug], "now": now[slug], "then": then[slug]}
            for slug in sorted(now.keys() | then.keys(), key=lambda slug: (-then[slug], slug))
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


def _steps(model: InterventionModel) -> Any:
    return model.steps.all()
