"""The alert, its answer, and what the robot's pages say."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from absences import selectors, services
from absences.models import Alert, Reaction, RobotRound
from accounts.models import AuditEvent
from tests import builders
from tests.builders import AT, ON, absent
from tests.signed_in import as_

ANSWER = {"kind": "call", "with_whom": "guardian", "next_check": "2026-12-07"}


@pytest.fixture
def teacher(cast) -> Client:
    client = Client()
    client.force_login(cast["class_teacher"], backend="accounts.backends.PasswordBackend")
    return client


def url(alert) -> str:
    return reverse("absences:alert", args=[alert.pk])


def test_the_page_says_why_and_shows_the_year(teacher, alert):
    page = teacher.get(url(alert)).content.decode()

    assert "Poissaoloja on kertynyt 30 oppituntia" in page
    assert 'class="year"' in page
    assert "Sama taulukkona" in page


def test_the_next_look_is_offered_on_a_school_day(teacher, alert, monkeypatch):
    saturday = dt.date(2026, 11, 28)
    monkeypatch.setattr("kemi_ecosystem.lib.clock.today", lambda: saturday)

    page = teacher.get(url(alert)).content.decode()

    assert 'value="2026-12-11"' in page


@pytest.mark.parametrize(
    ("today", "offered"), [("2027-05-25", "2027-06-04"), ("2027-06-04", ""), ("2027-06-05", "")]
)
def test_the_next_look_is_offered_within_the_school_year(
    teacher, alert, monkeypatch, today, offered
):
    builders.year()
    monkeypatch.setattr("kemi_ecosystem.lib.clock.today", lambda: dt.date.fromisoformat(today))

    field = teacher.get(url(alert)).context["form"]["next_check"]

    assert str(field.value() or "") == offered


def test_an_answer_clears_the_alert(teacher, alert):
    response = teacher.post(url(alert), ANSWER, follow=True)

    reaction = Reaction.objects.get()
    assert "Kiitos. Herätys on kuitattu." in response.content.decode()
    assert (reaction.kind, reaction.next_check) == ("call", dt.date(2026, 12, 7))
    assert Alert.objects.open().count() == 0


@pytest.mark.parametrize("kind", Reaction.Kind.values)
def test_any_honest_answer_clears_it(teacher, alert, kind):
    teacher.post(url(alert), {"kind": kind, "with_whom": "nobody", "next_check": ""})

    assert Alert.objects.open().count() == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [({"kind": ""}, "Valitse, mitä tehtiin."),
     ({"next_check": "2026-11-01"}, "ei ole vielä mennyt"),
     ({"next_check": "2031-01-01"}, "lukuvuoden")],
)  # fmt: skip
def test_a_bad_answer_gets_a_clear_word_and_loses_nothing(teacher, alert, change, words):
    response = teacher.post(url(alert), ANSWER | change)

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert 'value="guardian"' in page
    assert "checked" in page
    assert Reaction.objects.count() == 0


def test_what_is_missing_is_told_between_the_question_and_the_choices(teacher, alert):
    page = teacher.post(url(alert), ANSWER | {"kind": ""}).text

    assert page.index("Mitä tehtiin?") < page.index("Valitse, mitä tehtiin.")
    assert page.index("Valitse, mitä tehtiin.") < page.index("Soitin kotiin")


def test_two_answers_are_both_kept(teacher, alert, cast):
    teacher.post(url(alert), ANSWER)
    as_(cast["principal"]).post(url(alert), ANSWER)

    assert Reaction.objects.count() == 2


def test_where_it_is_asked_whether_it_helped_it_is_said_what_was_tried(teacher, alert, cast):
    services.react(
        alert=alert, by=cast["class_teacher"], kind="call", with_whom="guardian", next_check=ON,
        at=AT, measures=[builders.measure(name="Oma aikuinen")],
    )  # fmt: skip

    page = teacher.get(url(alert)).text
    services.withdraw(alert=alert, mistake="other", by=cast["principal"], at=AT, on=ON)
    withdrawn = teacher.get(url(alert)).text

    assert page.index("Kokeiltiin: Oma aikuinen") < page.index("Auttoiko se?")
    assert "Auttoiko se?" not in withdrawn


def test_a_guardian_reads_kind_words_and_cannot_answer(cast, alert):
    guardian = as_(cast["guardian"])

    page = guardian.get(url(alert)).content.decode()

    assert "haluamme sopia yhdessä, mikä auttaisi" in page
    assert "Mitä tehtiin?" not in page
    assert guardian.post(url(alert), ANSWER).status_code == 404


def test_a_welfare_worker_sees_who_but_neither_step_nor_hours(cast, alert):
    cast.school.welfare_disclosure = "automatic"
    cast.school.save()
    alert.recipients.create(user=cast["welfare"], role="welfare")

    page = as_(cast["welfare"]).get(url(alert)).content.decode()
    listed = as_(cast["welfare"]).get("/poissaolot/?nayta=muut").text

    assert cast.child.short_name in page
    assert cast.child.short_name in listed
    assert "30 oppituntia" not in page
    assert 'class="year"' not in page
    assert alert.step.name not in page + listed
    assert alert.step.name in as_(cast["principal"]).get("/poissaolot/?nayta=muut").text


def test_a_family_sees_on_its_first_page_that_what_it_was_told_was_taken_back(cast, alert):
    alert.recipients.get_or_create(user=cast["guardian"], defaults={"role": "guardian"})
    guardian = as_(cast["guardian"])
    before = guardian.get("/poissaolot/").text
    services.withdraw(alert=alert, mistake="other", by=cast["principal"], at=AT, on=ON)

    assert "se on peruttu" not in before
    assert "se on peruttu" in guardian.get("/poissaolot/").text


def test_a_withdrawn_alert_is_not_called_answered_on_the_list(cast, alert, teacher):
    services.withdraw(alert=alert, mistake="other", by=cast["principal"], at=AT, on=ON)

    listed = teacher.get("/poissaolot/?nayta=vastatut").text

    assert ">peruttu<" in listed
    assert ">vastattu<" not in listed


def test_the_page_says_who_was_told_and_in_which_role(teacher, alert, cast):
    page = " ".join(teacher.get(url(alert)).text.split())

    assert f"<li>{cast['class_teacher']}, luokanopettaja tai luokanvalvoja</li>" in page
    assert "<li>huoltaja</li>" in page


def test_a_false_alarm_is_told_before_its_reasons_and_asks_for_nothing(teacher, alert, cast):
    services.withdraw(alert=alert, mistake="other", by=cast["principal"], at=AT, on=ON)

    page = teacher.get(url(alert)).text

    assert page.index("Tämä herätys on peruttu.") < page.index("Miksi Unilukkari koputti")
    assert "Lisää vastaus" not in page


def test_opening_an_alert_is_written_down_without_a_name(teacher, alert, cast):
    teacher.get(url(alert))

    event = AuditEvent.objects.get(action="read")
    assert event.actor_id == cast["class_teacher"].pk
    assert event.subject_key == str(alert.pk)


def test_the_list_shows_ones_own_turn_first(teacher, alert, cast):
    page = teacher.get(reverse("absences:alerts")).content.decode()
    principal = as_(cast["principal"])

    assert "Elsa K." in page
    assert "Elsa K." not in principal.get(reverse("absences:alerts")).content.decode()
    assert "Elsa K." in principal.get(reverse("absences:alerts") + "?nayta=muut").content.decode()


def test_pages_ask_as_often_for_many_alerts_as_for_few(teacher, alert, cast, assert_flat):
    def grow():
        for _ in range(8):
            absent(builders.pupil(cast.group), 30)
        services.walk_round(on=ON, cause="by_hand", at=AT)

    assert_flat(lambda: teacher.get(reverse("absences:alerts")), grow=grow)


def test_the_page_of_an_alert_asks_at_most_twelve_times(
    teacher, alert, django_assert_max_num_queries
):
    teacher.get(url(alert))  # the first page of a session also writes the session

    with django_assert_max_num_queries(12):
        teacher.get(url(alert))


@pytest.mark.parametrize(
    ("hour", "day", "is_missing"),
    [(7, 20, False), (9, 20, True), (9, 21, True)],
)
def test_a_missing_morning_round_is_noticed_without_celery(cast, hour, day, is_missing):
    """Before his hour Friday's round may be to come; on Saturday it is still missing."""
    builders.batch(cast.school, cast.neighbour)
    services.walk_round(on=ON - dt.timedelta(days=1), cause="scheduled", at=AT)

    status = selectors.robot_status(at=AT.replace(hour=hour, day=day))

    assert status.is_missing is is_missing


def test_every_staff_page_says_when_he_has_not_walked(teacher, cast):
    assert "Unilukkari ei ole" in teacher.get("/tili/").content.decode()


def test_when_he_has_walked_and_sources_are_fresh_nothing_is_said(teacher, alert):
    page = teacher.get("/tili/").content.decode()

    assert "Unilukkari ei ole" not in page
    assert "Unilukkari kävi kierroksella" in page


def test_stale_sources_are_named_on_the_page(teacher, cast):
    builders.batch(cast.school, received=AT - dt.timedelta(days=20))

    assert "eivät ole ajan tasalla: Lumilinna" in teacher.get("/tili/").content.decode()


def test_the_administrator_can_ask_for_a_round(cast):
    builders.batch(cast.school)
    absent(cast.child, 30)

    page = as_(cast["administrator"]).post(reverse("absences_robot:walk"), follow=True)

    assert "Uusia herätyksiä: 1" in page.content.decode()


def test_the_ledger_says_when_a_round_began_what_was_left_untold_and_how_long_it_took(
    teacher, alert
):
    began = dt.datetime(2026, 11, 20, 6, 15, tzinfo=builders.KEMI)
    RobotRound.objects.update(
        started_at=began, finished_at=began + dt.timedelta(seconds=2.4), suppressed=17
    )
    text = " ".join(teacher.get(reverse("absences_robot:rounds")).text.split())
    table = text[text.index("Viimeisimmät kierrokset") :]

    for words in ("klo 6.15", "Jätetty kertomatta", ">17<", "Kesto (s)", ">2,4<"):
        assert words in table


def test_asking_too_early_gets_a_reason(cast):
    page = as_(cast["administrator"]).post(reverse("absences_robot:walk"), follow=True)

    assert "ei ole vielä tuotu" in page.content.decode()


# --- what else can be done ---------------------------------------------------------------------


def test_what_comes_to_the_table_tomorrow_is_not_in_todays_turn(teacher, alert):
    alert.turn_on = builders.ON + dt.timedelta(days=3)
    alert.save()

    mine = teacher.get(reverse("absences:alerts")).text
    others = teacher.get(reverse("absences:alerts") + "?nayta=muut").text

    assert "Elsa" not in mine
    assert "Elsa" in others


@pytest.mark.parametrize(
    "who", ["class_teacher", "subject_teacher", "special_teacher", "principal", "welfare"]
)
def test_the_list_of_alerts_leads_nobody_to_a_closed_door(cast, alert, who):
    client = Client()
    client.force_login(cast[who], "accounts.backends.PasswordBackend")
    page = client.get("/poissaolot/")
    if page.status_code == 404:
        return

    main = page.text.split("<main", 1)[1].split("</main>", 1)[0]
    for path in set(re.findall(r'href="(/[^"?#]*)"', main)):
        assert client.get(path).status_code == 200, path
