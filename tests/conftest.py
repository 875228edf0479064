import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from absences.models import Alert
from accounts.models import User
from schools.models import Pupil, School, TeachingGroup
from schools.roles import Role
from tests import builders

# The browser tests' synchronous Playwright runs an event loop of its own.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
SAMPLES = Path(__file__).parent / "samples"
# A busy machine is no fault of the code.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")


def pytest_unconfigure():
    """The home that the settings made for this process goes with it."""
    shutil.rmtree(os.environ["PORTAL_HOME"], ignore_errors=True)


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    """No test leaves a file in the portal's home."""
    settings.PORTAL_HOME = tmp_path
    settings.UPLOADS_DIR = tmp_path / "uploads"
    settings.UPLOADS_DIR.mkdir()
    cache.clear()


@pytest.fixture
def today(monkeypatch):
    """The clock of every view stands at a school morning in November."""
    monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: builders.AT.replace(hour=9))
    monkeypatch.setattr("kemi_ecosystem.lib.clock.today", lambda: builders.ON)
    return builders.ON


@pytest.fixture
def many_connections(transactional_db, tmp_path):
    """A database that threads share as in a city: on SQLite a copy in a file, not in memory.

    Ask for it after the rows that the threads need.
    """
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    with contextlib.closing(sqlite3.connect(tmp_path / "race.sqlite3")) as copy:
        in_memory.backup(copy)
    connection.connection = None
    connection.settings_dict["NAME"] = str(tmp_path / "race.sqlite3")
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = in_memory, name


@dataclass
class Cast:
    """The same people in every test: one child, the adults around it, and those who are not."""

    school: School
    neighbour: School
    group: TeachingGroup
    child: Pupil
    people: dict[str, User | None]

    def __getitem__(self, name: str) -> User | None:
        return self.people[name]


@pytest.fixture
def cast(db, today) -> Cast:
    home, away = builders.school("9903", "Lumilinna"), builders.school("9901", "Merenranta")
    seven, eight = builders.group(home, "7C"), builders.group(home, "8A", 8)
    other_group = builders.group(away, "3B", 3)
    child = builders.pupil(seven, "40001")
    classmate = builders.pupil(seven, "40002", first_name="Otso")
    stranger = builders.pupil(other_group, "40003", first_name="Lumi")
    admin = builders.staff("paakayttaja", Role.ADMINISTRATOR)
    admin.is_staff = admin.is_superuser = True
    admin.save()
    people: dict[str, User | None] = {
        "nobody": None,
        "class_teacher": builders.staff("liisa", Role.CLASS_TEACHER, in_group=seven),
        "subject_teacher": builders.staff("sami", Role.TEACHER, in_group=seven),
        "other_class": builders.staff("aino", Role.CLASS_TEACHER, in_group=eight),
        "special_teacher": builders.staff("erja", Role.SPECIAL_TEACHER, at_school=home),
        "principal": builders.staff("raili", Role.PRINCIPAL, at_school=home),
        "neighbour_teacher": builders.staff("olli", Role.CLASS_TEACHER, in_group=other_group),
        "neighbour_principal": builders.staff("mauri", Role.PRINCIPAL, at_school=away),
        "former_teacher": builders.staff(
            "vanha", Role.CLASS_TEACHER, in_group=seven, ends=builders.ON.replace(day=19)
        ),
        "welfare": builders.staff("kaisa", Role.WELFARE, at_school=home),
        "coordinator": builders.staff("kerttu", Role.COORDINATOR),
        "director": builders.staff("jorma", Role.CITY_DIRECTOR),
        "administrator": admin,
        "no_role": builders.staff("uusi"),
        "pupil": builders.pupil_user(child),
        "classmate": builders.pupil_user(classmate),
        "guardian": builders.guardian(child),
        "other_guardian": builders.guardian(stranger, "pekka"),
    }
    return Cast(home, away, seven, child, people)


@pytest.fixture
def alert(cast) -> Alert:
    """Unilukkari has walked and knocked for the child of the cast: 30 hours."""
    from absences import services  # noqa: PLC0415

    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, 30)
    services.walk_round(on=builders.ON, cause="by_hand", at=builders.AT)
    return Alert.objects.get(pupil=cast.child)


@pytest.fixture
def assert_flat() -> Callable[..., int]:
    """`act` asks the database as often after `grow` as before, and not more than `most` times."""

    def check(act: Callable[[], object], *, grow: Callable[[], object], most: int = 12) -> int:
        act()
        with CaptureQueriesContext(
            connection,
        ) as before:
            act()
        grow()
        with CaptureQueriesContext(connection) as after:
            act()
        sql = "\n".join(query["sql"][:200] for query in after.captured_queries)
        assert len(after) == len(before), f"{len(before)} → {len(after)} statements:\n{sql}"
        assert len(after) <= most, f"{len(after)} statements:\n{sql}"
        return len(after)

    return check
