import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from consultations.models import ConsultationHour, Slot
from consultations.services import hours
from schools.roles import Role
from tests import builders

KEMI = ZoneInfo("Europe/Helsinki")
AT = builders.AT.replace(hour=9)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=KEMI)


def offer(teacher, school, **fields) -> ConsultationHour:
    """A weekly hour on Tuesdays at 14, two half hours, from the test's day to Christmas."""
    wanted = {
        "kind": "ela",
        "weekday": 1,
        "starts": dt.time(14),
        "part_minutes": 30,
        "parts": 2,
        "place": "Huone 12",
        "own_first_days": 7,
        "begins": builders.ON,
        "ends": dt.date(2026, 12, 18),
    } | fields
    schools = wanted.pop("schools", [])
    made = ConsultationHour(teacher=teacher, home_school=school, **wanted)
    return hours.offer_hour(hour=made, schools=schools, at=AT)


@pytest.fixture
def hour(cast) -> ConsultationHour:
    return offer(cast["special_teacher"], cast.school, schools=[cast.neighbour])


@pytest.fixture
def slot(hour) -> Slot:
    return hour.slots.order_by("starts_at").first()


@pytest.fixture
def colleague(cast):
    return builders.staff(
        "kaarina", Role.CLASS_TEACHER, in_group=builders.group(cast.school, "9B", 9)
    )


@pytest.fixture
def measure(db):
    return builders.measure()
