import pytest

from absences import services
from absences.classes import NationalClass
from absences.models import InterventionStep
from tests.builders import ON


@pytest.fixture
def ladder(cast):
    """Put one step in force, alone."""

    def make(trigger: str, threshold: int, **fields) -> InterventionStep:
        model = services.ensure_model(on=ON)
        model.steps.all().delete()
        more = {"counted": sorted({NationalClass.HEALTH, NationalClass.LATE}), "order": 1}
        more |= {"recipients": ["class_teacher"], "name": "Porras", "slug": "porras"}
        return InterventionStep.objects.create(
            model=model, trigger=trigger, threshold=threshold, **(more | fields)
        )

    return make
