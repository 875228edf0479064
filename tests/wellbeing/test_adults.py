"""The adults around a child: who is offered, who is told, and what becomes of a call."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from accounts.models import AuditEvent
from notifications.models import Notification
from schools.models import Membership, Substitution
from schools.roles import Role
from support.models import MeasureUse
from tests import builders
from tests.wellbeing.conftest import AT, MINE, answer, as_, choose, classmates, wished
from wellbeing.checks import guardians_grade
from wellbeing.errors import WishRefusedError
from wellbeing.models import CallForAdult, WishList
from wellbeing.services import adults, calls, lists, replies, rounds

HOUR = dt.timedelta(hours=1)
# Friday 20 November 2026, 9.15; the Monday after it.
MONDAY = AT + dt.timedelta(days=3)


def without(role: Role) -> None:
    Membership.objects.filter(role=role).update(ends=builders.ON - dt.timedelta(days=1))


def told() -> list[str]:
    rows = Notification.objects.filter(kind="wish_call").order_by("created_at")
    return list(rows.values_list("recipient__username", flat=True))


# --- to whom a child may send ---------------------------------------------------------------


def test_a_child_is_offered_only_adults_that_there_are_and_reads_their_names(cast, asked, child):
    classmates(cast, 4)
    choose(child, "liikun")
    full = child.get(reverse("wellbeing:send")).text
    without(Role.WELFARE)
    less = child.get(reverse("wellbeing:send")).text

    for person in ("class_teacher", "special_teacher", "welfare"):
        assert str(cast[person]) in full
    # Said aloud, the name is a word of its own.
    words = " ".join(strip_tags(full).split())
    assert f"Oma opettajani {cast['class_teacher']}" in words
    assert str(cast["welfare"]) not in less
    assert 'value="welfare"' not in less


def test_a_list_cannot_be_sent_where_nobody_would_read_it(cast, asked, child):
    without(Role.WELFARE)
    choose(child, "liikun")

    page = child.post(reverse("wellbeing:send"), {"audience": "welfare"}, follow=True)

    assert "Valitse, kuka saa nähdä toiveesi." in page.text
    assert WishList.objects.get().state == "draft"


def test_in_a_class_of_four_nobody_can_hide_and_it_is_not_offered(cast, asked):
    offered = []
    for number in range(5 - adults._class_size(asked, builders.ON)):
        choices = adults.choices_for(asked, on=builders.ON)
        offered.append("nobody" in {one.audience for one in choices})
        builders.pupil(cast.group, f"lisa{number}")

    assert offered
    assert not any(offered)
    assert "nobody" in {one.audience for one in adults.choices_for(asked, on=builders.ON)}


def test_who_does_not_teach_the_class_is_told_once_a_day_that_something_came(cast, asked):
    for pupil in classmates(cast, 3):
        wished(asked, pupil, "liikun", audience="welfare")

    rows = Notification.objects.filter(kind="wishes")
    assert [one.recipient for one in rows] == [cast["welfare"]]
    assert "Elsa" not in rows.get().title


def test_a_week_later_those_whom_the_child_chose_are_reminded(cast, asked):
    first, second = classmates(cast, 2)
    wished(asked, first, "liikun", audience="welfare")
    wished(asked, second, "liikun", audience="teacher")
    Notification.objects.all().delete()

    rounds.remind(on=builders.ON + dt.timedelta(days=8), at=AT + dt.timedelta(days=8))

    people = set(Notification.objects.values_list("recipient__username", flat=True))
    assert people == {cast["welfare"].username, cast["class_teacher"].username}


# --- the answer -----------------------------------------------------------------------------


def test_a_list_that_was_just_taken_back_is_not_answered(cast, asked):
    made = wished(asked, cast.child, "liikun")
    wish = made.wishes.get()
    lists.take_back(wish_list=made)

    with pytest.raises(WishRefusedError):
        answer(wish, cast)


def test_an_answer_that_changes_ends_the_old_trial_and_asks_of_the_new_one(cast, asked):
    wish = wished(asked, cast.child, "liikun").wishes.get()
    first = answer(wish, cast).measure
    wish.reply.felt = 2
    wish.reply.save()
    other = builders.measure("toinen", "Toinen")

    changed = answer(wish, cast, measure=other)
    back = answer(wish, cast, measure=first)

    assert changed.felt is None
    assert back.felt is None
    open_uses = MeasureUse.objects.filter(ends=None)
    assert [one.measure for one in open_uses] == [first]


def test_what_was_wished_of_a_welfare_adult_is_not_told_of_the_class(cast, asked):
    wish = wished(asked, cast.child, "liikun", audience="welfare").wishes.get()
    replies.reply(
        wish=wish, by=cast["welfare"], kind="we_try", measure=builders.measure(),
        begins=builders.ON, words="Tavataan.", at=AT,
    )  # fmt: skip

    assert MeasureUse.objects.get().group is None


def test_reading_is_logged_child_by_child(cast, asked):
    first, second = classmates(cast, 2)
    for pupil in (first, second):
        wished(asked, pupil, "liikun")

    as_(cast["class_teacher"]).get(reverse("wellbeing:round", args=[asked.pk]))

    read = AuditEvent.objects.filter(action="read-wishes", subject_type="pupil")
    assert set(read.values_list("subject_key", flat=True)) == {first.key, second.key}


def test_the_class_sees_how_many_wishes_have_been_answered(cast, asked, child):
    first, second = classmates(cast, 2)
    answer(wished(asked, first, "liikun").wishes.get(), cast)
    wished(asked, second, "ulkona", "liikun")
    wished(asked, cast.child, "liikun")

    assert "Luokkasi tai ryhmäsi toiveisiin on vastauksia: 1." in child.get(MINE).text


def test_a_classmates_page_does_not_tell_whom_another_child_has_chosen(cast, asked, child):
    first, *others = classmates(cast, 5)
    answer(wished(asked, first, "liikun").wishes.get(), cast)

    def told():
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", child.get(MINE).text)

    before = told()
    for pupil, audience in zip(others, ("teacher", "special", "welfare", "nobody"), strict=True):
        wished(asked, pupil, "liikun", "ulkona", audience=audience)
        assert told() == before


# --- a call ---------------------------------------------------------------------------------


def test_a_call_is_heard_in_finnish_whatever_the_child_speaks(cast, asked):
    with translation.override("ar"):
        calls.call_for_adult(pupil=cast.child, at=AT)

    assert "Oppilas toivoo" in Notification.objects.get().title


def test_the_calm_page_says_who_knows_already(cast, asked, child):
    child.post(reverse("wellbeing:calm"))

    page = child.get(reverse("wellbeing:calm")).text

    assert "Kaisa Virkanen on saanut viestin, että toivot yhteydenottoa." in page
    assert "ottaa minuun yhteyttä" not in page


def test_outside_school_time_the_promise_is_the_next_school_day(cast, asked, child, monkeypatch):
    by_day = child.get(reverse("wellbeing:calm")).text
    monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: AT.replace(hour=20))
    evening = as_(cast["pupil"]).get(reverse("wellbeing:calm")).text

    assert "tämän päivän aikana" in by_day
    assert "seuraavana koulupäivänä" in evening


def test_a_call_goes_on_to_the_next_adult_after_an_hour_and_to_the_head_last(cast, asked):
    calls.call_for_adult(pupil=cast.child, at=AT)
    for minutes in range(10, 400, 10):
        calls.pass_calls_on(at=AT + dt.timedelta(minutes=minutes))

    assert told() == [cast[one].username for one in ("welfare", "class_teacher", "principal")]


def test_a_call_waits_over_the_weekend_and_is_told_again_every_school_day(cast, asked):
    late = AT.replace(hour=15, minute=30)
    calls.call_for_adult(pupil=cast.child, at=late)
    for hours in range(64):
        calls.pass_calls_on(at=late + hours * HOUR)
    over_weekend = len(told())
    for day in range(3, 6):
        for hour in range(8, 16):
            calls.pass_calls_on(at=AT.replace(hour=hour) + dt.timedelta(days=day))

    assert over_weekend == 1
    # Monday: the two others; Tuesday and Wednesday: all three once more.
    assert len(told()) == 3 + 3 + 3


def test_who_is_away_is_not_called_but_the_one_who_stands_in(cast, asked):
    Substitution.objects.create(
        absent=cast["welfare"], substitute=cast["other_class"], begins=builders.ON, ends=builders.ON
    )

    assert calls.call_for_adult(pupil=cast.child, at=AT) == cast["other_class"]


def test_one_adult_in_touch_ends_the_call_for_all(cast, asked):
    calls.call_for_adult(pupil=cast.child, at=AT)
    calls.pass_calls_on(at=AT + 2 * HOUR)
    first = CallForAdult.objects.get(to=cast["welfare"])
    as_(cast["welfare"]).post(reverse("wellbeing:call", args=[first.pk]))

    assert not CallForAdult.objects.filter(taken_at=None)
    assert calls.pass_calls_on(at=MONDAY) == 0
    second = CallForAdult.objects.get(to=cast["class_teacher"])
    page = as_(cast["class_teacher"]).get(reverse("wellbeing:call", args=[second.pk]))
    assert "Olen ottanut yhteyttä" not in page.text


def test_who_has_left_the_school_no_longer_opens_a_call(cast, asked):
    calls.call_for_adult(pupil=cast.child, at=AT)
    call = CallForAdult.objects.get()
    without(Role.WELFARE)

    page = as_(cast["welfare"]).get(reverse("wellbeing:call", args=[call.pk]))

    assert page.status_code == 404


def test_where_no_adult_is_the_page_says_whom_to_turn_to(cast, asked, child):
    for role in (Role.WELFARE, Role.CLASS_TEACHER, Role.PRINCIPAL):
        without(role)

    page = child.post(reverse("wellbeing:calm"), follow=True).text

    assert "Kerro nyt heti jollekin tutulle aikuiselle" in page
    assert "116 111" in page
    assert not CallForAdult.objects.exists()


# --- guardians ------------------------------------------------------------------------------


@pytest.mark.parametrize(("until", "sees"), [(0, False), (6, False), (7, True)])
def test_guardians_see_what_the_city_lets_them_and_the_child_is_told(
    cast, asked, child, settings, until, sees
):
    settings.WISHES_GUARDIANS_UNTIL_GRADE = until
    choose(child, "liikun")
    before = child.get(reverse("wellbeing:send")).text
    child.post(reverse("wellbeing:send"), {"audience": "teacher"})

    home = as_(cast["guardian"]).get("/").text
    stranger = as_(cast["other_guardian"]).get("/").text

    assert ("myös huoltajasi voi lukea" in before) is sees
    assert ("Elsa toivoo" in home) is sees
    assert "toivoo" not in stranger
    privacy = as_(None).get(reverse("dashboards:privacy")).text
    assert ("Kyllä, 7. luokkaan asti" in privacy) is sees


@pytest.mark.parametrize("audience", ["welfare", "nobody"])
def test_a_guardian_never_sees_what_was_told_to_a_welfare_adult_or_namelessly(
    cast, asked, settings, audience
):
    settings.WISHES_GUARDIANS_UNTIL_GRADE = 9
    classmates(cast, 4)
    wished(asked, cast.child, "liikun", audience=audience)

    assert "toivoo" not in as_(cast["guardian"]).get("/").text


@pytest.mark.parametrize("grade", [-1, 10])
def test_a_grade_that_is_none_is_refused_at_the_start(settings, grade):
    settings.WISHES_GUARDIANS_UNTIL_GRADE = grade

    assert [one.id for one in guardians_grade()] == ["wellbeing.E001"]


def test_a_city_that_lets_guardians_see_later_opens_nothing_sent_before(
    cast, asked, child, settings
):
    wished(asked, cast.child, "liikun")
    settings.WISHES_GUARDIANS_UNTIL_GRADE = 9

    assert "toivoo" not in as_(cast["guardian"]).get("/").text


def test_home_may_be_the_reason_guardians_see_no_own_words_and_no_picture_of_distress(
    cast, asked, child, settings
):
    settings.WISHES_GUARDIANS_UNTIL_GRADE = 9
    choose(child, "liikun", "paha-olla")
    child.post(reverse("wellbeing:own_words"), {"words": "Isä huutaa"})
    child.post(reverse("wellbeing:send"), {"audience": "teacher"})

    home = as_(cast["guardian"]).get("/").text

    assert "Elsa toivoo" in home
    assert "Isä huutaa" not in home
    assert "paha olla" not in home


# --- what a stranger found ------------------------------------------------------------------


def test_a_press_on_a_page_left_open_ends_no_newer_call(cast, asked):
    calls.call_for_adult(pupil=cast.child, at=AT)
    old = CallForAdult.objects.get()
    calls.take_call(call=CallForAdult.objects.get(), by=cast["welfare"], at=AT + HOUR)
    calls.call_for_adult(pupil=cast.child, at=AT + 2 * HOUR)

    calls.take_call(call=old, by=cast["welfare"], at=AT + 3 * HOUR)

    assert CallForAdult.objects.filter(taken_at=None).count() == 1


def test_a_child_in_need_again_on_a_later_day_is_heard_again(cast, asked, child, monkeypatch):
    calls.call_for_adult(pupil=cast.child, at=AT - dt.timedelta(days=1))
    before = len(told())

    assert "ottaa minuun yhteyttä" in child.get(reverse("wellbeing:calm")).text
    child.post(reverse("wellbeing:calm"))
    child.post(reverse("wellbeing:calm"))

    assert len(told()) == before + 1


def test_the_way_to_an_adult_is_there_when_nothing_is_asked_and_when_a_round_just_ended(
    cast, asked, child
):
    rounds.close_round(wish_round=asked, at=AT)

    page = child.get(MINE).text
    pressed = child.post(reverse("wellbeing:choose"), {"wish": "paha-olla"}, follow=True)

    assert reverse("wellbeing:calm") in page
    assert "Et ole yksin" in pressed.text


def test_a_date_far_away_is_refused_in_words(cast, asked):
    wish = wished(asked, cast.child, "liikun").wishes.get()

    page = as_(cast["class_teacher"]).post(
        reverse("wellbeing:answer", args=[wish.pk]),
        {"kind": "we_try", "measure": builders.measure().pk, "begins": "9999-12-31", "words": "Ok"},
    )

    assert page.status_code == 422
    assert "Tarkista päivä." in page.text


def test_who_has_no_class_this_year_is_told_so_and_is_not_shown_an_empty_choice(cast):
    page = as_(builders.staff("tuuli", Role.CLASS_TEACHER, at_school=cast.school))

    text = page.get(reverse("wellbeing:classes")).text

    assert "Sinulla ei ole tänä vuonna omaa luokkaa" in text
    assert "Avaa kierros" not in text
