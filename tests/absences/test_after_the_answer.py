"""What else is done about an alert: withdrawn, looked at again, told on, recorded."""

import pytest
from django.test import Client
from django.urls import reverse

from absences import services
from absences.models import Alert, LegalAct
from tests import builders
from tests.builders import AT, ON
from tests.signed_in import as_

ANSWER = {"kind": "call", "with_whom": "guardian", "next_check": "2026-12-07"}


@pytest.fixture
def teacher(cast) -> Client:
    return as_(cast["class_teacher"])


def url(alert) -> str:
    return reverse("absences:alert", args=[alert.pk])


def post(client, alert, name, *more, **fields):
    return client.post(reverse(f"absences:{name}", args=[alert.pk, *more]), fields, follow=True)


def test_after_a_false_alarm_a_family_is_told_of_nothing_more_to_come(cast, alert):
    family = as_(cast["guardian"])
    before = family.get(url(alert))

    services.withdraw(alert=alert, mistake="other", by=cast["principal"], at=AT, on=ON)
    after = family.get(url(alert))

    assert before.context["told"]
    assert "Koulusta otetaan yhteyttä" in before.text
    assert "Pahoittelemme" in after.text
    assert not after.context["told"]
    assert "Koulusta otetaan yhteyttä" not in after.text


def test_a_false_alarm_is_withdrawn_on_its_page_and_stays_to_be_seen(teacher, alert):
    page = post(teacher, alert, "withdraw", mistake="wrong_note")

    assert "Tämä herätys on peruttu" in page.text
    assert "Merkintä oli väärin" in page.text
    assert "Peru herätys" not in page.text


def test_on_the_check_date_one_press_tells_whether_it_helped(teacher, alert):
    reaction = alert.reactions.create(
        kind="call", with_whom="guardian", reacted_at=builders.AT, next_check=builders.ON
    )
    asked = teacher.get(url(alert)).text
    page = post(teacher, alert, "helped", reaction.pk, helped="some")

    assert "Auttoiko se?" in asked
    assert "Auttoi vähän." in page.text


def test_the_head_records_that_an_act_of_law_was_done_and_nothing_of_its_content(cast, alert):
    head = Client()
    head.force_login(cast["principal"], backend="accounts.backends.PasswordBackend")
    page = post(head, alert, "legal_act", kind="expert_group", done_on="2026-11-19")

    assert "19.11.2026: monialainen asiantuntijaryhmä koottiin" in page.text
    assert {field.name for field in LegalAct._meta.fields} == {
        "id", "pupil", "kind", "done_on", "by", "recorded_at",
    }  # fmt: skip


def test_a_promise_that_has_come_due_waits_on_the_front_page_until_it_is_told(teacher, cast, alert):
    reaction = alert.reactions.create(
        kind="call", with_whom="guardian", reacted_at=builders.AT, next_check=builders.ON,
        by=cast["class_teacher"],
    )  # fmt: skip
    Alert.objects.update(state="answered")
    waits = teacher.get("/").text
    post(teacher, alert, "helped", reaction.pk, helped="some")

    assert "Elsa K.: auttoiko se, mitä kokeiltiin?" in waits
    assert "Juuri nyt ei mikään" not in waits
    assert "auttoiko se, mitä kokeiltiin?" not in teacher.get("/").text


def test_what_an_answer_lacks_is_told_where_a_phone_shows_it_first(teacher, alert):
    page = teacher.post(url(alert), ANSWER | {"next_check": "2020-01-01"})

    top = page.text.split("Miksi Unilukkari koputti")[0]
    assert page.status_code == 422
    assert "Vastausta ei vielä tallennettu." in top
    assert 'href="#vastaa"' in top


def test_pupil_welfare_reads_of_whom_and_not_how_the_school_gets_on(cast, alert):
    cast.school.welfare_disclosure = "button"
    cast.school.save()
    services.disclose(alert=alert, by=cast["class_teacher"], at=AT, on=ON)

    page = as_(cast["welfare"]).get(reverse("absences:alerts") + "?nayta=muut").text

    assert "Elsa K." in page
    assert "mennessä" not in page
    assert str(cast["class_teacher"]) not in page.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2027-01-01", "Valitse päivä, joka on jo mennyt."),
        ("eilen", "Syötä oikea päivämäärä."),
    ],
)
def test_a_wrong_day_of_an_act_of_law_is_told_beside_it_and_nothing_chosen_is_lost(
    cast, alert, day, words
):
    page = post(as_(cast["principal"]), alert, "legal_act", kind="police", done_on=day)

    form = page.text.split("Kirjaa, että näin tehtiin")[1].split("</form>")[0]
    assert page.status_code == 422
    assert words in form
    assert '<option value="police" selected>' in form
    assert f'value="{day}"' in form
    assert '<details id="kirjaa" open><summary>Kirjaa' in page.text
    # The answer beside it is as it was: nobody has tried to send it.
    assert "Valitse, kenen kanssa." not in page.text
    assert not LegalAct.objects.exists()


def test_the_button_to_pupil_welfare_is_there_only_where_the_school_has_chosen_it(
    teacher, alert, cast
):
    without = teacher.get(url(alert)).text
    cast.school.welfare_disclosure = "button"
    cast.school.save()
    page = post(teacher, alert, "disclose")

    assert "Kerro opiskeluhuollolle" not in without
    assert "Opiskeluhuollolle on kerrottu" in page.text
