"""The case page: a child's year as those who follow it see it."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from absences import services
from absences.case_picture import CaseNote, before_and_after, draw
from absences.classes import NationalClass
from absences.models import Alert, Reaction
from absences.presets import PRESETS
from absences.services import models, react, say_whether_it_helped, withdraw
from absences.services.models import ensure_model
from accounts.models import AuditEvent
from support.models import MeasureUse
from tests import builders

FIRST, LAST = dt.date(2026, 8, 11), builders.ON


def picture(*notes, counted=("health",), per_hour=45):
    return draw(
        [CaseNote(*one) for one in notes],
        absences={"health", "leave"},
        counted=set(counted),
        per_hour=per_hour,
        first=FIRST,
        last=LAST,
        is_school_day=lambda day: day.weekday() < 5,
    )


def test_hours_stand_in_their_week_counted_and_not_counted_apart():
    monday, tuesday = dt.date(2026, 9, 7), dt.date(2026, 9, 8)

    drawn = picture(
        (monday, 1, "health", 45, False),
        (tuesday, 2, "leave", 90, False),
        (tuesday, 3, "late", 10, False),
    )

    week = next(one for one in drawn.weeks if one.monday == monday)
    assert (week.counted, week.other, drawn.total) == (Decimal(1), Decimal(2), Decimal(1))
    assert drawn.by_class == (("leave", Decimal(2), False), ("health", Decimal(1), True))
    assert drawn.latenesses == ((dt.date(2026, 9, 1), 1),)


def test_the_heat_table_names_the_lesson_that_is_missed_most():
    mondays = [dt.date(2026, 9, 7) + dt.timedelta(weeks=n) for n in range(4)]

    drawn = picture(*((day, 1, "health", 45, False) for day in mondays))

    assert drawn.peak == (0, 1, 4)
    assert drawn.heat[0].cells[0] == (4, 3)


def test_a_run_goes_on_over_the_weekend():
    days = [dt.date(2026, 9, day) for day in (3, 4, 7, 8)]

    drawn = picture(*((day, 1, "health", 45, False) for day in days))

    assert drawn.runs == ((days[0], days[-1], 4),)


def test_weeks_before_and_after_an_answer_are_set_beside_each_other():
    mondays = [dt.date(2026, 9, 7) + dt.timedelta(weeks=n) for n in range(11)]
    weeks = {monday: Decimal(8 if n < 4 else 0) for n, monday in enumerate(mondays)}

    around = before_and_after(dt.date(2026, 10, 5), weeks, today=dt.date(2026, 11, 20))
    too_early = before_and_after(dt.date(2026, 11, 18), weeks, today=builders.ON)

    assert around == (Decimal("8.0"), Decimal("0.0"), 4)
    assert too_early is None


def test_weeks_without_school_are_on_neither_side_of_an_answer(teacher, cast):
    """Five hours a week and no change; the autumn break is the week of 12 October."""
    for monday in [dt.date(2026, 8, 31) + dt.timedelta(weeks=n) for n in range(12)]:
        if monday != dt.date(2026, 10, 12):
            builders.absent(cast.child, 5, day=monday)
    services.walk_round(on=builders.ON, cause="by_hand", at=builders.AT)
    alert = Alert.objects.get()
    for day in (dt.date(2026, 10, 20), dt.date(2026, 10, 1), dt.date(2026, 5, 4)):
        at = dt.datetime.combine(day, dt.time(9), builders.KEMI)
        alert.reactions.create(kind="call", with_whom="pupil", reacted_at=at)

    page = teacher.get(reverse("absences:case", args=[cast.child.pk])).text

    assert re.findall(r"Ennen (\S+) h viikossa, jälkeen (\S+) h viikossa", page) == [
        ("5", "5"),
        ("5", "5"),
    ]


@pytest.fixture
def teacher(cast):
    client = Client()
    client.force_login(cast["class_teacher"], "accounts.backends.PasswordBackend")
    return client


@pytest.fixture
def answered(cast, alert) -> Reaction:
    return react(
        alert=alert,
        by=cast["class_teacher"],
        kind="talk",
        with_whom="pupil",
        next_check=builders.ON,
        at=builders.AT - dt.timedelta(days=30),
        measures=[builders.measure()],
    )


def test_the_page_shows_steps_answers_and_what_was_tried_and_is_logged(teacher, cast, answered):
    page = teacher.get(reverse("absences:case", args=[cast.child.pk]))

    assert "Laskettavia poissaoloja tänä lukuvuonna 30 h." in page.text
    assert "Kokeiltiin: Lyhyt tauko" in page.text
    assert "h viikossa, jälkeen" in page.text
    event = AuditEvent.objects.get(subject_type="case")
    assert (event.actor_name, event.subject_key) == (str(cast["class_teacher"]), cast.child.key)


def test_an_answer_given_after_midnight_stands_on_its_own_day(teacher, cast, answered):
    Reaction.objects.update(reacted_at=builders.AT.replace(day=17, hour=0, minute=30))

    page = teacher.get(reverse("absences:case", args=[cast.child.pk]))

    assert "17.11.2026</span>" in page.text


def test_the_page_asks_as_often_for_a_year_as_for_a_day(teacher, cast, answered, assert_flat):
    url = reverse("absences:case", args=[cast.child.pk])

    def grow():
        builders.absent(cast.child, 60, day=dt.date(2026, 10, 1), kind=NationalClass.LEAVE)

    assert_flat(lambda: teacher.get(url), grow=grow)


def test_an_empty_year_has_its_own_words(teacher, cast):
    page = teacher.get(reverse("absences:case", args=[cast.child.pk]))

    assert "Ei poissaoloja eikä myöhästymisiä tänä lukuvuonna." in page.text
    assert '<svg class="bars"' not in page.text
    assert "Unilukkari ei ole herättänyt kertaakaan." in page.text


def test_an_answer_begins_the_use_of_a_measure_and_a_no_ends_it(cast, alert, answered):
    use = MeasureUse.objects.get()
    say_whether_it_helped(reaction=answered, helped="no", by=cast["class_teacher"], at=builders.AT)

    assert (use.measure.name, use.group, use.ends) == ("Lyhyt tauko", cast.group, None)
    assert MeasureUse.objects.get().ends == builders.ON


def test_a_withdrawn_alert_ends_what_was_tried_for_it(cast, alert, answered):
    withdraw(
        alert=alert, mistake="wrong_note", by=cast["principal"], at=builders.AT, on=builders.ON
    )

    assert MeasureUse.objects.get().ends == builders.ON


def test_the_teacher_picks_measures_on_the_alerts_own_page(teacher, cast, alert):
    measure = builders.measure()
    url = reverse("absences:alert", args=[alert.pk])

    form = teacher.get(url)
    teacher.post(url, {"kind": "talk", "with_whom": "pupil", "measures": [measure.pk]})
    strange = teacher.post(url, {"kind": "talk", "with_whom": "pupil", "measures": ["x"]})

    assert "Lyhyt tauko" in form.text
    assert MeasureUse.objects.get().cause == f"reaction:{Reaction.objects.get().pk}"
    assert strange.status_code == 422
    assert Alert.objects.get().state == "answered"


def test_what_counts_is_as_the_model_in_force_says_of_all_its_ladders(teacher, cast):
    """A ladder that counts a leave beside Kemi's own: on the case page a leave counts, too."""
    builders.absent(cast.child, 4, kind=NationalClass.LEAVE, day=dt.date(2026, 11, 16))
    url = reverse("absences:case", args=[cast.child.pk])
    week = reverse("absences:class_week")
    ensure_model(on=builders.ON)
    before, week_before = teacher.get(url).text, teacher.get(week).text
    draft = models.draft_model(on=builders.ON, by=cast["director"], at=builders.AT)
    models.switch_ladder(model=draft, preset=PRESETS["siuntio"], is_on=True)
    models.activate_model(model=draft, by=cast["director"], on=builders.ON, at=builders.AT)

    assert "Laskettavia poissaoloja tänä lukuvuonna 0 h." in before
    assert "Laskettavia poissaoloja tänä lukuvuonna 4 h." in teacher.get(url).text
    assert "Elsa K." not in week_before
    assert "Elsa K." in teacher.get(week).text


def test_of_a_pupil_with_much_behind_the_shades_tell_where_it_is_most():
    monday = dt.date(2026, 8, 17)
    days = [monday + dt.timedelta(weeks=n) for n in range(9)]

    drawn = picture(
        *((day, 1, "health", 45, False) for day in days),
        *((day + dt.timedelta(1), 1, "health", 45, False) for day in days[:5]),
        *((day + dt.timedelta(2), 1, "health", 45, False) for day in days[:2]),
    )

    assert [shade for _count, shade in drawn.heat[0].cells] == [3, 2, 1, 0, 0]


def test_of_lessons_missed_alike_the_weekday_is_named():
    mondays = [dt.date(2026, 9, 7) + dt.timedelta(weeks=n) for n in range(4)]
    alike = picture(*((day, lesson, "health", 45, False) for day in mondays for lesson in (1, 2)))
    nothing = picture(*((mondays[0] + dt.timedelta(n), 1, "health", 45, False) for n in range(5)))

    assert alike.peak == (0, None, 8)
    assert nothing.peak is None


def test_a_month_without_lateness_is_told_between_those_with_some():
    drawn = picture(
        (dt.date(2026, 9, 7), 1, "late", 10, False), (dt.date(2026, 11, 9), 1, "late", 10, False)
    )

    assert [count for _month, count in drawn.latenesses] == [1, 0, 1]
