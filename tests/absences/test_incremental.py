"""Looking only at those of whom something is new finds exactly what looking at everybody finds."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from absences import bulk, services
from absences.models import Alert, PupilToCheck, RobotRound
from absences.presets import PRESETS
from absences.services import models
from schools.models import Enrolment, Holiday, TeachingGroup
from tests import builders
from tests.builders import AT, ON

FIRST = dt.date(2026, 9, 7)
KINDS = ("health", "unauthorised", "unresolved", "late", "leave")
notes = st.lists(
    st.tuples(
        st.integers(0, 2),  # pupil
        st.integers(-12, 6),  # the day of the note, from the day of the import
        st.integers(1, 5),  # lesson
        st.sampled_from(KINDS),
    ),
    max_size=30,
)
# What is edited beside the notes, of a day that may be long past: days back, and whom it touches.
edits = st.one_of(
    st.none(),
    st.tuples(st.just("holiday"), st.integers(0, 20), st.just(0)),
    st.tuples(st.just("back to school"), st.just(0), st.just(0)),
    st.tuples(st.just("move"), st.integers(0, 20), st.integers(0, 2)),
    st.tuples(st.just("grade"), st.integers(1, 9), st.just(0)),
)
mornings = st.lists(
    st.tuples(st.integers(1, 4), notes, st.booleans(), st.booleans(), edits),
    min_size=2,
    max_size=6,
)


@pytest.fixture
def city(cast):
    """Every published ladder at once, so that all triggers are there."""
    model = models.draft_model(on=ON, by=cast["director"], at=AT)
    for slug in ("oulu", "siuntio", "paluu", "palannut", "aamut", "vaasa"):
        models.switch_ladder(model=model, preset=PRESETS[slug], is_on=True)
    for step in model.steps.exclude(threshold=0):
        # Lower limits, so that a short history reaches them.
        step.threshold = max(2, step.threshold // 5)
        step.grade_from = 5 if step.order % 2 else None
        step.save()
    models.activate_model(model=model, by=cast["director"], on=ON, at=AT)
    builders.batch(cast.school, cast.neighbour)
    pupils = [cast.child, *(builders.pupil(cast.group, key) for key in ("x", "y"))]
    return cast, [one.pk for one in pupils]


def bring(cast, pupils, rows, day: dt.date) -> None:
    kinds = {kind: builders.note_type(kind).pk for kind in KINDS}
    staged = []
    for line, (who, offset, lesson, kind) in enumerate(rows):
        date = day + dt.timedelta(days=offset)
        key = f"{who}|{date}|{lesson}"
        is_open = kind == "unresolved"
        staged.append(
            (line, key, pupils[who], kinds[kind], kind, date, lesson, "", 45, is_open, None, "MA")
        )
    with bulk.staging():
        list(bulk.stage(staged))
        bulk.drop_repeats()
        if extent := bulk.staged_extent():
            bulk.mark_changed(first=extent.first, until=day)
            bulk.merge(builders.batch(cast.school).pk)


def edit(pupils, what, day: dt.date) -> None:
    if what is None:
        return
    kind, number, who = what
    other = TeachingGroup.objects.get(name="3B")
    past = day - dt.timedelta(days=number)
    if kind == "holiday":
        Holiday.objects.get_or_create(
            school_year=builders.year(), name="vapaa", begins=past, defaults={"ends": past}
        )
    elif kind == "back to school":
        Holiday.objects.all().delete()
    elif kind == "move":
        Enrolment.objects.filter(pupil_id=pupils[who], ends=None).update(ends=past)
        Enrolment.objects.get_or_create(pupil_id=pupils[who], group=other, begins=past)
    else:
        TeachingGroup.objects.filter(pk=other.pk).update(grade=number)


def live_through(city, history, *, is_full: bool) -> set[tuple]:
    cast, pupils = city
    builders.batch(cast.school, first=dt.date(2026, 8, 1))
    day = FIRST
    for days_later, rows, answers, withdraws, what in history:
        day += dt.timedelta(days=days_later)
        at = AT.replace(month=day.month, day=day.day)
        edit(pupils, what, day)
        bring(cast, pupils, rows, day)
        services.walk_round(on=day, cause="by_hand", at=at, is_full=is_full)
        if answers:
            for alert in Alert.objects.open():
                services.react(
                    alert=alert, by=cast["class_teacher"], kind="call", with_whom="pupil",
                    next_check=None, at=at,
                )  # fmt: skip
        if withdraws:
            alert = Alert.objects.exclude(state="withdrawn").order_by("pk").first()
            if alert:
                services.withdraw(alert=alert, mistake="other", by=None, at=at, on=day)
    fields = ("pupil_id", "step_slug", "window", "raised_on", "value", "state")
    return set(Alert.objects.values_list(*fields))


@hypothesis_settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=mornings)
def test_rounds_that_look_at_what_is_new_agree_with_rounds_that_look_at_all(city, history):
    found = []
    for is_full in (True, False):
        with transaction.atomic():
            found.append(live_through(city, history, is_full=is_full))
            transaction.set_rollback(True)

    assert found[0] == found[1]


def test_a_quiet_morning_looks_at_nobody(city):
    cast, pupils = city
    bring(cast, pupils, [(0, 0, 1, "health")], ON)
    first = services.walk_round(on=ON, cause="by_hand", at=AT, is_full=False).round
    second = services.walk_round(on=ON, cause="by_hand", at=AT, is_full=False).round

    assert first.pupils_checked > 1
    assert second.pupils_checked == 0
    assert not PupilToCheck.objects.exists()


def test_a_note_of_a_day_to_come_wakes_on_that_day(city):
    cast, pupils = city
    bring(cast, pupils, [(0, n, 1, "health") for n in range(4, 14)], ON)
    early = services.walk_round(on=ON, cause="by_hand", at=AT, is_full=False).alerts
    later = ON + dt.timedelta(days=14)
    builders.batch(cast.school, cast.neighbour, received=AT + (later - ON))
    late = services.walk_round(
        on=later, cause="by_hand", at=AT + (later - ON), is_full=False
    ).alerts

    assert early == []
    assert late


def test_another_model_looks_at_everybody_again(city):
    cast, pupils = city
    bring(cast, pupils, [(0, 0, 1, "health")], ON)
    services.walk_round(on=ON, cause="by_hand", at=AT)
    draft = models.draft_model(on=ON, by=cast["director"], at=AT)
    models.activate_model(model=draft, by=cast["director"], on=ON, at=AT)

    walk = services.walk_round(on=ON, cause="by_hand", at=AT, is_full=False).round

    assert walk.pupils_checked >= RobotRound.objects.earliest().pupils_checked


def test_a_step_that_is_told_again_needs_no_new_note(city):
    cast, pupils = city
    draft = models.draft_model(on=ON, by=cast["director"], at=AT)
    draft.steps.update(again_after_weeks=2)
    models.activate_model(model=draft, by=cast["director"], on=ON, at=AT)
    bring(
        cast,
        pupils,
        [(0, n, lesson, "unauthorised") for n in range(-4, 1) for lesson in (1, 2)],
        ON,
    )
    first = services.walk_round(on=ON, cause="by_hand", at=AT, is_full=False).alerts
    Alert.objects.update(state="answered")
    later = ON + dt.timedelta(weeks=2)
    builders.batch(cast.school, cast.neighbour, received=AT + (later - ON))

    again = services.walk_round(
        on=later, cause="by_hand", at=AT + (later - ON), is_full=False
    ).alerts

    assert {one["step"] for one in first} & {one["step"] for one in again}


@pytest.mark.parametrize(
    ("what", "looked_at"),
    [(("holiday", 40, 0), 5), (("grade", 9, 0), 5), (("move", 20, 1), 1), (None, 0)],
)
def test_an_edit_of_a_day_long_past_looks_at_all_whom_it_touches(city, what, looked_at):
    cast, pupils = city
    bring(cast, pupils, [(0, 0, 1, "health")], ON)
    services.walk_round(on=ON, cause="by_hand", at=AT, is_full=True)
    edit(pupils, what, ON)

    walk = services.walk_round(on=ON, cause="by_hand", at=AT, is_full=False).round

    assert walk.pupils_checked == looked_at


def test_what_was_seen_with_another_calendar_between_is_looked_at_again(city):
    """The edit and its undoing: the stamp is the first one's, what was seen since is not."""
    cast, pupils = city
    bring(cast, pupils, [(0, 0, 1, "health")], ON)
    services.walk_round(on=ON, cause="by_hand", at=AT, is_full=True)
    holiday = Holiday.objects.create(
        school_year=builders.year(), name="vapaa", begins=FIRST, ends=FIRST
    )
    services.walk_round(on=ON, cause="by_hand", at=AT, is_full=False)
    holiday.delete()

    walk = services.walk_round(on=ON, cause="by_hand", at=AT, is_full=False).round

    assert walk.pupils_checked == 5


def test_a_roster_taken_back_looks_at_everybody(city):
    """Its moves are gone: no row is left that says who has moved."""
    cast, pupils = city
    edit(pupils, ("move", 20, 1), ON)
    bring(cast, pupils, [(0, 0, 1, "health")], ON)
    services.walk_round(on=ON, cause="by_hand", at=AT, is_full=True)
    Enrolment.objects.latest("pk").delete()

    walk = services.walk_round(on=ON, cause="by_hand", at=AT, is_full=False).round

    assert walk.pupils_checked == 5
