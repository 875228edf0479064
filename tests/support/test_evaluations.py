"""One's own answers stay one's own; a unit sees one frozen picture a term, and sets its goals."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from notifications.models import Notification
from schools.roles import Role
from support.models import EvaluationSummary, MeasureUse, SelfEvaluation, TextVersion
from support.rules import middle, term_of, year_before
from support.services import evaluations, uses
from tests import builders
from tests.project.test_access import as_
from tests.tables import cells, rows

LAST_YEAR = builders.ON.replace(year=2025)


def answer(person, school, steps, *, on=builders.ON, slug="koe"):
    return evaluations.evaluate(
        card=builders.card(slug), school=school, by=person, steps=steps, at=builders.AT, on=on
    )


def colleagues(school, count=5):
    return [builders.staff(f"kollega{n}", Role.TEACHER, at_school=school) for n in range(count)]


def collect(school, *, on=builders.ON):
    evaluations.collect(card=builders.card(), school=school, at=builders.AT, on=on)


def page_of(cast, who="principal") -> str:
    url = reverse("support:evaluation", args=["koe", cast.school.slug])
    text = as_(cast[who]).get(url).text
    # What differs by itself: the token of each form.
    return text.split("<main", 1)[1].replace("csrf", "").split("</main", 1)[0]


def without_tokens(text: str) -> str:
    return "".join(part for part in text.split("<input") if "middlewaretoken" not in part)


def test_one_answers_and_reads_it_and_nobody_else_does(cast):
    builders.card()
    url = reverse("support:evaluation", args=["koe", cast.school.slug])
    teacher = as_(cast["class_teacher"])

    assert teacher.post(url, {"q0": "5", "q1": "0"}).status_code == 302
    assert teacher.post(url, {"q0": "4", "q1": "0"}).status_code == 302

    assert SelfEvaluation.objects.get().steps == [4, None]
    assert "toteutuu hyvin" in cells(page_of(cast, "class_teacher"))
    assert "en osaa sanoa" in cells(page_of(cast, "class_teacher"))
    assert "en osaa sanoa" not in cells(page_of(cast, "principal"))
    assert "toteutuu hyvin" not in cells(page_of(cast, "principal"))


def test_an_unanswered_question_is_told_and_the_rest_stays(cast):
    builders.card()
    url = reverse("support:evaluation", args=["koe", cast.school.slug])

    page = as_(cast["class_teacher"]).post(url, {"q0": "5"})

    assert page.status_code == 422
    assert 'value="5" required checked' in page.text or "checked" in page.text
    assert not SelfEvaluation.objects.exists()


def test_below_five_nothing_is_told(cast):
    for person in colleagues(cast.school, 4):
        answer(person, cast.school, [1, 1])
    url = reverse("support:collect_evaluation", args=["koe", cast.school.slug])

    told = as_(cast["principal"]).post(url, follow=True).text

    assert "vähintään viisi" in told
    assert not EvaluationSummary.objects.exists()
    assert not [cell for cell in cells(told) if "erittäin heikosti" in cell]


def test_attacker_learns_nothing_from_two_dates(cast):
    """Whoever answers, changes or leaves after the picture was made moves nothing on the page."""
    people = colleagues(cast.school, 6)
    for person in people[:5]:
        answer(person, cast.school, [4, 2])
    collect(cast.school)
    before = without_tokens(page_of(cast))
    assert "Vastaajia oli 5–9" in before

    answer(people[5], cast.school, [1, 1])
    answer(people[0], cast.school, [1, 1])
    people[1].delete()
    collect(cast.school)

    assert without_tokens(page_of(cast)) == before


def test_control_a_picture_that_moved_would_unmask(cast):
    """The attack is real: made anew, the same picture gives the newcomer away."""
    people = colleagues(cast.school, 7)
    for person, step in zip(people[:5], (1, 2, 3, 4, 5), strict=True):
        answer(person, cast.school, [step, step])
    collect(cast.school)
    before = EvaluationSummary.objects.get().middles
    for person in people[5:]:
        answer(person, cast.school, [1, 1])
    EvaluationSummary.objects.all().delete()
    collect(cast.school)

    assert EvaluationSummary.objects.get().middles != before


def test_five_to_nine_look_alike_and_a_question_few_could_answer_is_not_told(cast):
    people = colleagues(cast.school, 9)
    for person in people:
        answer(person, cast.school, [3, None])
    answer(people[0], cast.school, [3, 5])
    collect(cast.school)

    made = EvaluationSummary.objects.get()
    assert (made.answers, made.middles) == (5, [3, None])


def test_last_year_stands_beside_and_a_changed_text_is_told(cast):
    people = colleagues(cast.school)
    for person in people:
        answer(person, cast.school, [2, 2], on=LAST_YEAR)
    collect(cast.school, on=LAST_YEAR)
    card = builders.card()
    card.why = "Uusi perustelu"
    card.save()
    for person in people:
        answer(person, cast.school, [4, 4])
    collect(cast.school)

    page = page_of(cast)
    assert rows(page)[1][-2:] == ["toteutuu hyvin", "toteutuu heikosti"]
    assert "teksti on muuttunut" in page
    assert TextVersion.objects.count() == 2

    card.questions = ["Kuulen?", "Uusi kysymys?"]
    card.save()
    page = page_of(cast)
    assert "kysymykset ovat muuttuneet" in page
    assert cells(page).count("toteutuu hyvin") == 1


def test_an_answer_to_other_questions_is_not_counted(cast):
    for person in colleagues(cast.school):
        answer(person, cast.school, [2, 2])
    card = builders.card()
    card.questions = ["Toinen?", "Kolmas?"]
    card.save()

    with pytest.raises(evaluations.TooFewError):
        collect(cast.school)


def test_a_goal_is_set_reminded_of_once_and_finished(cast):
    builders.card()
    teacher = as_(cast["class_teacher"])
    args = ["koe", cast.school.slug]
    wanted = {"text": "Selkeä aloitus", "follow_up_on": "2026-12-01"}

    for _twice in range(2):
        assert teacher.post(reverse("support:set_goal", args=args), wanted).status_code == 302
    early = evaluations.remind_of_goals(on=builders.ON, at=builders.AT)
    day = dt.date(2026, 12, 1)
    told = [evaluations.remind_of_goals(on=day, at=builders.AT) for _ in range(2)]

    assert (early, told) == (0, [1, 0])
    notice = Notification.objects.get()
    assert "Selkeä aloitus" in teacher.get(notice.path).text
    goal = teacher.get(notice.path).context["page"].goals[0]
    teacher.post(reverse("support:finish_goal", args=[goal.pk]), {"result": "Alku rauhoittui"})
    assert "Alku rauhoittui" in teacher.get(notice.path).text
    assert evaluations.remind_of_goals(on=day + dt.timedelta(days=1), at=builders.AT) == 0


def test_a_goal_in_the_past_is_refused_with_the_words_kept(cast):
    builders.card()
    page = as_(cast["class_teacher"]).post(
        reverse("support:set_goal", args=["koe", cast.school.slug]),
        {"text": "Selkeä aloitus", "follow_up_on": "2026-11-01"},
    )

    assert page.status_code == 422
    assert "vielä edessä" in page.text
    assert "Selkeä aloitus" in page.text


def test_a_card_is_kept_shown_on_the_wall_and_let_go(cast):
    card = builders.card()
    teacher = as_(cast["class_teacher"])
    url = reverse("support:save_card", args=["koe"])

    teacher.post(url)
    assert card.title in teacher.get(reverse("support:own_cards")).text
    assert "Poista omista" in teacher.get(reverse("support:card", args=["koe"])).text
    teacher.post(url)
    assert "Et ole vielä tallentanut" in teacher.get(reverse("support:own_cards")).text
    assert "Kuulen?" in Client().get(reverse("support:card_wall", args=["koe"])).text


def test_the_heart_of_a_card_beats_where_its_measures_live(cast, assert_flat):
    card = builders.card()
    url = reverse("support:card", args=["koe"])
    teacher = as_(cast["class_teacher"])
    assert "Ole ensimmäinen" in teacher.get(url).text
    leaf = builders.measure("tauko", "Lyhyt tauko")
    card.measures.add(leaf)

    def begin(cause, school, group=None):
        uses.begin_use(
            measures=[leaf], school=school, group=group, source=MeasureUse.Source.CHECKLIST,
            cause=cause, on=builders.ON,
        )  # fmt: skip

    begin("a", cast.school, cast.group)
    begin("b", cast.school, cast.group)

    page = teacher.get(url).text
    assert "on käyttänyt 1 ryhmä." in page
    assert "Viimeksi otettu käyttöön 20.11.2026" in page
    assert "Omassa yksikössäsi" in page
    assert "Omassa yksikössäsi" not in as_(cast["neighbour_teacher"]).get(url).text
    assert_flat(
        lambda: teacher.get(url), grow=lambda: [begin(f"c{n}", cast.school) for n in range(5)]
    )


def test_terms_are_halves_of_a_school_year():
    assert term_of(dt.date(2026, 7, 31)) == "2026-1"
    assert term_of(dt.date(2026, 8, 1)) == "2026-2"
    assert year_before("2026-2") == "2025-2"


@given(st.lists(st.one_of(st.none(), st.integers(1, 5)), max_size=12))
def test_the_middle_is_an_answer_that_somebody_gave_or_nothing(answers):
    said = sorted(one for one in answers if one is not None)

    found = middle(answers, least=5)

    assert (found is None) == (len(said) < 5)
    assert found is None or found == said[(len(said) - 1) // 2]
