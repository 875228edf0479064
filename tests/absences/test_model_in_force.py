"""A draft is put in force whole and in its own year; what has been in force stays as it was."""

import datetime as dt

import pytest
from django.urls import reverse

from absences import services
from absences.models import InterventionModel
from absences.presets import PRESETS
from tests.absences.test_model_pages import STEP, page
from tests.builders import ON


def test_the_page_of_what_is_in_force_offers_a_draft_of_it(director, cast):
    active = services.ensure_model(on=ON)
    shown = director.get(page("model", active.pk)).text
    director.post(reverse("absences_robot:draft"))

    assert f'action="{reverse("absences_robot:draft")}"' in shown
    assert InterventionModel.objects.get(state="draft").based_on == active


def test_what_is_in_force_has_no_forms_and_takes_no_change(director, draft):
    active = InterventionModel.objects.get(state="active")
    step = active.steps.last()

    assert "Tallenna" not in director.get(page("model", active.pk)).text
    director.post(page("step", active.pk, step.pk), STEP)
    director.post(page("discard", active.pk))
    assert active.steps.last().name == step.name != STEP["name"]


def test_a_model_without_a_waking_step_is_not_put_in_force(director, draft):
    draft.steps.exclude(trigger="always").delete()
    answer = director.post(page("activate", draft.pk), follow=True)

    assert "ei ole yhtään porrasta" in answer.text
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize("act", ["activate", "discard"])
def test_it_is_asked_first_before_a_draft_is_put_in_force_or_discarded(director, draft, act):
    question = director.get(page(act, draft.pk))

    assert "?</h1>" in question.text
    assert 'method="post"' in question.text
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_an_old_version_can_be_put_in_force_again(director, draft):
    old = InterventionModel.objects.get(state="active")
    draft.steps.filter(slug="huoli-kasvaa").update(threshold=5)
    director.post(page("activate", draft.pk))
    offer = director.get(page("model", old.pk)).text
    director.post(page("again", old.pk))
    copy = InterventionModel.objects.get(state="draft")
    director.post(page("activate", copy.pk))

    assert "uusi luonnos" in offer
    active = InterventionModel.objects.get(state="active")
    assert (active.version, active.based_on) == (3, old)
    assert active.steps.get(slug="huoli-kasvaa").threshold == 25
    old.refresh_from_db()
    assert old.state == "retired"


def test_an_old_version_does_not_write_over_a_draft_that_is_being_shaped(director, draft):
    active = InterventionModel.objects.get(state="active")
    answer = director.post(page("again", active.pk), follow=True)

    assert "luonnos on jo kesken" in answer.text
    assert InterventionModel.objects.get(state="draft") == draft


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"recipients": []}, "jolle kerrotaan"),
        ({"recipients": ["caretaker"]}, "jolle kerrotaan"),
        ({"counted": ["of-old"]}, "joka lasketaan"),
        ({"counted": ["health", "late"]}, "ei ole poissaolo"),
        ({"trigger": "days_in_row", "window": "weeks", "weeks": 1}, "ei mahdu"),
        ({"threshold": 20000}, "enintään 2000"),
        ({"trigger": "of-old"}, "Valitse, mikä herättää"),
        ({"stages": ["lower_secondary"], "grade_to": 6}, "eri oppilaita"),
    ],
)
def test_a_draft_from_before_a_check_is_looked_over_before_it_is_put_in_force(
    director, draft, change, words
):
    """Such a step could wake nobody: it is named with its fault, and the name leads to its form."""
    draft.steps.filter(slug="huoli-kasvaa").update(**change)
    step = draft.steps.get(slug="huoli-kasvaa")

    for answer in (
        director.get(page("activate", draft.pk)),
        director.post(page("activate", draft.pk), follow=True),
    ):
        assert words in answer.text
        assert f'href="{page("step", draft.pk, step.pk)}"' in answer.text
    assert InterventionModel.objects.get(state="active").version == 1
    director.post(page("step", draft.pk, step.pk), STEP | {"threshold": 25})
    director.post(page("activate", draft.pk))
    assert InterventionModel.objects.get(state="active") == draft


@pytest.mark.parametrize("slug", PRESETS)
def test_no_published_ladder_has_a_step_that_could_not_wake_anybody(director, draft, slug):
    director.post(page("ladder", draft.pk), {"tikkaat": slug, "tila": "on"})
    director.post(page("activate", draft.pk))

    assert InterventionModel.objects.get(state="active") == draft


def test_a_draft_of_a_year_that_has_ended_only_hands_its_rules_on(director, draft, monkeypatch):
    """In force afterwards it would change what has been: the year ran by another model."""
    draft.steps.filter(slug="huoli-kasvaa").update(threshold=5)
    monkeypatch.setattr("kemi_ecosystem.lib.clock.today", lambda: dt.date(2027, 8, 12))
    refused = director.post(page("activate", draft.pk), follow=True)
    shown = director.get(page("model", draft.pk)).text
    director.post(page("again", draft.pk))

    assert "Lukuvuosi 2026–2027 on päättynyt" in refused.text
    assert InterventionModel.objects.get(school_year=draft.school_year, state="active").version == 1
    assert "Tee näistä säännöistä uusi luonnos" in shown
    assert page("new_step", draft.pk) not in shown
    copy = InterventionModel.objects.get(state="draft", school_year__begins=dt.date(2027, 8, 1))
    assert copy.steps.get(slug="huoli-kasvaa").threshold == 5


@pytest.mark.parametrize("act", ["activate", "discard", "step", "remove_step", "ladder"])
def test_a_press_in_another_tab_after_the_draft_was_put_in_force_is_told_kindly(
    director, draft, act
):
    step = draft.steps.last()
    arguments = [draft.pk, step.pk] if "step" in act else [draft.pk]
    director.post(page("activate", draft.pk))
    answer = director.post(page(act, *arguments), STEP | {"tikkaat": "oulu"}, follow=True)

    assert answer.status_code == 200
    assert "ei enää ole luonnos" in answer.text
    assert list(draft.steps.values_list("pk", flat=True)).count(step.pk) == 1


def test_last_years_model_is_said_to_have_ended_and_hands_its_rules_on(director, cast, monkeypatch):
    old = services.ensure_model(on=ON)
    monkeypatch.setattr("kemi_ecosystem.lib.clock.today", lambda: dt.date(2027, 8, 12))
    shown = director.get(page("model", old.pk)).text

    assert "Näin malli oli käytössä" in shown
    assert "Tämä malli on käytössä" not in shown
    assert page("again", old.pk) in shown


def test_a_press_on_a_draft_that_was_discarded_in_another_tab_is_told_kindly(director, draft):
    director.post(page("discard", draft.pk))
    for act in ("discard", "activate"):
        answer = director.post(page(act, draft.pk), follow=True)
        assert (answer.status_code, "Luonnosta ei enää ole" in answer.text) == (200, True)

    assert director.get(page("activate", draft.pk)).status_code == 404
