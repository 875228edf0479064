"""The city shapes its model: a draft, published ladders, a trial, and then in force."""

import datetime as dt

import pytest
from django.urls import reverse

from absences import services
from absences.models import Alert, InterventionModel, ModelTrial
from absences.models.ladder import LADDER_NAMES
from absences.presets import PRESETS
from notifications.models import Notification
from tests import builders
from tests.builders import ON, absent

MODELS = reverse("absences_robot:models")


def page(name: str, *arguments) -> str:
    return reverse(f"absences_robot:{name}", args=arguments)


STEP = {
    "name": "Varhainen huoli", "ladder": "kaikki", "trigger": "hours", "threshold": 10,
    "window": "year", "counted": ["health"], "recipients": ["class_teacher"], "asks": "talk",
    "days_to_react": 5, "escalates_to": "principal", "summary": "Kysytään, mitä kuuluu.",
}  # fmt: skip


def test_a_new_step_is_tried_and_put_in_force_and_then_wakes(director, draft, cast):
    absent(cast.child, 12, day=dt.date(2026, 9, 7))
    director.post(page("new_step", draft.pk), STEP)
    asked = director.post(page("trial", draft.pk), follow=True)
    nothing = Notification.objects.count()
    director.post(page("activate", draft.pk))
    services.walk_round(on=ON, cause="by_hand", at=builders.AT)

    assert "Mitä luonnos muuttaisi" in asked.text
    assert ModelTrial.objects.get().result["pupils"] == [0, 1]
    assert (nothing, Alert.objects.get().step.name) == (0, "Varhainen huoli")
    assert "Varhainen huoli" in director.get(MODELS).text


def test_a_step_for_one_stage_is_said_so_and_stays_so_in_the_next_version(director, draft, cast):
    director.post(page("new_step", draft.pk), STEP | {"stages": ["primary"], "grade_to": 4})
    shown = director.get(page("model", draft.pk)).text
    director.post(page("activate", draft.pk))
    director.post(reverse("absences_robot:draft"))

    assert "alakoulu, luokat 0–4" in shown
    newest = InterventionModel.objects.get(state="draft")
    assert newest.steps.get(name="Varhainen huoli").stages == ["primary"]


@pytest.mark.parametrize("name", ["model", "activate"])
def test_a_step_says_what_counts_whom_it_tells_and_who_hears_if_nobody_answers(
    director, draft, name
):
    hears = {"recipients": ["class_teacher", "guardian"], "escalates_to": "welfare"}
    director.post(page("new_step", draft.pk), STEP | hears | {"days_to_react": 3})
    shown = director.get(page(name, draft.pk)).text
    row = " ".join(shown[shown.index("Varhainen huoli") :].split())

    for words in (
        "terveydellinen syy", "luokanopettaja tai -valvoja, huoltaja",
        "puhu oppilaan ja kodin kanssa", "3", "opiskeluhuolto, jos koulu on sen kytkenyt",
    ):  # fmt: skip
        assert words in row


def test_false_alarms_are_told_by_step_and_by_version(director, draft, cast):
    """The old version woke for nothing every second time, the new one not at all."""
    for name in ("a", "b"):
        absent(builders.pupil(cast.group, name), 30, day=dt.date(2026, 9, 7))
    services.walk_round(on=ON, cause="by_hand", at=builders.AT)
    alert = Alert.objects.order_by("pk")[0]
    services.withdraw(alert=alert, mistake="wrong_note", by=None, at=builders.AT, on=ON)
    director.post(page("activate", draft.pk))
    absent(builders.pupil(cast.group, "c"), 30, day=dt.date(2026, 9, 7))
    services.walk_round(on=ON, cause="by_hand", at=builders.AT)

    text = " ".join(director.get(MODELS).text.split())
    table = text[text.index("mallin versioittain") :]
    assert table.index("v2") < table.index("0 (0 %)") < table.index("v1")
    assert table.index("v1") < table.index("1 (50 %)")


def test_the_trial_page_names_no_pupil(director, draft, cast):
    absent(cast.child, 30, day=dt.date(2026, 9, 7))
    text = director.post(page("trial", draft.pk), follow=True).text

    assert "Elsa" not in text
    assert "40001" not in text


def test_a_trial_says_what_an_hour_is_shows_the_schools_and_tells_like_named_steps_apart(
    director, draft, cast
):
    absent(cast.child, 40, day=dt.date(2026, 9, 7))
    for ladder in ("aamut", "illat"):
        director.post(page("new_step", draft.pk), STEP | {"ladder": ladder})
    text = director.post(page("trial", draft.pk), follow=True).text

    assert "Tunti on 45 minuuttia (oppitunti)." in text
    assert f">{cast.school.name}</text>" in text
    assert text.count("Varhainen huoli") == 2
    assert text.index("aamut") != text.index("illat")


def test_a_trial_of_another_hour_says_both_even_when_the_draft_changes_afterwards(
    director, draft, cast
):
    absent(cast.child, 40, day=dt.date(2026, 9, 7))
    director.post(page("model", draft.pk), {"name": "Kemi", "counting": "m60"})
    tried = director.post(page("trial", draft.pk), follow=True).text
    director.post(page("model", draft.pk), {"name": "Kemi", "counting": "notes"})

    for text in (tried, director.get(page("trial", draft.pk)).text):
        assert "Tunti on 60 minuuttia." in text
        assert "Nykyisellä mallilla tunti on 45 minuuttia (oppitunti)." in text


def test_while_a_trial_runs_the_page_says_how_far_it_is(director, draft, monkeypatch):
    monkeypatch.setattr("absences.tasks.try_model.apply_async", lambda *_a, **_o: None)
    director.post(page("trial", draft.pk))
    ModelTrial.objects.update(done=5, whole=70)

    assert "Aamuja käyty läpi 5/70." in director.get(page("trial", draft.pk)).text


def test_a_published_ladder_is_switched_on_with_a_press(director, draft):
    here = page("ladder", draft.pk)
    added = director.post(here, {"tikkaat": "oulu", "tila": "on"}, follow=True)
    on = draft.steps.filter(ladder="luvattomat").count()
    taken = director.post(here, {"tikkaat": "oulu", "tila": "off"}, follow=True)

    assert (on, draft.steps.filter(ladder="luvattomat").count()) == (3, 0)
    assert "Tikkaat on lisätty luonnokseen: Oulun tapaan." in added.text
    assert "Tikkaat on poistettu luonnoksesta: Oulun tapaan." in taken.text


def test_a_step_that_would_have_woken_nobody_is_in_the_table_of_the_trial(director, draft, cast):
    absent(cast.child, 30, day=dt.date(2026, 9, 7))
    director.post(page("new_step", draft.pk), STEP | {"threshold": 300})
    tried = director.post(page("trial", draft.pk), follow=True).text
    table = " ".join(tried[tried.index("Portaittain") :].split())

    assert "Varhainen huoli" in table
    assert "Ennaltaehkäisevä toiminta" not in table


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"threshold": 0}, "vähintään 1"),
        ({"window": "weeks"}, "monenko viikon"),
        ({"counted": []}, "joka lasketaan"),
        ({"recipients": []}, "jolle kerrotaan"),
        ({"grade_from": 7, "grade_to": 1}, "väärin päin"),
        ({"trigger": "percent", "threshold": 120}, "enintään 100"),
        ({"threshold": 99999}, "enintään 2000"),
        ({"grade_to": 14}, "enintään 9"),
        ({"days_to_react": 0}, "vähintään 1"),
        ({"window": "weeks", "weeks": 60}, "enintään 52"),
        ({"again_after_weeks": 0}, "vähintään 1"),
        ({"ladder": "&"}, "kirjaimin tai numeroin"),
        ({"trigger": "latenesses"}, "laskee vain myöhästymiset"),
        ({"counted": ["health", "late"]}, "ei ole poissaolo"),
        ({"trigger": "percent", "window": "weeks", "weeks": 1}, "vähintään kahden viikon"),
        ({"trigger": "days_in_row", "window": "weeks", "weeks": 1}, "ei mahdu"),
        ({"trigger": "same_weekday", "window": "weeks", "weeks": 9}, "ei mahdu"),
        ({"trigger": "unresolved_days", "window": "weeks", "weeks": 1}, "ei mahdu"),
        ({"trigger": "days_in_row", "threshold": 300}, "ei mahdu"),
        ({"trigger": "same_weekday", "threshold": 32, "window": "term"}, "ei mahdu"),
        ({"stages": ["lower_secondary"], "grade_to": 6}, "eri oppilaita"),
        ({"stages": ["primary"], "grade_from": 7}, "eri oppilaita"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_with_a_sentence(director, draft, change, words):
    answer = director.post(page("new_step", draft.pk), STEP | change)

    assert answer.status_code == 422
    assert words in answer.text
    assert not draft.steps.filter(name="Varhainen huoli").exists()


@pytest.mark.parametrize(
    ("change", "other"),
    [
        ({"threshold": 99999}, "Anna raja"),
        ({"window": "weeks", "weeks": 0}, "monenko viikon"),
    ],
)
def test_a_number_out_of_bounds_gets_one_sentence_not_two(director, draft, change, other):
    answer = director.post(page("new_step", draft.pk), STEP | change)

    assert answer.status_code == 422
    assert other not in answer.text


def test_a_ladder_may_be_named_as_people_write(director, draft):
    answer = director.post(page("new_step", draft.pk), STEP | {"ladder": "Äidin kieli & luku"})

    assert answer.status_code == 302
    assert draft.steps.get(name="Varhainen huoli").ladder == "aidin-kieli-luku"


def test_open_days_of_the_last_weeks_only_are_said_to_be_so(director, draft):
    weeks = {"trigger": "unresolved_days", "window": "weeks", "weeks": 4}
    director.post(page("new_step", draft.pk), STEP | weeks)

    shown = director.get(page("model", draft.pk)).text
    assert "10 päivää selvittämättä, viimeisten viikkojen ajalta (4 viikkoa)" in shown
    assert "7 päivää selvittämättä, lukuvuoden" not in shown


def test_the_share_of_false_alarms_is_shown_to_those_who_shape_the_model(director, cast):
    absent(cast.child, 30)
    services.walk_round(on=ON, cause="by_hand", at=builders.AT)
    services.withdraw(
        alert=Alert.objects.get(), mistake="wrong_note", by=None, at=builders.AT, on=ON
    )

    assert "1 (100 %)" in director.get(MODELS).text


def test_a_draft_is_tried_in_one_school_and_from_a_chosen_day(director, draft, cast):
    """The other school's child and what was told before the day are not in the numbers."""
    absent(cast.child, 30, day=dt.date(2026, 9, 7))
    away = builders.pupil(builders.group(cast.neighbour, "8X", 8), "z")
    absent(away, 30, day=dt.date(2026, 11, 2))
    late = builders.pupil(cast.group, "late")
    absent(late, 30, day=dt.date(2026, 11, 2))
    asked = director.post(
        page("trial", draft.pk), {"school": cast.school.pk, "first": "2026-10-19"}, follow=True
    )

    result = ModelTrial.objects.get().result
    assert (result["pupils"], result["alerts"]) == ([1, 1], [1, 1])
    assert [one["name"] for one in result["schools"]] == [cast.school.name]
    assert result["weeks"][0]["monday"] == "2026-10-19"
    text = " ".join(asked.text.split())
    assert f"19.10.–20.11.2026. Koulu: {cast.school.name}." in text
    assert "Portaat kuljetaan lukuvuoden alusta asti" in text
    assert 'value="2026-10-19"' in text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"first": "2026-07-31"}, "tältä lukuvuodelta: 1.8.2026–20.11.2026"),
        ({"first": "2026-11-21"}, "tältä lukuvuodelta: 1.8.2026–20.11.2026"),
        ({"first": "eilen"}, "oikea päivämäärä"),
        ({"school": "9999999"}, "Valitse koulu luettelosta"),
        ({"school": "x"}, "Valitse koulu luettelosta"),
    ],
)
def test_a_trial_that_cannot_be_is_refused_with_a_sentence(director, draft, sent, words):
    answer = director.post(page("trial", draft.pk), sent)

    assert (answer.status_code, ModelTrial.objects.count()) == (422, 0)
    assert words in answer.text


def test_a_refused_trial_leaves_the_last_one_on_the_page(director, draft, cast):
    absent(cast.child, 30, day=dt.date(2026, 9, 7))
    director.post(page("trial", draft.pk))
    answer = director.post(page("trial", draft.pk), {"first": "2026-11-21"})

    assert "Herätyksiä viikossa" in answer.text
    assert ModelTrial.objects.exists()


def test_a_draft_that_has_not_been_tried_offers_to_be(director, draft):
    answer = director.get(page("trial", draft.pk))

    assert answer.status_code == 200
    assert "Kokeile luonnosta" in answer.text


def test_each_published_ladder_is_called_in_words():
    slugs = {step.ladder for preset in PRESETS.values() for step in preset.steps}

    assert slugs - LADDER_NAMES.keys() == set()
