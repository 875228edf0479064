"""For any pupil and any past day: why an adult was woken, or why not."""

import datetime as dt

import pytest

from absences import services
from absences.models import InterventionModel, InterventionStep
from absences.why import Asker
from schools.selectors import calendar_for
from tests import builders
from tests.builders import AT, ON, absent


def asked(pupil, on=ON) -> dict[str, tuple[str, str]]:
    model = InterventionModel.objects.prefetch_related("steps").get(state="active")
    answers = Asker(pupil, on=on, model=model, calendar=calendar_for(on)).ask()
    return {one.name: (one.outcome, one.explanation.reason) for one in answers}


def walk(on=ON):
    return services.walk_round(on=on, cause="by_hand", at=AT)


def test_a_day_on_which_somebody_was_woken_is_told_by_the_alerts_own_evidence(cast):
    absent(cast.child, 30)
    walk()
    cast.child.lesson_notes.all().delete()

    outcome, reason = asked(cast.child)["Huoli kasvaa"]

    assert outcome == "Unilukkari herätti tänä päivänä: Huoli kasvaa."
    assert "30 oppituntia" in reason


def test_below_the_limit_he_says_how_much_there_was(cast):
    absent(cast.child, 18)
    walk()

    outcome, reason = asked(cast.child)["Huoli kasvaa"]

    assert outcome == "Ei herätetty: raja ei ollut täynnä."
    assert "18 oppituntia" in reason


def test_a_step_for_others_says_that_it_is_not_for_this_pupil(cast):
    absent(cast.child, 30)
    InterventionStep.objects.filter(model=services.ensure_model(on=ON), trigger="hours").update(
        grade_to=6
    )
    walk()

    outcome, reason = asked(cast.child)["Huoli kasvaa"]

    assert outcome == "Ei herätetty: porras ei koske tämän oppilaan luokkaa tai astetta."
    assert "30 oppituntia" in reason


def test_what_was_told_before_is_not_told_again_and_he_says_when(cast):
    absent(cast.child, 30)
    walk(on=ON - dt.timedelta(days=3))
    walk()

    assert "kerrottu jo 17.11.2026" in asked(cast.child)["Huoli kasvaa"][0]


@pytest.mark.parametrize(
    ("walked", "words"), [(False, "ei käynyt tänä päivänä"), (True, "vasta kierroksen jälkeen")]
)
def test_a_full_limit_without_an_alert_has_its_reason(cast, walked, words):
    builders.batch(cast.school)
    services.ensure_model(on=ON)
    if walked:
        walk()
    absent(cast.child, 30)

    assert words in asked(cast.child)["Huoli kasvaa"][0]


def test_a_pupil_who_has_left_is_not_woken_about(cast):
    absent(cast.child, 30)
    services.ensure_model(on=ON)
    cast.child.left_on = ON
    cast.child.save()

    assert "oli jo lähtenyt" in asked(cast.child)["Huoli kasvaa"][0]
