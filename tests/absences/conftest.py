import pytest
from django.urls import reverse

from absences.models import InterventionModel


@pytest.fixture
def director(cast, client):
    client.force_login(cast["director"], backend="accounts.backends.PasswordBackend")
    return client


@pytest.fixture
def draft(director) -> InterventionModel:
    director.post(reverse("absences_robot:draft"))
    return InterventionModel.objects.get(state="draft")
