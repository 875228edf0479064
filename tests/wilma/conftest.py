import csv
from itertools import count

import pytest
from django.test import Client

from schools.roles import Role
from tests import builders
from tests.wilma.builders import HEADER
from wilma.models import ImportRun
from wilma.services.notes import import_notes
from wilma.services.runs import Delivery


@pytest.fixture
def write(tmp_path):
    numbers = count()

    def to_file(rows, header=HEADER):
        path = tmp_path / f"merkinnat-{next(numbers)}.csv"
        with path.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target, delimiter=";").writerows([header, *rows])
        return path

    return to_file


@pytest.fixture
def city(db):
    """Two schools: three pupils in one, two in the other."""
    first, second = builders.school("9901"), builders.school("9902")
    three, eight = builders.group(first, "3B", 3), builders.group(second, "8A", 8)
    for key in ("40001", "40002", "40003"):
        builders.pupil(three, key)
    for key in ("50001", "50002"):
        builders.pupil(eight, key)
    return first, second


@pytest.fixture
def bring(city, write):
    def deliver(rows, *, header=HEADER, **options) -> ImportRun:
        path = write(rows, header)
        return import_notes(Delivery(path, path.name, by=None, at=builders.AT, **options))

    return deliver


@pytest.fixture
def cast_admin(city):
    """A browser in which the administrator has signed in."""
    client = Client()
    client.force_login(
        builders.staff("yllapito", Role.ADMINISTRATOR), "accounts.backends.PasswordBackend"
    )
    return client
