"""A school without a head or a class teacher: its alerts never vanish."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from absences import services
from absences.models import Alert
from notifications.models import Notification
from schools.models import Membership
from schools.roles import Role
from tests import builders
from tests.builders import ON, absent

DAY = dt.timedelta(days=1)
TITLE = "Koulussa on herätyksiä, joille ei ole vastaanottajaa"


def walk(on=ON):
    at = dt.datetime.combine(on, dt.time(6, 15), builders.KEMI)
    builders.batch(*{one.school for one in Membership.objects.all() if one.school}, received=at)
    return services.walk_round(on=on, cause="by_hand", at=at)


def told() -> list[str]:
    rows = Notification.objects.filter(title=TITLE)
    return sorted(rows.values_list("recipient__username", flat=True))


@pytest.fixture
def alone(cast) -> Alert:
    """Thirty hours of a child, in a school where no adult follows."""
    _leave(cast, Role.CLASS_TEACHER, Role.PRINCIPAL)
    absent(cast.child, 30)
    walk()
    return Alert.objects.get()


def _leave(cast, *roles):
    Membership.objects.filter(school=cast.school, role__in=roles).delete()


def test_an_alert_that_nobody_receives_reaches_the_city_once_a_week(cast, alone):
    first = told()
    walk()
    same_week = told()
    walk(ON + 3 * DAY)
    walk(ON + 4 * DAY)

    assert alone.owner is None
    assert first == same_week == ["kerttu", "paakayttaja"]
    assert told() == sorted(first * 2)


def test_the_city_reads_which_school_is_without_adults_and_no_child(cast, alone):
    client = Client()
    client.force_login(cast["coordinator"], "accounts.backends.PasswordBackend")

    page = client.get(Notification.objects.filter(title=TITLE)[0].path)

    assert "Lumilinna" in page.text
    assert "eikä koulussa ole ketään, joka vastaisi" in page.text
    assert cast.child.last_name not in page.text


def test_a_school_with_its_adults_is_not_told_of(cast):
    absent(cast.child, 30)
    walk()
    client = Client()
    client.force_login(cast["coordinator"], "accounts.backends.PasswordBackend")

    assert told() == []
    assert (
        "eikä koulussa ole ketään, joka vastaisi"
        not in client.get(reverse("absences_robot:models")).text
    )


def test_the_first_adult_who_comes_gets_what_waited_and_is_reminded_like_anybody(cast, alone):
    head = builders.staff("uusirehtori", Role.PRINCIPAL, at_school=cast.school)
    walk(ON + 3 * DAY)
    alone.refresh_from_db()
    mine = head.notifications.order_by("kind").values_list("kind", flat=True)
    at_first = list(mine)
    walk(alone.due_on + 3 * DAY)

    assert alone.owner == head
    assert alone.due_on > ON + 3 * DAY
    assert at_first == ["handed_on"]
    assert list(mine.all()) == ["handed_on", "reminder"]


def test_what_lies_with_somebody_who_has_left_goes_to_the_one_who_is_there(cast):
    absent(cast.child, 30)
    walk()
    teacher = cast["class_teacher"]
    Membership.objects.filter(user=teacher).update(ends=ON)
    before = teacher.notifications.count()
    walk(ON + 4 * DAY)
    walk(ON + 24 * DAY)

    alert = Alert.objects.get()
    assert alert.owner == cast["principal"]
    assert teacher.notifications.count() == before


def test_an_overdue_alert_with_no_head_above_it_reaches_the_city(cast):
    _leave(cast, Role.PRINCIPAL)
    absent(cast.child, 30)
    walk()
    due = Alert.objects.get().due_on
    on_time = told()
    walk(due + 3 * DAY)
    walk(due + 10 * DAY)

    assert on_time == []
    assert told() == ["kerttu", "paakayttaja"]


def test_an_answered_alert_of_a_school_without_adults_is_told_to_nobody(cast, alone):
    Alert.objects.update(state="answered")
    Notification.objects.all().delete()
    walk(ON + 10 * DAY)

    assert told() == []
