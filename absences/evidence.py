"""What an alert rests on, in a form that can be read again in ten years."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from absences.models import InterventionModel, InterventionStep, NoteBatch
from absences.rules import Span


@dataclass(frozen=True, slots=True)
class Basis:
    """By which rules, and on which import, something is told."""

    model: InterventionModel
    batch: Mapping[str, Any] | None


def evidence_of(
    basis: Basis,
    step: InterventionStep,
    *,
    span: Span,
    value: Decimal,
    minutes: Mapping[str, int],
    days: Sequence[dt.date] = (),
) -> dict[str, Any]:
    """All that `explain` needs: the same for an alert that is raised and for one that is not."""
    model = basis.model
    found: dict[str, Any] = {
        "ladder": [
            {"order": s.order, "name": s.name, "trigger": s.trigger, "threshold": s.threshold}
            for s in model.steps.all()
            if s.ladder == step.ladder
        ],
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "minutes_per_hour": model.minutes_per_hour,
        "counting": model.counting,
        "model": {
            "slug": model.slug,
            "name": model.name,
            "year": model.school_year.name,
            "version": model.version,
        },
        "minutes": dict(minutes),
        "batch": basis.batch,
        "trigger": step.trigger,
        "threshold": step.threshold,
        "counted": step.counted,
        "value": str(value),
    }
    if step.rung.is_scoped:
        found["scope"] = [list(step.stages), step.grade_from, step.grade_to]
    if days:
        found["days"] = [day.isoformat() for day in days]
    return found


def newest_batch(school_id: int, *, until: dt.datetime | None = None) -> dict[str, Any] | None:
    """The import that a school's notes rest on: what was undone is no ground any more."""
    batches = NoteBatch.objects.filter(schools=school_id, undone_at=None)
    if until:
        batches = batches.filter(received_at__lte=until)
    batch = batches.order_by("-pk").first()
    if batch is None:
        return None
    return {
        "id": batch.pk,
        "source": batch.source,
        "received_at": batch.received_at.isoformat(),
        "last_date": str(batch.last_date or ""),
    }
