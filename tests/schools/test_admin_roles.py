"""The administrator gives a colleague a role, and with a class teacher's role the class."""

import pytest
from django.test import Client
from django.urls import reverse

from absences.contradictions import contradictions
from schools.models import Membership
from schools.selectors import calendar_for
from tests import builders


@pytest.fixture
def administrator(cast) -> Client:
    client = Client()
    client.force_login(cast["administrator"], "accounts.backends.PasswordBackend")
    return client


@pytest.fixture
def give(administrator, cast):
    """Press save on a colleague's page with one new role."""

    def press(**role):
        page = reverse("admin:accounts_user_change", args=[cast["subject_teacher"].pk])
        kept = list(Membership.objects.filter(user=cast["subject_teacher"]))
        rows = {"memberships-TOTAL_FORMS": len(kept) + 1, "memberships-INITIAL_FORMS": len(kept)}
        for number, one in enumerate(kept):
            rows |= {
                f"memberships-{number}-{name}": value or ""
                for name, value in {
                    "id": one.pk, "user": one.user_id, "role": one.role, "school": one.school_id,
                    "group": one.group_id, "begins": f"{one.begins:%d.%m.%Y}", "ends": "",
                }.items()
            }  # fmt: skip
        new = {"begins": "01.11.2026"} | role
        rows |= {f"memberships-{len(kept)}-{name}": value for name, value in new.items()}
        rows |= {"substitutions-TOTAL_FORMS": 0, "substitutions-INITIAL_FORMS": 0}
        user = cast["subject_teacher"]
        person = {"username": user.username, "first_name": "Tiina", "last_name": "Ope"}
        return administrator.post(page, person | {"is_active": "on"} | rows)

    return press


def without_teacher() -> list[str]:
    found = contradictions(on=builders.ON, calendar=calendar_for(builders.ON))
    return [one.words for one in found if one.kind == "no-class-teacher"]


def test_a_class_without_a_teacher_gets_one_where_its_contradiction_leads(cast, give):
    group = builders.group(cast.school, "9Z", 9)
    builders.pupil(group, "z")
    before = without_teacher()
    answer = give(role="class_teacher", group=group.pk)

    assert (len(before), answer.status_code, without_teacher()) == (1, 302, [])
    made = Membership.objects.get(user=cast["subject_teacher"], group=group)
    assert made.school == cast.school


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ({"role": "class_teacher", "school": "own"}, "Valitse luokka"),
        ({"role": "principal", "school": "own", "group": "own"}, "ei ole luokan rooli"),
        ({"role": "class_teacher", "school": "other", "group": "own"}, "toisen koulun"),
        ({"role": "principal"}, "Valitse koulu"),
        ({"role": "city_director", "school": "own"}, "koko kunnan rooli"),
    ],
)
def test_a_role_that_cannot_be_is_refused_with_a_sentence(cast, give, role, words):
    known = Membership.objects.count()
    places = {"group": {"own": cast.group.pk}, "school": {"own": cast.school.pk}}
    places["school"]["other"] = cast.neighbour.pk
    answer = give(**{name: places.get(name, {}).get(value, value) for name, value in role.items()})

    assert answer.status_code == 200
    assert words in answer.text
    assert "Rajoitetta" not in answer.text
    assert Membership.objects.count() == known


def test_a_class_is_offered_with_the_name_of_its_school(administrator, cast):
    page = reverse("admin:accounts_user_change", args=[cast["subject_teacher"].pk])

    assert f">{cast.school.name}: {cast.group.name}</option>" in administrator.get(page).text
