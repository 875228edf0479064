"""For any pupil and any past day: why an adult was woken, or why not."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from absences import services
from absences.models import InterventionModel, InterventionStep
from absences.services import models
from absences.why import Asker, model_on
from accounts.models import AuditEvent
from schools.models import School, SchoolYear
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


def page(cast, who, **asked):
    client = Client()
    client.force_login(cast[who], backend="accounts.backends.PasswordBackend")
    return client.get(reverse("absences:why", args=[cast.child.pk]), asked)


def test_the_class_teacher_asks_of_a_day_and_reads_why_or_why_not(cast):
    absent(cast.child, 30)
    walk()
    answer = page(cast, "class_teacher", paiva=ON.isoformat())
    earlier = page(cast, "class_teacher", paiva="2026-09-01")

    assert "Unilukkari herätti tänä päivänä: Huoli kasvaa." in answer.text
    assert "30 oppituntia" in answer.text
    assert reverse("absences:alert", args=[cast.child.alerts.get().pk]) in answer.text
    assert "Ei herätetty: raja ei ollut täynnä." in earlier.text
    assert cast.child.key in AuditEvent.objects.values_list("subject_key", flat=True)


@pytest.mark.parametrize("day", ["2026-07-31", "2026-11-21", "eilen", ""])
def test_a_day_that_cannot_be_asked_of_comes_back_with_a_sentence(cast, day):
    answer = page(cast, "class_teacher", paiva=day)

    assert answer.status_code == 422
    assert "form-text" in answer.text or "invalid-feedback" in answer.text


def test_it_is_asked_by_the_rules_that_were_in_force_on_the_day(cast):
    """A limit that was lowered afterwards does not make an old silence a fault."""
    absent(cast.child, 18)
    walk()
    draft = models.draft_model(on=ON, by=cast["director"], at=AT)
    models.save_step(model=draft, step=draft.steps.get(slug="huoli-kasvaa"), threshold=10)
    models.activate_model(model=draft, by=cast["director"], on=ON, at=AT)

    text = page(cast, "class_teacher", paiva=ON.isoformat()).text
    assert "versio 1" in text
    assert "Ei herätetty: raja ei ollut täynnä." in text


def test_the_page_asks_as_often_for_many_notes_as_for_few(cast, assert_flat):
    """Of each ladder of the model it asks anew: more than the twelve of other pages."""
    absent(cast.child, 30)
    walk()
    client = Client()
    client.force_login(cast["class_teacher"], backend="accounts.backends.PasswordBackend")
    url = reverse("absences:why", args=[cast.child.pk]) + f"?paiva={ON}"

    def grow():
        absent(cast.child, 30, day=dt.date(2026, 9, 7))

    assert_flat(lambda: client.get(url), grow=grow, most=18)


def test_an_import_that_was_undone_is_not_what_the_hours_rest_on(cast):
    absent(cast.child, 18)
    kept, undone = builders.batch(cast.school), builders.batch(cast.school)
    undone.undone_at = AT
    undone.save()
    walk()

    text = page(cast, "class_teacher", paiva=ON.isoformat()).text
    assert f"tuonti {kept.pk}," in text
    assert f"tuonti {undone.pk}," not in text


def test_a_corrected_note_is_told_on_the_page_of_the_alert(cast):
    absent(cast.child, 30)
    walk()
    alert = cast.child.alerts.get()
    client = Client()
    client.force_login(cast["class_teacher"], backend="accounts.backends.PasswordBackend")
    url = reverse("absences:alert", args=[alert.pk])
    before = client.get(url).text
    cast.child.lesson_notes.filter(pk__in=cast.child.lesson_notes.values("pk")[:8]).update(
        national_class="leave"
    )
    after = client.get(url).text
    client.force_login(cast["guardian"], backend="accounts.backends.PasswordBackend")

    assert "korjattu" not in before
    words = "Merkintöjä on sen jälkeen korjattu: samalta ajalta lasketaan nyt 22 oppituntia."
    assert words in after
    assert "30 oppituntia" in after
    assert words in client.get(url).text


def test_days_whose_cause_has_become_clear_are_told_on_the_page_of_the_alert(cast):
    absent(cast.child, 3, day=dt.date(2026, 11, 2), kind="unresolved")
    absent(cast.child, 3, day=dt.date(2026, 11, 3), kind="unresolved")
    cast.child.lesson_notes.update(unresolved=True)
    walk()
    alert = cast.child.alerts.get()
    client = Client()
    client.force_login(cast["class_teacher"], backend="accounts.backends.PasswordBackend")
    url = reverse("absences:alert", args=[alert.pk])
    cast.child.lesson_notes.filter(date=dt.date(2026, 11, 2)).update(unresolved=False)
    some = client.get(url).text
    cast.child.lesson_notes.update(unresolved=False)

    assert "Syitä on sen jälkeen selvinnyt: auki on enää yksi päivä." in some
    assert "Kaikkien näiden päivien syy on sen jälkeen selvinnyt." in client.get(url).text


def on_morning(day: dt.date):
    """A round of a day, by notes that have come that morning."""
    at = dt.datetime.combine(day, AT.timetz())
    builders.batch(*School.objects.all(), received=at)
    return services.walk_round(on=day, cause="by_hand", at=at)


def outcome(pupil, name: str, on=ON) -> str:
    return asked(pupil, on)[name][0]


AFTER = "Ei herätetty: nämä merkinnät tulivat tai muuttuivat vasta kierroksen jälkeen."
NEXT_TELLS = "Seuraava kierros kertoo tästä."


def test_a_higher_step_is_not_what_the_lower_one_told(cast):
    absent(cast.child, 26)
    on_morning(dt.date(2026, 11, 2))
    on_morning(dt.date(2026, 11, 9))
    absent(cast.child, 30, day=dt.date(2026, 10, 1))
    day = dt.date(2026, 11, 9)

    assert outcome(cast.child, "Huoli suuri", day) == f"{AFTER} {NEXT_TELLS}"
    on_morning(dt.date(2026, 11, 10))
    assert outcome(cast.child, "Huoli suuri", day) == f"{AFTER} Tästä kerrottiin 10.11.2026."
    assert "herätti tänä päivänä" in outcome(cast.child, "Huoli suuri", dt.date(2026, 11, 10))


def test_what_was_withdrawn_is_said_to_be_withdrawn(cast):
    absent(cast.child, 26)
    on_morning(dt.date(2026, 11, 2))
    services.withdraw(
        alert=cast.child.alerts.get(), mistake="wrong_note", by=cast["principal"],
        at=AT.replace(day=2), on=dt.date(2026, 11, 2),
    )  # fmt: skip
    on_morning(dt.date(2026, 11, 9))

    assert outcome(cast.child, "Huoli kasvaa", dt.date(2026, 11, 2)) == (
        "Unilukkari herätti tänä päivänä: Huoli kasvaa. Herätys on sittemmin peruttu."
    )
    assert outcome(cast.child, "Huoli kasvaa", dt.date(2026, 11, 9)) == (
        "Tästä herätettiin 2.11.2026, ja herätys on peruttu. Siitä kerrotaan uudelleen, "
        "kun poissaoloja on enemmän."
    )


def test_another_run_is_not_what_an_earlier_one_told(cast, ladder):
    ladder("days_in_row", 3)
    for n in range(3):
        absent(cast.child, 1, day=dt.date(2026, 9, 7) + dt.timedelta(days=n))
    on_morning(dt.date(2026, 9, 10))
    on_morning(dt.date(2026, 9, 11))
    for n in range(3):
        absent(cast.child, 1, day=dt.date(2026, 11, 2) + dt.timedelta(days=n))

    told, _reason = asked(cast.child, dt.date(2026, 9, 11))["Porras"]
    silent, reason = asked(cast.child)["Porras"]

    assert told == "Tästä oli kerrottu jo 10.9.2026. Samasta ei kerrota kahdesti."
    assert silent == (
        f"Ei herätetty: Unilukkari ei käynyt tänä päivänä tässä koulussa. {NEXT_TELLS}"
    )
    assert "2.11.–4.11.2026" in reason


def test_last_years_alert_told_nothing_of_this_year(cast):
    SchoolYear.objects.create(
        begins=dt.date(2025, 8, 1), ends=dt.date(2026, 7, 31), name="2025–2026"
    )
    absent(cast.child, 30, day=dt.date(2026, 2, 2))
    builders.batch(cast.school, received=AT.replace(month=3, day=2), first=dt.date(2025, 8, 1))
    day = dt.date(2026, 3, 2)
    services.walk_round(on=day, cause="by_hand", at=AT.replace(month=3, day=2))
    services.ensure_model(on=ON)
    absent(cast.child, 26)

    answers = Asker(cast.child, on=ON, model=model_on(ON), calendar=calendar_for(ON)).ask()

    assert cast.child.alerts.get().raised_on == day
    assert {one.name: one.outcome for one in answers}["Huoli kasvaa"] == (
        f"Ei herätetty: Unilukkari ei käynyt tänä päivänä tässä koulussa. {NEXT_TELLS}"
    )


def test_while_an_answer_is_waited_for_new_open_days_wait(cast):
    absent(cast.child, 1, day=dt.date(2026, 11, 2), unresolved=True)
    on_morning(dt.date(2026, 11, 9))
    absent(cast.child, 1, day=dt.date(2026, 11, 10), unresolved=True)
    on_morning(ON)

    told, reason = asked(cast.child)["Huoli herää"]
    assert told == "Tästä oli kerrottu jo 9.11.2026. Samasta ei kerrota kahdesti."
    assert "2.11., 10.11." in reason


def test_what_was_withdrawn_later_had_been_told_until_then(cast):
    absent(cast.child, 30)
    told, asked_of = ON - dt.timedelta(days=10), ON - dt.timedelta(days=3)
    on_morning(told)
    alert = cast.child.alerts.get()
    services.react(
        alert=alert, by=cast["class_teacher"], at=AT - dt.timedelta(days=8),
        kind="talk", with_whom="pupil", measures=[], next_check=None,
    )  # fmt: skip
    absent(cast.child, 2, day=told + dt.timedelta(days=2))
    on_morning(asked_of)
    services.withdraw(alert=alert, mistake="wrong_note", by=None, at=AT, on=ON)

    assert "Tästä herätettiin 10.11.2026" in outcome(cast.child, "Huoli kasvaa", asked_of)


def test_a_share_names_the_hours_of_the_days_that_it_is_of(cast, ladder):
    ladder("percent", 90, window="year")
    absent(cast.child, 30)
    day = dt.date(2026, 9, 4)
    model = InterventionModel.objects.prefetch_related("steps").get(state="active")

    [one] = Asker(cast.child, on=day, model=model, calendar=calendar_for(day)).ask()

    assert "ajalla 1.8.–3.9.2026" in one.explanation.reason
    assert [hours for _name, hours, _counts in one.explanation.by_class] == [15]
