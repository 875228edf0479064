"""What a child in need is told before the press: who hears of it, who is next, and when."""

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.html import strip_tags

from notifications.models import Notification
from notifications.services import deliver
from schools.models import Holiday, Substitution
from schools.roles import Role
from tests import builders
from tests.wellbeing.conftest import AT, as_, choose
from wellbeing.models import CallForAdult, WishList
from wellbeing.services import adults, calls, lists

CALM = "/toiveet/rauha/"
# Friday 20 November 2026, the last hour; the evening; Monday morning before the school opens.
LATE = AT.replace(hour=15, minute=20)
EVENING = AT.replace(hour=18)
EARLY = AT.replace(day=23, hour=7)


def words(page) -> str:
    return " ".join(strip_tags(page.text).split())


def away(person, deputy=None) -> None:
    Substitution.objects.create(
        absent=person, substitute=deputy, begins=builders.ON, ends=builders.ON
    )


@pytest.fixture
def at(monkeypatch):
    def set_clock(moment: dt.datetime) -> None:
        monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: moment)
        monkeypatch.setattr("kemi_ecosystem.lib.clock.today", moment.date)

    return set_clock


# --- who is next ----------------------------------------------------------------------------


def test_before_the_press_a_child_reads_to_whom_the_call_goes_on(cast, asked, child):
    page = words(child.get(CALM))

    first, then = page.split("noin tunnin kuluessa, viestin saa myös seuraava aikuinen", 1)
    assert "Haluan, että Kaisa Virkanen ottaa minuun yhteyttä" in first
    assert "Liisa Virkanen, oma opettajasi" in then
    assert then.index("Liisa Virkanen") < then.index("Raili Virkanen, rehtori")
    assert "Kaisa" not in then


def test_what_the_page_says_is_what_happens(cast, asked, child):
    """The names and their order are those of the notices that leave hour by hour."""
    said = [adult.here for adult in adults.ladder(cast.child, on=builders.ON)]
    child.post(CALM)
    for minutes in range(0, 6 * 60, 10):
        calls.pass_calls_on(at=AT + dt.timedelta(minutes=minutes))

    rows = Notification.objects.filter(kind="wish_call").order_by("created_at")
    assert [one.recipient for one in rows] == said
    assert len(said) == 3


def test_after_the_press_it_still_says_who_is_next(cast, asked, child):
    child.post(CALM)

    page = words(child.get(CALM))

    assert "Kaisa Virkanen on saanut viestin" in page
    assert "Jos kukaan ei ole ottanut sinuun yhteyttä" in page
    assert "Raili Virkanen, rehtori" in page


# --- who stands in --------------------------------------------------------------------------


def test_whoever_stands_in_is_named_with_the_one_who_is_away(cast, asked, child):
    away(cast["welfare"], cast["other_class"])
    away(cast["class_teacher"], cast["subject_teacher"])

    page = words(child.get(CALM))

    assert "Kaisa Virkanen on nyt poissa. Hänen sijaisensa on Aino Virkanen." in page
    assert "Haluan, että Aino Virkanen ottaa minuun yhteyttä" in page
    assert "Sami Virkanen, sijainen (Liisa Virkanen on poissa)" in page


def test_one_who_stands_in_for_two_is_one_step(cast, asked, child):
    away(cast["welfare"], cast["principal"])
    away(cast["class_teacher"], cast["principal"])

    assert [one.here for one in adults.ladder(cast.child, on=builders.ON)] == [cast["principal"]]
    child.post(CALM)
    assert "seuraava aikuinen" not in words(child.get(CALM))


def test_one_who_stands_in_and_is_away_as_well_stands_in_for_nobody(cast, asked):
    away(cast["welfare"], cast["principal"])
    away(cast["principal"])

    here = [one.here for one in adults.ladder(cast.child, on=builders.ON)]

    assert here == [cast["class_teacher"]]


def test_who_will_see_it_names_whoever_stands_in(cast, asked, child):
    away(cast["class_teacher"], cast["subject_teacher"])
    away(cast["welfare"])
    choose(child, "liikun")

    page = words(child.get(reverse("wellbeing:send")))

    assert "Oma opettajani Liisa Virkanen (nyt poissa, sijaisena Sami Virkanen)" in page
    assert "Kaisa Virkanen (nyt poissa, lukee palattuaan)" in page


def test_what_is_sent_to_one_who_is_away_is_told_to_whoever_stands_in(cast, asked):
    away(cast["special_teacher"], cast["other_class"])
    made = lists.begin(wish_round=asked, pupil=cast.child)
    lists.choose(wish_list=made, slug="liikun")
    lists.send(wish_list=made, audience="special", at=AT)

    assert Notification.objects.get(kind="wishes").recipient == cast["other_class"]
    seen = WishList.objects.visible_to(cast["other_class"], on=builders.ON)
    assert made in seen


# --- when -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "said", "help_first"),
    [
        (AT, "ottaa yhteyttä tämän päivän aikana", False),
        (LATE, "Koulupäivä loppuu pian.", True),
        (EVENING, "vasta seuraavana koulupäivänä", True),
        (EARLY, "koulussa ei ole nyt ketään", True),
    ],
)
def test_the_page_says_honestly_when_it_will_be_read(child, at, moment, said, help_first):
    at(moment)

    page = words(child.get(CALM))

    assert said in page
    assert ("Seuraava koulupäivä: maanantai 23.11." in page) is help_first
    assert ("soita johonkin alla olevista numeroista" in page) is help_first
    assert "116 111" in page


def test_a_call_waits_on_the_adults_front_page_until_it_is_taken(cast, asked, child):
    child.post(CALM)
    made = CallForAdult.objects.get()
    welfare = as_(cast["welfare"])

    page = welfare.get("/").text
    others = as_(cast["special_teacher"]).get("/").text
    welfare.post(reverse("wellbeing:call", args=[made.pk]))

    assert reverse("wellbeing:call", args=[made.pk]) in page
    assert "Juuri nyt ei mikään" not in page
    assert "Kivelä" not in page
    for quiet in (others, welfare.get("/").text):
        assert "että otat häneen yhteyttä" not in quiet


def test_the_help_lines_are_numbers_that_a_phone_dials(child):
    page = child.get(CALM).text

    for number, shown in (("112", "112"), ("116111", "116 111"), ("080005005", "080 005 005")):
        assert f'href="tel:{number}">{shown}</a>' in page
    assert "eivätkä näy puhelinlaskussa" in page


def test_before_a_holiday_the_next_school_day_is_after_it(cast, asked, child, at):
    holiday = Holiday.objects.get()
    holiday.begins, holiday.ends = dt.date(2026, 11, 21), dt.date(2026, 12, 1)
    holiday.save()
    at(LATE)

    assert "Seuraava koulupäivä: keskiviikko 2.12." in words(child.get(CALM))


def test_before_the_summer_no_day_is_promised(cast, asked, at):
    last = AT.replace(year=2027, month=6, day=4, hour=15, minute=30)
    at(last)

    page = words(as_(cast["pupil"]).get(CALM))

    assert "Nyt on pitkä loma." in page
    assert "Seuraava koulupäivä" not in page


@pytest.mark.parametrize("moment", [LATE, EVENING, AT.replace(hour=23), AT.replace(day=21)])
def test_a_calls_mail_leaves_at_once_whatever_the_hour(cast, asked, settings, moment):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    # Who wants no mail hears of a child in need even so.
    cast["welfare"].wants_mail = False
    cast["welfare"].save()

    calls.call_for_adult(pupil=cast.child, at=moment)
    deliver(at=moment)

    assert [one.to for one in mail.outbox] == [["kaisa@example.org"]]


def test_where_no_welfare_adult_is_the_own_teacher_is_first_and_the_head_next(cast, asked, child):
    cast["welfare"].memberships.filter(role=Role.WELFARE).delete()

    page = words(child.get(CALM))

    assert "Haluan, että Liisa Virkanen ottaa minuun yhteyttä" in page
    assert "Raili Virkanen, rehtori" in page
