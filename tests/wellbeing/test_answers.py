"""Nameless wishes, answers, whether it helped, and what a class wishes for together."""

import datetime as dt
from collections import Counter

from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.models import Notification
from schools.roles import Role
from support.models import MeasureEcho, MeasureUse
from tests import builders
from tests.wellbeing.conftest import (
    AT,
    MINE,
    answer,
    as_,
    as_form,
    classmates,
    wished,
    wished_with_key,
)
from wellbeing.catalogue import catalogue
from wellbeing.models import NamelessList, Reply, Wish, WishList
from wellbeing.services import keys, lists, rounds

# --- nameless -------------------------------------------------------------------------------


def test_nameless_wishes_reach_the_teacher_five_at_a_time_only(cast, asked):
    teacher = as_(cast["class_teacher"])
    seen = []
    for pupil in classmates(cast, 11):
        wished(asked, pupil, "liikun", audience="nobody")
        page = teacher.get(reverse("wellbeing:round", args=[asked.pk]))
        seen.append(len(page.context["page"].nameless))

    assert seen == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]


def test_a_nameless_list_keeps_no_child_no_time_and_no_order(cast, asked):
    for pupil in classmates(cast, 3):
        wished(asked, pupil, "ulkona", "liikun", audience="nobody")

    fields = {field.name for field in NamelessList._meta.fields}
    assert fields == {"id", "round", "key_digest", "slugs", "is_released", "answer"}
    assert not Wish.objects.exists()
    assert NamelessList.objects.first().slugs == ["liikun", "ulkona"]


def test_three_pictures_open_the_answer_and_nothing_else_does(cast, asked, child):
    others = classmates(cast, 4)
    _made, pictures = wished_with_key(asked, cast.child, "liikun", audience="nobody")
    for pupil in others:
        wished(asked, pupil, "ulkona", audience="nobody")
    mine = keys.try_key(pupil=cast.child, pictures=pictures, on=builders.ON)
    as_(cast["class_teacher"]).post(
        reverse("wellbeing:answer_nameless", args=[mine.pk]), {"words": "Liikumme nyt joka tunti."}
    )
    key = as_form(pictures)
    wrong = {
        **key,
        "picture0": next(k.pictogram for k in catalogue().keys if k.pictogram != pictures[0]),
    }

    page = child.post(reverse("wellbeing:by_key"), key)
    missed = child.post(reverse("wellbeing:by_key"), wrong)

    assert "Liikumme nyt joka tunti." in page.text
    assert missed.status_code == 422


def nameless(cast, asked) -> dict[str, str]:
    """The child's key, as the form sends it."""
    classmates(cast, 4)
    return as_form(wished_with_key(asked, cast.child, "liikun", audience="nobody")[1])


def guess(client, number: int):
    """One of the keys that are not the child's: the row of pictures has none of this name."""
    return client.post(reverse("wellbeing:by_key"), {"picture0": str(number)})


def test_after_ten_wrong_keys_the_pictures_wait_for_a_new_ticket(cast, asked, child):
    key = nameless(cast, asked)

    missed = [guess(child, number).status_code for number in range(10)]
    late = guess(child, 11)
    elsewhere = as_(cast["pupil"]).post(reverse("wellbeing:by_key"), key)
    rounds.make_tickets(
        wish_round=asked, pupils=[cast.child], by=cast["class_teacher"], on=builders.ON, at=AT
    )
    anew = child.post(reverse("wellbeing:by_key"), key)

    assert set(missed) == {422}
    assert (late.status_code, elsewhere.status_code) == (429, 429)
    assert "Pyydä aikuiselta uusi lappu" in late.text
    assert anew.status_code == 200


def test_ones_own_key_does_not_pay_for_guessing_at_the_others(cast, asked, child):
    key = nameless(cast, asked)

    for number in range(10):
        guess(child, number)
        child.post(reverse("wellbeing:by_key"), key)

    assert child.post(reverse("wellbeing:by_key"), key).status_code == 429


def test_the_counted_guesses_cannot_be_erased_with_the_list(cast, asked, child):
    key = nameless(cast, asked)
    guess(child, 1)

    child.post(reverse("wellbeing:erase", args=[WishList.objects.get().pk]))
    assert WishList.objects.get().wrong_keys == 1
    child.post(reverse("wellbeing:by_key"), {**key, "erase": "yes"})

    assert not NamelessList.objects.exists()
    assert WishList.objects.get().wrong_keys == 1


def test_a_classmates_guesses_do_not_close_the_pictures_for_others(cast, asked, child):
    key = nameless(cast, asked)
    wished(asked, cast["classmate"].pupil, "ulkona", audience="nobody")
    classmate = as_(cast["classmate"])

    for number in range(11):
        guess(classmate, number)

    assert child.post(reverse("wellbeing:by_key"), key).status_code == 200


def test_a_key_of_an_earlier_round_of_the_year_still_opens_its_answer(cast, asked, child):
    key = nameless(cast, asked)
    NamelessList.objects.update(is_released=True)
    rounds.close_round(wish_round=asked, at=AT)
    later = rounds.open_round(
        group=cast.group, by=cast["class_teacher"], closes_on=builders.ON + dt.timedelta(days=9),
        at=AT + dt.timedelta(days=1),
    )  # fmt: skip
    nameless(cast, later)

    page = child.post(reverse("wellbeing:by_key"), key)

    assert page.status_code == 200
    assert catalogue().choice("liikun").fi in page.text


def test_when_five_never_came_it_is_said_kindly(cast, asked, child):
    key = nameless(cast, asked)
    early = child.post(reverse("wellbeing:by_key"), key)
    rounds.close_round(wish_round=asked, at=AT)

    page = child.post(reverse("wellbeing:by_key"), key)

    assert "Vastaus ei ole vielä tullut." in early.text
    assert "Nimettömiä toiveita tuli liian vähän." in page.text
    assert "tärkeä" in page.text


def test_own_words_are_not_sent_without_a_name(cast, child):
    classmates(cast, 4)
    child.post(reverse("wellbeing:own_words"), {"words": "Minä"})

    page = child.post(reverse("wellbeing:send"), {"audience": "nobody"}, follow=True)

    assert "Omista sanoista voi tunnistaa" in page.text
    assert not NamelessList.objects.exists()


# --- the answer, and did it help ------------------------------------------------------------


def test_an_answer_begins_the_use_of_a_measure_and_the_child_reads_it(cast, asked, child):
    made = wished(asked, cast.child, "liikun")
    wish = made.wishes.get()
    measure = builders.measure()

    page = as_(cast["class_teacher"]).post(
        reverse("wellbeing:answer", args=[wish.pk]),
        {"kind": "we_try", "measure": measure.pk, "begins": "2026-11-23", "words": "Aletaan!"},
        follow=True,
    )

    assert "Toiveita on 1, ja niistä 1 on saanut vastauksen." in page.text
    use = MeasureUse.objects.get()
    assert (use.source, use.group, use.begins) == ("wish", cast.group, dt.date(2026, 11, 23))
    assert "Aletaan!" in child.get(MINE).text


def test_what_cannot_be_done_needs_words_and_begins_nothing(cast, asked):
    wish = wished(asked, cast.child, "liikun").wishes.get()
    url = reverse("wellbeing:answer", args=[wish.pk])
    teacher = as_(cast["class_teacher"])

    bare = teacher.post(url, {"kind": "not_now", "words": ""})
    no_measure = teacher.post(url, {"kind": "we_try", "words": "Kyllä"})
    teacher.post(url, {"kind": "not_now", "words": "Sali on remontissa kevääseen."})

    assert "Kirjoita oppilaalle muutama sana." in bare.text
    assert "Valitse tukipuusta, mitä kokeillaan." in no_measure.text
    assert Reply.objects.get().kind == "not_now"
    assert not MeasureUse.objects.exists()


def test_five_weeks_later_the_child_is_asked_with_five_faces(cast, asked, child, monkeypatch):
    reply = answer(wished(asked, cast.child, "liikun").wishes.get(), cast)
    early = child.get(MINE)
    later = builders.ON + dt.timedelta(weeks=5)
    monkeypatch.setattr("kemi_ecosystem.lib.clock.today", lambda: later)

    page = child.get(MINE)
    child.post(reverse("wellbeing:felt", args=[reply.pk]), {"felt": "4"})
    again = child.post(reverse("wellbeing:felt", args=[reply.pk]), {"felt": "1"})

    assert "Auttoiko se?" not in early.text
    assert "auttoi paljon" in page.text
    # A second tap changes nothing, and is thanked for all the same.
    assert again.status_code == 302
    assert MeasureEcho.objects.get().felt == 4


def test_a_teacher_is_reminded_once_a_week_and_the_head_sees_how_many_wait(cast, asked):
    wished(asked, cast.child, "liikun")
    late = builders.ON + dt.timedelta(days=8)

    first = rounds.remind(on=late, at=AT)
    again = rounds.remind(on=late + dt.timedelta(days=1), at=AT)

    assert (first, again) == (1, 0)
    assert Notification.objects.get(kind="wishes").recipient == cast["class_teacher"]
    page = as_(cast["principal"]).get(reverse("wellbeing:school"))
    row = page.context["rows"][0]
    assert (row.sent, row.unanswered) == (1, 1)
    assert "Elsa" not in page.text
    assert "liikkua" not in page.text


# --- together -------------------------------------------------------------------------------


def close(asked) -> dict:
    rounds.close_round(wish_round=asked, at=AT)
    asked.refresh_from_db()
    return asked.summary


def test_fewer_than_five_are_told_nothing_of(cast, asked):
    for pupil in classmates(cast, 4):
        wished(asked, pupil, "liikun")

    assert close(asked) == {"answered": 0, "wishes": {}}


def test_a_class_reads_what_it_wishes_for_together_and_which_measures_serve_many(cast, asked):
    for pupil in classmates(cast, 7):
        wished(asked, pupil, "liikun")
    builders.measure("taukoliikunta", "Taukoliikunta")
    close(asked)

    page = as_(cast["class_teacher"]).get(reverse("wellbeing:council", args=[asked.pk]))

    assert "vähintään 5" in page.text
    assert "Taukoliikunta" in page.text
    for pupil in cast.group.enrolments.all():
        assert pupil.pupil.last_name not in page.text


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["liikun", "ulkona", "kehu", "kerho"]), min_size=1, max_size=14),
    st.sampled_from(["liikun", "ulkona", "kehu", "kerho"]),
)
def test_one_child_more_or_less_changes_at_most_one_step_and_never_unmasks(wishes, last):
    """The attacker knows everybody's wish but one child's, and has the summary with and without."""

    def told(slugs) -> dict[str, int]:
        return rounds.told_together(Counter(slugs), answered=len(slugs))["wishes"]

    with_last, without = told([*wishes, last]), told(wishes)

    for slug in {*with_last, *without}:
        assert with_last.get(slug, 0) % 5 == 0
        assert with_last.get(slug, 0) - without.get(slug, 0) in {0, 5}


def test_the_summary_is_frozen_when_the_round_closes(cast, asked):
    pupils = classmates(cast, 6)
    for pupil in pupils:
        wished(asked, pupil, "liikun")
    before = close(asked)

    lists.erase(found=WishList.objects.get(pupil=pupils[0]))
    after = close(asked)

    assert before == after == {"answered": 5, "wishes": {"liikun": 5}}


def test_lists_for_the_welfare_adult_are_in_no_summary(cast, asked):
    for pupil in classmates(cast, 6):
        wished(asked, pupil, "liikun", audience="welfare")

    assert close(asked)["wishes"] == {}


def test_a_school_hears_the_sum_of_what_its_classes_told_and_nothing_of_a_small_one(cast, asked):
    for pupil in classmates(cast, 6):
        wished(asked, pupil, "liikun")
    rounds.close_round(wish_round=asked, at=AT)
    small = builders.group(cast.school, "9Z", 9)
    other = rounds.open_round(
        group=small, by=cast["principal"], closes_on=builders.ON, at=AT,
    )  # fmt: skip
    for number in range(3):
        builders.staff(f"ope{number}", Role.CLASS_TEACHER, in_group=small)
        wished(other, builders.pupil(small, f"s{number}"), "liikun")
    rounds.close_round(wish_round=other, at=AT)

    url = reverse("wellbeing:school_council", args=[cast.school.slug])
    page = as_(cast["principal"]).get(url)

    assert [bar.count for bar in page.context["page"].bars] == [5]
    assert page.context["page"].answered == 5
