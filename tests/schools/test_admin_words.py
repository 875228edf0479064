"""The administrator's own pages speak the language of the portal."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User

MODELS = [pytest.param(model, id=model._meta.label) for model in admin.site._registry]


def test_nothing_stands_there_that_opens_nothing():
    assert Group not in admin.site._registry
    assert {model._meta.app_label for model in admin.site._registry} == {
        "accounts", "schools", "support", "projects",
    }  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_every_field_has_a_name_of_our_own(model):
    request = RequestFactory().get("/")
    request.user = User(is_staff=True, is_superuser=True)
    page = admin.site._registry[model]
    forms = {model: page.get_form(request)}
    forms |= {
        one.model: one.get_formset(request).form for one in page.get_inline_instances(request)
    }

    unnamed = {
        f"{of.__name__}.{name}"
        for of, form in forms.items()
        for name in form.base_fields.keys() & {one.name for one in of._meta.get_fields()}
        if str(of._meta.get_field(name).verbose_name) == name.replace("_", " ")
    }

    assert not unnamed


def test_a_new_colleague_is_added_with_a_name(cast):
    client = Client()
    client.force_login(cast["administrator"], "accounts.backends.PasswordBackend")
    url = reverse("admin:accounts_user_add")
    secret = {"password1": "kokeilu-salasana-1", "password2": "kokeilu-salasana-1"}
    rows = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    rows |= {"substitutions-TOTAL_FORMS": 0, "substitutions-INITIAL_FORMS": 0}
    person = {"username": "vieno", "usable_password": "true"} | secret | rows

    nameless = client.post(url, person)
    client.post(url, person | {"first_name": "Vieno", "last_name": "Saarela"})

    assert nameless.status_code == 200
    assert "Etunimi" in nameless.text
    assert str(User.objects.get(username="vieno")) == "Vieno Saarela"
