"""Every address of the portal × every person of the cast. A page that is missing here fails."""

import pkgutil
from importlib import import_module

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import builders
from tests.project import access_tables
from tests.project.access_tables import WHO, Table

pytestmark = pytest.mark.once
TABLES = [
    import_module(f"tests.project.access_tables.{module.name}")
    for module in pkgutil.iter_modules(access_tables.__path__)
]
PAGES: Table = {page: row for table in TABLES for page, row in table.PAGES.items()}
# What changes something: who may post, and what the others get.
POSTS: Table = {page: row for table in TABLES for page, row in table.POSTS.items()}


@pytest.fixture
def arguments(cast, alert):
    """What stands in the addresses of the tables."""
    made = {"": [], "missing": ["ei-ole"]}
    for table in TABLES:
        if hasattr(table, "arguments"):
            made |= table.arguments(cast, alert)
    return made


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


def test_the_admin_holds_no_pupil(cast):
    held = {model.__name__ for model in admin.site._registry}

    assert not held & {"Pupil", "Guardian", "Guardianship", "LessonNote", "Alert", "Reaction"}


def _admin_pages() -> list[str]:
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
        for model in admin.site._registry
        for page in ("changelist", "add")
    ]
    return [reverse("admin:index"), reverse("admin:password_change"), *lists]


def test_the_admin_is_for_the_administrator_and_does_not_exist_for_others(cast):
    for url in _admin_pages():
        got = {who: as_(cast[who]).get(url).status_code for who in WHO}
        assert got.pop("administrator") in {200, 403}, url
        assert got.pop("nobody") == 302, url
        assert set(got.values()) == {404}, url


def test_taking_a_role_away_acts_on_the_next_page(cast, alert):
    teacher = as_(cast["class_teacher"])
    url = reverse("absences:alert", args=[alert.pk])
    assert teacher.get(url).status_code == 200

    cast["class_teacher"].memberships.update(ends=builders.ON.replace(day=19))

    assert teacher.get(url).status_code == 404
    assert teacher.get(reverse("absences:alerts")).status_code == 404
