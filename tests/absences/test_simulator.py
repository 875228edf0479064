"""A model tried on the past tells what really walking it would have told."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from absences import services, simulator
from absences.models import Alert, InterventionModel
from absences.presets import PRESETS
from absences.services import models
from absences.simulator import Scope, try_model
from schools.models import Enrolment, School, TeachingGroup
from schools.selectors import calendar_for
from tests import builders
from tests.absences.test_incremental import KINDS
from tests.builders import AT, ON, absent

FIRST = dt.date(2026, 10, 5)
LAST = dt.date(2026, 11, 6)
notes = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 32), st.integers(1, 6), st.sampled_from(KINDS),
        st.booleans(),
    ),
    max_size=60,
)  # fmt: skip


@pytest.fixture
def draft(cast) -> InterventionModel:
    model = models.draft_model(on=ON, by=cast["director"], at=AT)
    School.objects.update(stage="unified")
    for slug in ("oulu", "siuntio", "paluu", "palannut", "aamut"):
        models.switch_ladder(model=model, preset=PRESETS[slug], is_on=True)
    for step in model.steps.exclude(threshold=0):
        step.threshold = max(2, step.threshold // 5)
        step.stages = [[], ["lower_secondary"], ["primary"]][step.order % 3]
        step.save()
    return model


def write(cast, pupils, rows) -> None:
    known = builders.batch(cast.school, cast.neighbour, first=builders.YEAR)
    seen = set()
    for who, offset, lesson, kind, is_open in rows:
        day = FIRST + dt.timedelta(days=offset)
        if (who, day, lesson) in seen:
            continue
        seen.add((who, day, lesson))
        pupils[who].lesson_notes.create(
            key=f"{who}|{day}|{lesson}", note_type=builders.note_type(kind), national_class=kind,
            date=day, lesson=lesson, minutes=45, batch=known, course="MA",
            unresolved=is_open and kind != "late",
        )  # fmt: skip


def really_walk(cast) -> set[tuple]:
    day = FIRST
    calendar = calendar_for(day)
    while day <= LAST:
        if calendar.is_school_day(day):
            services.walk_round(on=day, cause="by_hand", at=AT)
            Alert.objects.update(state="answered")
        day += dt.timedelta(days=1)
    fields = ("pupil_id", "school_id", "step_slug", "window", "raised_on")
    return set(Alert.objects.values_list(*fields))


@hypothesis_settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=notes, since=st.integers(0, 32))
# A run that grew after it was told, and whose told days the window has since left behind.
@example(rows=[(1, offset, 6, "health", False) for offset in (2, 3, 4, 12)], since=0)
# Of the other school, before the day from which on is counted and after it.
@example(rows=[(3, offset, 6, "health", False) for offset in (0, 2, 3, 4, 12, 14, 15)], since=9)
def test_the_trial_says_exactly_what_walking_the_model_says(cast, draft, rows, since):
    with transaction.atomic():
        small = builders.group(cast.school, "3A", 3)
        elsewhere = cast.neighbour
        away = builders.group(elsewhere, "8X", 8)
        pupils = [
            cast.child, builders.pupil(cast.group, "x"), builders.pupil(small, "y"),
            builders.pupil(away, "z"),
        ]  # fmt: skip
        write(cast, pupils, rows)
        whole = Scope(first=FIRST, last=LAST, calendar=calendar_for(FIRST))
        trial = simulator.try_model(draft, whole)
        since = FIRST + dt.timedelta(days=since)
        part = simulator.try_model(draft, replace(whole, school_id=elsewhere.pk, since=since))
        nothing = Alert.objects.count()
        models.activate_model(model=draft, by=cast["director"], on=ON, at=AT)
        walked = really_walk(cast)
        transaction.set_rollback(True)
    draft.state = "draft"

    assert nothing == 0
    assert told_in(trial.raised) == walked
    assert told_in(part.counted) == {
        one for one in walked if one[1] == elsewhere.pk and one[-1] >= since
    }


def told_in(raised) -> set[tuple]:
    return {(one.pupil_id, one.school_id, one.slug, one.window, one.on) for one in raised}


def test_a_lower_limit_wakes_more_pupils_and_earlier(cast):
    draft = models.draft_model(on=ON, by=cast["director"], at=AT)
    models.save_step(model=draft, step=draft.steps.get(slug="huoli-kasvaa"), threshold=10)
    absent(cast.child, 30, day=dt.date(2026, 9, 7))
    absent(builders.pupil(cast.group, "x"), 12, day=dt.date(2026, 9, 7))

    told = simulator.compare(
        services.ensure_model(on=ON), draft,
        Scope(first=dt.date(2026, 8, 11), last=ON, calendar=calendar_for(ON)),
    )  # fmt: skip

    assert (len(told.now.pupils), len(told.then.pupils), told.more, told.fewer) == (1, 2, 1, 0)
    # 25 lessons fill on the fifth day, 10 on the second; the weekend does not shift that.
    assert told.days_earlier == 3
    assert told.then.by_step() == {"huoli-kasvaa": 2}
    assert Alert.objects.count() == 0


def test_whom_both_notice_before_the_count_begins_is_neither_new_nor_lost(cast):
    """Of one pupil the draft would have told before the day from which on is counted."""
    draft = models.draft_model(on=ON, by=cast["director"], at=AT)
    models.save_step(model=draft, step=draft.steps.get(slug="huoli-kasvaa"), threshold=20)
    absent(cast.child, 30, day=dt.date(2026, 9, 7))

    told = simulator.compare(
        services.ensure_model(on=ON), draft,
        Scope(
            first=dt.date(2026, 8, 11), last=ON, calendar=calendar_for(ON),
            since=dt.date(2026, 9, 11),
        ),
    )  # fmt: skip

    assert (len(told.now.pupils), len(told.then.pupils), told.more, told.fewer) == (1, 0, 0, 0)
    assert told.days_earlier == 1
    assert told.scope.weeks[0] == dt.date(2026, 9, 7)


def test_who_comes_to_a_grade_that_a_step_is_for_is_found_by_the_trial_as_by_a_round(cast):
    model = services.ensure_model(on=ON)
    model.steps.exclude(slug="huoli-kasvaa").delete()
    model.steps.update(grade_from=8)
    absent(cast.child, 26)
    moves = dt.date(2026, 11, 2)
    cast.child.enrolments.update(ends=moves - dt.timedelta(days=1))
    Enrolment.objects.create(
        pupil=cast.child, group=TeachingGroup.objects.get(name="8A"), begins=moves
    )

    trial = try_model(model, Scope(dt.date(2026, 8, 11), ON, calendar_for(ON)))

    assert [one.on for one in trial.raised] == [moves]
