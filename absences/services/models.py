"""The model in force in a school year."""

import datetime as dt

from django.db import transaction

from absences.models import InterventionModel, InterventionStep
from absences.presets import KEMI, ModelPreset
from schools import services as schools


@transaction.atomic
def ensure_model(*, on: dt.date, preset: ModelPreset = KEMI) -> InterventionModel:
    """The active model of the school year of a day; Kemi's own when the city has chosen none."""
    active = InterventionModel.objects.select_related("school_year").prefetch_related("steps")
    found = active.filter(
        active=True, school_year__begins__lte=on, school_year__ends__gte=on
    ).first()
    if found is None:
        found = _write(preset, on=on)
    return found


def _write(preset: ModelPreset, *, on: dt.date) -> InterventionModel:
    model = InterventionModel.objects.create(
        slug=preset.slug,
        name=preset.name,
        school_year=schools.ensure_school_year(on=on),
        minutes_per_hour=preset.minutes_per_hour,
    )
    InterventionStep.objects.bulk_create(
        InterventionStep(
            model=model,
            slug=step.slug,
            name=step.name,
            order=order,
            summary=step.summary,
            trigger=step.trigger,
            threshold=step.threshold,
            counted=step.counted,
            recipients=list(step.recipients),
        )
        for order, step in enumerate(preset.steps, start=1)
    )
    return model
