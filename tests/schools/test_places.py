"""Schools close and merge, and nobody is lost; the reference data is kept in the admin."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from schools import services
from schools.errors import SchoolHasPupilsError
from schools.models import Enrolment, Holiday, Membership, Pupil, School, SchoolYear, TeachingGroup
from schools.roles import Role
from tests import builders

DAY = dt.date(2026, 11, 23)


@pytest.fixture
def two(db):
    """Two schools, both with a 7C."""
    closing, staying = builders.school("9901", "Satama"), builders.school("9902", "Lumilinna")
    builders.group(staying, "7C")
    return closing, staying


def sees(user: User, pupil: Pupil, on: dt.date) -> bool:
    return Pupil.objects.visible_to(user, on=on).filter(pk=pupil.pk).exists()


def test_a_merged_school_moves_its_people_and_keeps_its_history(two):
    closing, staying = two
    seven = builders.group(closing, "7C")
    child = builders.pupil(seven)
    teacher = builders.staff("liisa", Role.CLASS_TEACHER, in_group=seven)
    special = builders.staff("erja", Role.SPECIAL_TEACHER, at_school=closing)
    head = builders.staff("raili", Role.PRINCIPAL, at_school=closing)
    other_head = builders.staff("mauri", Role.PRINCIPAL, at_school=staying)

    services.merge_school(school=closing, into=staying, on=DAY)

    child.refresh_from_db()
    assert child.school == staying
    before, after = Enrolment.objects.filter(pupil=child).order_by("begins")
    assert (before.group, before.ends) == (seven, DAY - dt.timedelta(days=1))
    assert (after.group.name, after.group.school) == ("7C (Satama)", staying)
    assert [sees(who, child, DAY) for who in (teacher, special, head, other_head)] == [
        True, True, False, True,
    ]  # fmt: skip
    assert set(TeachingGroup.objects.filter(school=closing)) == {seven}
    assert not School.objects.open_on(DAY).filter(pk=closing.pk).exists()


def test_a_school_with_pupils_does_not_just_close(two):
    closing, _staying = two
    builders.pupil(builders.group(closing, "1A", 1))

    with pytest.raises(SchoolHasPupilsError, match="vielä 1 oppilas"):
        services.close_school(school=closing, on=DAY)

    assert School.objects.get(pk=closing.pk).closed_on is None


def test_an_empty_school_closes_and_its_staffs_roles_end(two):
    closing, _staying = two
    head = builders.staff("raili", Role.PRINCIPAL, at_school=closing)

    services.close_school(school=closing, on=DAY)

    assert not Membership.objects.of(head, on=DAY).exists()
    assert Membership.objects.of(head, on=DAY - dt.timedelta(days=1)).exists()


@pytest.fixture
def admin(db, today) -> Client:
    user = builders.staff("paula", Role.ADMINISTRATOR)
    user.is_staff = user.is_superuser = True
    user.save()
    client = Client()
    client.force_login(user, backend="accounts.backends.PasswordBackend")
    return client


def school_fields(school: School, **more: object) -> dict[str, object]:
    known = {
        name: getattr(school, name)
        for name in ("name", "key", "slug", "stage", "welfare_disclosure")
    }
    return known | {"ends_on": "", "into": ""} | more


def test_the_administrator_merges_schools_on_the_schools_own_page(admin, two):
    closing, staying = two
    child = builders.pupil(builders.group(closing, "1A", 1))
    page = reverse("admin:schools_school_change", args=[closing.pk])

    refused = admin.post(page, school_fields(closing, ends_on="20.11.2026"))
    without_day = admin.post(page, school_fields(closing, into=staying.pk))
    done = admin.post(page, school_fields(closing, into=staying.pk, ends_on="20.11.2026"))

    assert "vielä 1 oppilas" in refused.text
    assert "Anna päivä" in without_day.text
    assert done.status_code == 302
    child.refresh_from_db()
    assert child.school == staying


def test_the_citys_own_breaks_and_the_public_holidays_are_given_on_the_year(admin):
    year = builders.year()
    page = reverse("admin:schools_schoolyear_changelist")
    admin.post(page, {"action": "add_public_holidays", "_selected_action": [year.pk]})

    assert Holiday.objects.filter(school_year=year, begins=dt.date(2027, 1, 6)).exists()
    assert "syysloma" in admin.get(reverse("admin:schools_schoolyear_change", args=[year.pk])).text
    assert SchoolYear.objects.count() == 1


def test_the_administrator_gives_a_role_and_the_trail_says_so(admin, two):
    liisa = builders.staff("liisa")
    page = reverse("admin:accounts_user_change", args=[liisa.pk])
    prefix = "memberships"
    admin.post(page, {
        "username": "liisa", "first_name": "Liisa", "last_name": "V", "is_active": "on",
        f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 0,
        f"{prefix}-0-role": "coordinator", f"{prefix}-0-begins": "1.8.2026", f"{prefix}-0-ends": "",
        f"{prefix}-0-school": "", f"{prefix}-0-user": liisa.pk,
        "substitutions-TOTAL_FORMS": 0, "substitutions-INITIAL_FORMS": 0,
    })  # fmt: skip

    assert Membership.objects.get(user=liisa).role == Role.COORDINATOR
    assert AuditEvent.objects.filter(action="roles", subject_key=str(liisa.pk)).count() == 1


def test_guardians_and_pupils_are_not_among_the_users_of_the_admin(admin, two):
    child = builders.pupil(builders.group(two[0], "1A", 1))
    maija, pupil = builders.guardian(child), builders.pupil_user(child)

    listed = admin.get(reverse("admin:accounts_user_changelist")).text
    pages = [reverse("admin:accounts_user_change", args=[one.pk]) for one in (maija, pupil)]

    assert "maija" not in listed
    assert [admin.get(page).status_code for page in pages] == [302, 302]


def test_schools_are_not_merged_before_their_day(admin, two):
    closing, staying = two
    page = reverse("admin:schools_school_change", args=[closing.pk])

    refused = admin.post(page, school_fields(closing, into=staying.pk, ends_on="1.8.2027"))

    assert "sinä päivänä" in refused.text
    closing.refresh_from_db()
    assert closing.merged_into is None


def test_the_administrator_makes_a_new_school(admin, db):
    page = reverse("admin:schools_school_add")
    new = School(name="Uusi", key="9905", slug="uusi")

    assert admin.post(page, school_fields(new, ends_on="1.8.2027")).status_code == 302
    assert School.objects.filter(key="9905").exists()
