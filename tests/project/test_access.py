"""Every address of the portal × every person of the cast. A page that is missing here fails."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from absences.services import models
from tests import builders
from wilma.models import ImportProfile, ImportRun

WHO = (
    "nobody", "class_teacher", "subject_teacher", "other_class", "special_teacher", "principal",
    "neighbour_teacher", "neighbour_principal", "former_teacher", "welfare", "coordinator",
    "director", "administrator", "no_role", "pupil", "classmate", "guardian", "other_guardian",
)  # fmt: skip
EVERYBODY = dict.fromkeys(WHO, 200)
SIGNED_IN = EVERYBODY | {"nobody": 302}
CLOSED = dict.fromkeys(WHO, 404) | {"nobody": 302}


def only(*who: str, status: int = 200) -> dict[str, int]:
    return CLOSED | dict.fromkeys(who, status)


LEADERS = ("principal", "neighbour_principal")
FOLLOWS = ("class_teacher", "other_class", "special_teacher", "neighbour_teacher", *LEADERS)
SEES_ROUNDS = (*FOLLOWS, "coordinator", "director", "administrator")
# The alert of the cast's child: its own adults, the welfare worker who was told, its guardian.
ALERT = only("class_teacher", "special_teacher", "principal", "welfare", "guardian")
ANSWERS = ("class_teacher", "special_teacher", "principal")
IMPORT = only("administrator")
SHAPERS = ("coordinator", "director", "administrator")
SHAPE = only(*SHAPERS)
POST_ONLY = dict.fromkeys(WHO, 405) | {"nobody": 302}

# (name, arguments) → who gets what on GET.
PAGES: dict[tuple[str, str], dict[str, int]] = {
    ("dashboards:home", ""): EVERYBODY,
    ("dashboards:my_school", ""): only(*LEADERS, status=302),
    ("dashboards:school", "school"): only("principal"),
    ("dashboards:robot", ""): EVERYBODY,
    ("dashboards:accessibility", ""): EVERYBODY,
    ("dashboards:privacy", ""): EVERYBODY,
    ("dashboards:styles", ""): only(*SEES_ROUNDS),
    ("dashboards:health", ""): EVERYBODY,
    ("accounts:sign_in", ""): dict.fromkeys(WHO, 302) | {"nobody": 200},
    ("accounts:sign_in_with_code", ""): EVERYBODY,
    ("accounts:sign_in_with_link", "token"): EVERYBODY,
    ("accounts:sign_out", ""): dict.fromkeys(WHO, 405),
    ("accounts:account", ""): SIGNED_IN,
    ("notifications:inbox", ""): SIGNED_IN,
    ("notifications:open", "notification"): only("class_teacher", status=302),
    ("support:search", ""): EVERYBODY,
    ("support:tree", ""): EVERYBODY,
    ("support:measure", "missing"): dict.fromkeys(WHO, 404),
    ("support:cards", ""): EVERYBODY,
    ("support:card", "missing"): dict.fromkeys(WHO, 404),
    ("support:promises", ""): EVERYBODY,
    ("support:checklists", ""): EVERYBODY,
    ("support:checklist", "missing"): dict.fromkeys(WHO, 404),
    ("projects:list", ""): EVERYBODY,
    ("projects:project", "missing"): dict.fromkeys(WHO, 404),
    ("absences:alerts", ""): only(*FOLLOWS, "welfare", "guardian", "other_guardian"),
    ("absences:alert", "alert"): ALERT,
    ("absences:withdraw", "alert"): POST_ONLY,
    ("absences:helped", "reaction"): POST_ONLY,
    ("absences:disclose", "alert"): POST_ONLY,
    ("absences:legal_act", "alert"): POST_ONLY,
    ("absences_robot:rounds", ""): only(*SEES_ROUNDS),
    ("absences_robot:walk", ""): dict.fromkeys(WHO, 405) | {"nobody": 302},
    ("absences_robot:models", ""): SHAPE,
    ("absences_robot:draft", ""): POST_ONLY,
    ("absences_robot:model", "draft"): SHAPE,
    ("absences_robot:ladder", "draft"): POST_ONLY,
    ("absences_robot:new_step", "draft"): SHAPE,
    ("absences_robot:step", "step"): SHAPE,
    ("absences_robot:remove_step", "step"): POST_ONLY,
    ("absences_robot:activate", "draft"): POST_ONLY,
    ("absences_robot:discard", "draft"): POST_ONLY,
    ("absences_robot:trial", "draft"): SHAPE,
    ("wilma:imports", ""): IMPORT,
    ("wilma:upload", ""): IMPORT,
    ("wilma:mapping", ""): IMPORT,
    ("wilma:profiles", ""): IMPORT,
    ("wilma:new_profile", ""): IMPORT,
    ("wilma:profile", "profile"): IMPORT,
    ("wilma:run", "run"): IMPORT,
    ("wilma:confirm", "run"): dict.fromkeys(WHO, 405) | {"nobody": 302},
    ("wilma:rejected_rows", "run"): IMPORT,
}
# What changes something: who may post, and what the others get.
POSTS: dict[tuple[str, str], dict[str, int]] = {
    ("accounts:sign_in", ""): dict.fromkeys(WHO, 302) | {"nobody": 422},
    ("accounts:sign_in_with_code", ""): dict.fromkeys(WHO, 422),
    ("accounts:sign_in_with_link", "token"): dict.fromkeys(WHO, 422),
    ("accounts:sign_out", ""): dict.fromkeys(WHO, 302),
    ("absences:alert", "alert"): only("class_teacher", "special_teacher", "principal", status=422),
    # A form without a choice comes back with a sentence; an answer without one is no address.
    ("absences:withdraw", "alert"): only(*ANSWERS, status=302),
    ("absences:helped", "reaction"): CLOSED,
    # The school tells pupil welfare by itself: there is no button to press.
    ("absences:disclose", "alert"): CLOSED,
    ("absences:legal_act", "alert"): only("principal", status=302),
    ("absences_robot:walk", ""): only("administrator", status=302),
    ("absences_robot:draft", ""): only(*SHAPERS, status=302),
    ("absences_robot:model", "draft"): only(*SHAPERS, status=422),
    # No ladder is named: there is nothing to switch, for anybody.
    ("absences_robot:ladder", "draft"): CLOSED,
    ("absences_robot:new_step", "draft"): only(*SHAPERS, status=422),
    ("absences_robot:step", "step"): only(*SHAPERS, status=422),
    # The first of the three who may removes it, discards it or puts it in force.
    ("absences_robot:remove_step", "step"): only("coordinator", status=302),
    ("absences_robot:activate", "draft"): only("coordinator", status=302),
    ("absences_robot:discard", "draft"): only("coordinator", status=302),
    ("absences_robot:trial", "draft"): only(*SHAPERS, status=302),
    ("wilma:upload", ""): only("administrator", status=422),
    ("wilma:mapping", ""): IMPORT,
    ("wilma:new_profile", ""): only("administrator", status=422),
    ("wilma:profile", "profile"): only("administrator", status=422),
    # The run of the test is not a tried one: there is nothing to confirm, for anybody.
    ("wilma:confirm", "run"): CLOSED,
}


@pytest.fixture
def arguments(cast, alert):
    """What stands in the addresses of the tables."""
    cast.school.welfare_disclosure = "automatic"
    cast.school.save()
    alert.recipients.create(user=cast["welfare"], role="welfare")
    run = ImportRun.objects.create(
        kind="notes", status="imported", file_name="a.csv", sha256="0", started_at=builders.AT
    )
    notice = cast["class_teacher"].notifications.first()
    reaction = alert.reactions.create(kind="call", with_whom="pupil", reacted_at=builders.AT)
    draft = models.draft_model(on=builders.ON, by=cast["director"], at=builders.AT)
    draft.trials.create(by=None, first=builders.ON, last=builders.ON, asked_at=builders.AT)
    return {
        "": [],
        "school": [cast.school.slug],
        "alert": [alert.pk],
        "reaction": [alert.pk, reaction.pk],
        "run": [run.pk],
        "draft": [draft.pk],
        "step": [draft.pk, draft.steps.last().pk],
        "profile": [ImportProfile.objects.create(name="Primus", columns={"date": "Pv"}).pk],
        "notification": [notice.pk],
        "token": ["x" * 20],
        "missing": ["ei-ole"],
    }


def as_(person) -> Client:
    client = Client(raise_request_exception=True)
    if person is not None:
        client.force_login(person, backend="accounts.backends.PasswordBackend")
    return client


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page[0])
def test_everybody_gets_just_what_the_table_says(page, cast, arguments, settings):
    settings.PORTAL_DEMO = False
    name, key = page

    url = reverse(name, args=arguments[key])
    got = {who: as_(cast[who]).get(url).status_code for who in WHO}

    assert got == PAGES[page]


@pytest.mark.parametrize("page", POSTS, ids=lambda page: page[0])
def test_only_those_who_may_can_change_something(page, cast, arguments):
    name, key = page

    url = reverse(name, args=arguments[key])
    got = {who: as_(cast[who]).post(url).status_code for who in WHO}

    assert got == POSTS[page]


def _names(patterns, namespace="") -> set[str]:
    found = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            if one.namespace == "admin":
                continue
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            found |= _names(one.url_patterns, inner)
        elif isinstance(one, URLPattern):
            assert one.name or "hallinta/login" in str(one.pattern), f"{one.pattern} has no name"
            found |= {f"{namespace}{one.name}"} if one.name else set()
    return found


def test_every_address_of_the_portal_is_in_the_table():
    assert _names(get_resolver().url_patterns) == {name for name, _arguments in PAGES}


def test_every_page_that_takes_a_post_is_in_the_second_table(cast, arguments):
    """What answers anything but 405 to the administrator's POST changes something."""
    for name, key in PAGES:
        if (name, key) in POSTS:
            continue
        status = as_(cast["administrator"]).post(reverse(name, args=arguments[key])).status_code
        assert status == 405, f"{name} answers {status} to a POST"


def test_the_admin_is_for_the_administrator_and_holds_no_pupil(cast):
    held = {model.__name__ for model in admin.site._registry}

    assert not held & {"Pupil", "Guardian", "Guardianship", "LessonNote", "Alert", "Reaction"}
    for who in WHO:
        status = as_(cast[who]).get("/hallinta/").status_code
        assert status == (200 if who == "administrator" else 302), who


def test_taking_a_role_away_acts_on_the_next_page(cast, alert):
    teacher = as_(cast["class_teacher"])
    url = reverse("absences:alert", args=[alert.pk])
    assert teacher.get(url).status_code == 200

    cast["class_teacher"].memberships.update(ends=builders.ON.replace(day=19))

    assert teacher.get(url).status_code == 404
    assert teacher.get(reverse("absences:alerts")).status_code == 404
