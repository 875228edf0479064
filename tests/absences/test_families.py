"""What families are told, in their own language, by link, by letter; and when they are left be."""
# ruff: noqa: DTZ001 (the times of the tables are wall-clock times; the test gives them their zone)

import datetime as dt
import io
import re

import pikepdf
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from absences import services, step_words
from absences.models import Alert, InterventionStep, StepWords
from absences.step_words import Audience, Topic
from accounts.models import AccessTicket, User
from notifications.models import MailDelivery, Notification
from notifications.quiet import resting
from notifications.services import deliver, send_link
from schools.models import Guardian
from tests import builders
from tests.signed_in import as_

MORNING = builders.AT.replace(hour=9)


@pytest.fixture
def post_box(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return mail.outbox


def walk(cast):
    builders.batch(cast.school, cast.neighbour)
    builders.absent(cast.child, 30)
    services.walk_round(on=builders.ON, cause="by_hand", at=builders.AT)
    return Alert.objects.get(pupil=cast.child)


def link_in(box, settings) -> str:
    body = next(one.body for one in box if one.to == ["maija@example.org"])
    line = next(row for row in body.splitlines() if "/linkki/" in row)
    return line.removeprefix(settings.PORTAL_URL)


@pytest.mark.parametrize(
    ("language", "greeting", "word", "direction"),
    [
        ("uk", "Вітаємо,", "30 уроків", "ltr"),
        ("ar", "مرحباً،", "ما تراه المدرسة", "rtl"),
        ("sv", "Hej,", "30 lektioner", "ltr"),
        ("en", "Hello,", "30 lessons", "ltr"),
        ("fi-selko", "Hei,", "Mitä koulu näkee", "ltr"),
        ("ru", "Hei,", "Mitä koulussa näkyy", "ltr"),
    ],
)
def test_a_family_reads_mail_and_page_in_its_own_language(  # noqa: PLR0917
    cast, post_box, settings, language, greeting, word, direction
):
    User.objects.filter(pk=cast["guardian"].pk).update(language=language)
    walk(cast)
    deliver(at=MORNING)
    client = Client()
    path = link_in(post_box, settings)

    page = client.post(path, {"next": path.split("next=")[1].replace("%2F", "/")}, follow=True)

    assert greeting in next(one.body for one in post_box if one.to == ["maija@example.org"])
    assert word in page.text
    assert ('dir="rtl"' in page.text) == (direction == "rtl")
    assert "Elsa" not in "".join(one.body + one.subject for one in post_box)


def test_the_apology_of_a_false_alarm_is_in_the_familys_language_with_a_link_of_its_own(
    cast, post_box, settings
):
    User.objects.filter(pk=cast["guardian"].pk).update(language="sv")
    alert = walk(cast)
    deliver(at=MORNING)
    post_box.clear()
    services.withdraw(
        alert=alert, mistake="other", by=cast["principal"], at=MORNING, on=builders.ON
    )
    deliver(at=MORNING)

    titles = Notification.objects.filter(kind="alert_withdrawn").values_list(
        "recipient__username", "title"
    )
    sorry = dict(titles)
    page = Client().get(link_in(post_box, settings))
    assert sorry[cast["guardian"].username] != sorry[cast["class_teacher"].username]
    assert page.status_code == 200
    assert "/linkki/" not in next(
        one.body for one in post_box if one.to == [cast["class_teacher"].email]
    )


def test_the_link_opens_the_alert_itself_and_only_a_digest_of_it_is_kept(cast, post_box, settings):
    alert = walk(cast)
    deliver(at=MORNING)
    path = link_in(post_box, settings)
    client = Client()

    asked = client.get(path)
    pressed = client.post(path, {"next": asked.context["next"]})

    assert pressed["Location"] == reverse("absences:alert", args=[alert.pk])
    token = path.split("/linkki/")[1].split("/")[0]
    assert not AccessTicket.objects.filter(digest__contains=token[:20]).exists()


def test_a_link_that_has_lapsed_leads_to_a_new_one(cast, post_box, settings, monkeypatch):
    walk(cast)
    deliver(at=MORNING)
    path = link_in(post_box, settings)
    later = builders.AT + dt.timedelta(days=40)
    monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: later)
    post_box.clear()

    spent = Client().get(path)
    answer = Client().post(reverse("notifications:ask_link"), {"email": "MAIJA@example.org"})
    stranger = Client().post(reverse("notifications:ask_link"), {"email": "ei@example.org"})
    deliver(at=later)

    assert "Linkki ei enää kelpaa" in spent.text
    assert answer.text.split("<main")[1] == stranger.text.split("<main")[1]
    # The cast's two guardians share this address.
    assert {one.to[0] for one in post_box if "/linkki/" in one.body} == {"maija@example.org"}


def test_a_family_chooses_its_language_on_its_own_page(cast):
    client = as_(cast["guardian"])

    client.post(reverse("accounts:language"), {"language": "uk", "next": "/"})

    assert "Ласкаво просимо" in client.get("/").text
    assert client.post(reverse("accounts:language"), {"language": "xx"}).status_code == 404


@pytest.mark.parametrize(
    ("at", "rest"),
    [
        (dt.datetime(2026, 11, 20, 5, 59), {"guardian", "pupil", "staff"}),
        (dt.datetime(2026, 11, 20, 6, 15), {"guardian", "pupil"}),
        (dt.datetime(2026, 11, 20, 8), set()),
        (dt.datetime(2026, 11, 20, 17), {"staff"}),
        (dt.datetime(2026, 11, 20, 20), {"guardian", "pupil", "staff"}),
        (dt.datetime(2026, 11, 22, 12), {"staff"}),
        (dt.datetime(2026, 10, 14, 12), {"staff"}),
    ],
)
def test_nobody_is_woken_at_night_nor_a_colleague_in_a_holiday(db, at, rest):
    builders.year()

    assert resting(at.replace(tzinfo=builders.KEMI)) == rest


def test_the_mail_of_a_family_waits_for_the_day_but_the_notice_is_there(cast, post_box):
    walk(cast)

    notice = Notification.objects.get(recipient=cast["guardian"])
    early = deliver(at=builders.AT.replace(hour=7, minute=59))
    told_early = [one.to for one in post_box]
    deliver(at=builders.AT.replace(hour=8, minute=0))

    assert notice.created_at == builders.AT
    assert early.waiting > 0
    assert ["maija@example.org"] not in told_early
    assert ["maija@example.org"] in [one.to for one in post_box]


def test_who_wants_no_mail_gets_the_notice_in_the_portal_only(cast):
    as_(cast["class_teacher"]).post(reverse("accounts:mail_choice"), {"wants_mail": "0"})
    walk(cast)

    assert Notification.objects.filter(recipient=cast["class_teacher"]).exists()
    assert not MailDelivery.objects.filter(notification__recipient=cast["class_teacher"]).exists()


def test_the_citys_own_words_are_what_the_family_reads(cast):
    alert = walk(cast)
    url = reverse("absences_robot:edit_words", args=[alert.step.asks, "guardian", "fi"])
    client = as_(cast["coordinator"])
    text = "Jutellaan yhdessä. Soita {contact}, {school}."

    shown = client.post(url, {"text": text, "preview": "1"})
    unsaved = StepWords.objects.count()
    client.post(url, {"text": text})

    assert "Soita Liisa Lampela, Lumilinnan koulu." in shown.text
    assert unsaved == 0
    page = as_(cast["guardian"]).get(reverse("absences:alert", args=[alert.pk]))
    assert "Soita Liisa Virkanen, Lumilinna." in page.text


def test_words_run_in_their_own_direction_where_they_are_written_and_where_they_are_shown(cast):
    page = as_(cast["coordinator"]).get(
        reverse("absences_robot:edit_words", args=["plan", "guardian", "ar"])
    )

    assert 'lang="ar" dir="auto"' in page.text
    assert re.search(r"<textarea[^>]* dir=\"auto\"", page.text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Soita {opettaja}.", "{opettaja}"),
        ("Soita {contact", "Aaltosulku on jäänyt auki"),
        ("Soita {contact:d}.", "Kirjoita aaltosulkuihin vain kohdan nimi"),
        ("Soita {contact:{x}}.", "Kirjoita aaltosulkuihin vain kohdan nimi"),
        ("Soita {contact!r}.", "Kirjoita aaltosulkuihin vain kohdan nimi"),
        ("Soita kouluun.", "lisää kohta {contact}"),
        ("", "Kirjoita teksti."),
    ],
)
def test_words_with_a_slip_come_back_with_what_was_typed(cast, text, word):
    url = reverse("absences_robot:edit_words", args=["plan", "guardian", "sv"])

    page = as_(cast["coordinator"]).post(url, {"text": text})

    assert page.status_code == 422
    assert word in page.text
    assert text in page.text
    assert not StepWords.objects.exists()


def test_the_pack_has_words_for_everything_that_is_asked_in_every_language():
    pack = step_words.defaults()
    topics = [Topic(asks, one) for asks in InterventionStep.Asks.values for one in Audience.values]
    for topic in topics:
        texts = pack[topic.audience].get(topic.asks) or pack[topic.audience]["any"]
        assert set(texts) == set(dict(topic.languages))
        for text in texts.values():
            assert topic.refusal(text) == ""
            assert len(text) <= step_words.LONGEST


def test_a_family_without_e_mail_gets_a_letter_in_its_language(cast):
    Guardian.objects.filter(user=cast["guardian"]).update(language="ar", user=None)
    alert = walk(cast)
    client = as_(cast["class_teacher"])

    listed = client.get(reverse("absences:letters"))
    paper = client.get(reverse("absences:letter", args=[alert.pk]))

    assert "tulostamatta" in listed.text
    assert paper["Content-Type"] == "application/pdf"
    assert "tulostamatta" in client.get(reverse("absences:letters")).text
    with pikepdf.open(io.BytesIO(paper.content)) as document:
        assert str(document.Root.Lang) == "ar"
        assert document.Root.MarkInfo.Marked


def test_a_letter_is_marked_printed_by_a_press_and_not_by_a_look(cast):
    Guardian.objects.filter(user=cast["guardian"]).update(user=None)
    alert = walk(cast)
    client = as_(cast["class_teacher"])
    url = reverse("absences:letter_printed", args=[alert.pk])

    looked = client.get(url)
    unprinted = client.get(reverse("absences:letters"))
    pressed = client.post(url, follow=True)

    assert looked.status_code == 405
    assert "tulostamatta" in unprinted.text
    assert "Kirje on merkitty tulostetuksi" in pressed.text
    assert "tulostettu 20.11.2026" in pressed.text


def test_a_guardian_may_choose_a_letter_in_place_of_mail_and_take_it_back(cast):
    guardian = as_(cast["guardian"])
    own = reverse("accounts:account")
    offered = guardian.get(own).text
    guardian.post(reverse("accounts:mail_choice"), {"wants_mail": "0"})

    walk(cast)

    letters = as_(cast["class_teacher"]).get(reverse("absences:letters"))
    assert "Haluan kirjeen sähköpostin sijaan" in offered
    assert "Elsa K." in letters.text
    assert "tulostamatta" in letters.text
    assert not MailDelivery.objects.filter(notification__recipient=cast["guardian"]).exists()
    guardian.post(reverse("accounts:mail_choice"), {"wants_mail": "1"})
    assert "Elsa K." not in as_(cast["class_teacher"]).get(reverse("absences:letters")).text
    assert "Haluan kirjeen sähköpostin sijaan" in guardian.get(own).text


def test_one_guardian_reads_mail_the_other_a_letter_in_the_others_language(cast):
    other = builders.guardian(cast.child, "kalle")
    User.objects.filter(pk=other.pk).update(wants_mail=False)
    Guardian.objects.filter(user=other).update(language="sv")

    alert = walk(cast)

    client = as_(cast["class_teacher"])
    paper = client.get(reverse("absences:letter", args=[alert.pk]))
    with pikepdf.open(io.BytesIO(paper.content)) as document:
        assert str(document.Root.Lang) == "sv"
    assert MailDelivery.objects.filter(notification__recipient=cast["guardian"]).exists()


def test_a_guardian_who_gets_letters_still_gets_the_link_that_was_asked_for(cast):
    User.objects.filter(pk=cast["guardian"].pk).update(wants_mail=False)

    send_link(email=cast["guardian"].email, at=builders.AT)

    assert MailDelivery.objects.filter(notification__recipient=cast["guardian"]).exists()


@pytest.mark.parametrize("account", ["none", "closed"])
def test_an_address_that_no_mail_is_sent_to_does_not_keep_the_letter_away(cast, account):
    guardian = Guardian.objects.filter(user=cast["guardian"])
    guardian.update(email="koti@example.org")
    if account == "none":
        guardian.update(user=None)
    else:
        User.objects.filter(pk=cast["guardian"].pk).update(is_active=False)
    walk(cast)

    assert "tulostamatta" in as_(cast["class_teacher"]).get(reverse("absences:letters")).text


def test_there_is_no_letter_of_a_child_under_a_non_disclosure_order(cast):
    Guardian.objects.filter(user=cast["guardian"]).update(user=None)
    alert = walk(cast)
    cast.child.nondisclosure = True
    cast.child.save()

    assert (
        as_(cast["class_teacher"]).get(reverse("absences:letter", args=[alert.pk])).status_code
        == 404
    )
