import pytest
from django.urls import reverse

from absences import services
from absences.classes import NationalClass
from absences.models import Alert, InterventionModel, InterventionStep
from tests.absences.mornings import morning
from tests.builders import ON, absent


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


@pytest.fixture
def director(cast, client):
    client.force_login(cast["director"], backend="accounts.backends.PasswordBackend")
    return client


@pytest.fixture
def draft(director) -> InterventionModel:
    director.post(reverse("absences_robot:draft"))
    return InterventionModel.objects.get(state="draft")


@pytest.fixture
def raised(cast) -> Alert:
    """An alert of 30 hours, raised on a Friday morning."""
    absent(cast.child, 30)
    services.walk_round(on=ON, cause="by_hand", at=morning(ON))
    return Alert.objects.get()
