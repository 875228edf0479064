"""Every trigger of the model: what wakes, in which window, for whom, and how often."""

import datetime as dt

import pytest

from absences import services
from absences.classes import NationalClass
from absences.explain import explain
from absences.models import Alert, InterventionModel, LessonNote, NoteBatch
from absences.presets import PRESETS
from absences.services import models
from schools.models import School
from tests import builders
from tests.builders import AT, ON

MONDAY = dt.date(2026, 11, 16)


def note(pupil, day, lesson=1, kind=NationalClass.HEALTH, minutes=45, **fields) -> LessonNote:
    known = LessonNote.objects.count()
    return LessonNote.objects.create(
        key=f"n{known}", pupil=pupil, note_type=builders.note_type(kind), national_class=kind,
        date=day, lesson=lesson, minutes=minutes, batch=builders.batch(pupil.school), **fields,
    )  # fmt: skip


def walk(on=ON) -> list[tuple[str, float]]:
    at = max(AT, dt.datetime.combine(on, AT.timetz()))
    builders.batch(*School.objects.all(), received=at)
    report = services.walk_round(on=on, cause="by_hand", at=at)
    return [(one["pupil"], one["value"]) for one in report.alerts]


def back(days: int) -> dt.date:
    return ON - dt.timedelta(days=days)


def test_days_in_a_row_run_over_a_weekend_and_a_holiday_but_not_over_a_school_day(cast, ladder):
    ladder("days_in_row", 3)
    for day in (dt.date(2026, 10, 8), dt.date(2026, 10, 9), dt.date(2026, 10, 19)):
        note(cast.child, day)  # the autumn break lies between
    broken = builders.pupil(cast.group, "40009")
    for day in (MONDAY, MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=3)):
        note(broken, day)

    assert walk() == [("40001", 3.0)]


def test_a_run_is_told_of_once_however_it_grows_at_either_end(cast, ladder):
    ladder("days_in_row", 3)
    for n in range(3):
        note(cast.child, MONDAY + dt.timedelta(days=n))
    first = walk(on=MONDAY + dt.timedelta(days=2))
    note(cast.child, MONDAY + dt.timedelta(days=3))
    note(cast.child, MONDAY - dt.timedelta(days=3))

    assert len(first) == 1
    assert walk() == []


def test_lessons_of_a_run_are_counted_together(cast, ladder):
    ladder("lessons_in_row", 6)
    for day in (MONDAY, MONDAY + dt.timedelta(days=1)):
        for lesson in (1, 2, 3):
            note(cast.child, day, lesson)

    assert walk() == [("40001", 6.0)]


def test_latenesses_are_counted_by_notes_not_by_minutes(cast, ladder):
    ladder("latenesses", 3, counted=[NationalClass.LATE])
    for n in range(3):
        note(cast.child, back(n), kind=NationalClass.LATE, minutes=5)

    assert walk() == [("40001", 3.0)]


def test_the_same_weekday_the_same_subject_and_the_first_lesson(cast, ladder):
    pupils = [builders.pupil(cast.group, key) for key in ("w", "s", "f")]
    for weeks in range(4):
        note(pupils[0], MONDAY - dt.timedelta(weeks=weeks), lesson=2)
        note(pupils[1], back(weeks), lesson=2, course="MA")
        note(pupils[2], back(weeks), lesson=1, course=f"k{weeks}")
    found = {}
    for trigger in ("same_weekday", "same_subject", "first_lesson"):
        Alert.objects.all().delete()
        ladder(trigger, 4)
        found[trigger] = [pupil for pupil, _value in walk()]

    assert found == {"same_weekday": ["w"], "same_subject": ["s"], "first_lesson": ["f"]}


def test_a_share_is_of_the_lessons_held_so_far_by_grade(cast, ladder):
    ladder("percent", 10, window="weeks", weeks=2)
    first_grader = builders.pupil(builders.group(cast.school, "1A", 1), "e")
    # Ten school days: 60 lessons in grade 7, 40 in grade 1.
    for pupil in (cast.child, first_grader):
        for n in range(5):
            note(pupil, MONDAY + dt.timedelta(days=n % 4), lesson=n)
        note(pupil, ON, lesson=1)  # of today's none has been held when he walks

    assert walk() == [("e", 12.5)]


def test_a_term_begins_anew(cast, ladder):
    ladder("hours", 2, window="term")
    note(cast.child, dt.date(2026, 12, 18), minutes=90)
    autumn = walk(on=dt.date(2026, 12, 20))
    january = dt.date(2027, 1, 18)
    note(cast.child, january)
    one = walk(on=january)
    note(cast.child, january, lesson=2)

    assert (len(autumn), one, walk(on=january)) == (1, [], [("40001", 2.0)])


def test_what_falls_out_of_the_last_weeks_no_longer_counts(cast, ladder):
    ladder("hours", 4, window="weeks", weeks=2)
    note(cast.child, back(14), minutes=90)
    note(cast.child, back(1), minutes=90)

    assert walk() == []
    assert walk(on=back(1)) == [("40001", 4.0)]


def test_a_step_is_for_its_grades_only(cast, ladder):
    ladder("hours", 2, grade_from=1, grade_to=6)
    small = builders.pupil(builders.group(cast.school, "3A", 3), "e")
    for pupil in (cast.child, small):
        note(pupil, back(1), minutes=90)

    assert [pupil for pupil, _value in walk()] == ["e"]


def away_last_week(pupil, days=5):
    """From Monday the 9th on; ON is Friday of the week after."""
    for n in range(days):
        note(pupil, MONDAY - dt.timedelta(days=7 - n))


def test_who_was_away_for_five_days_and_is_back_is_somebody_to_meet_at_the_door(cast, ladder):
    step = ladder("returned", 5, window="weeks", weeks=5, asks="return")
    away_last_week(cast.child)
    away_last_week(builders.pupil(cast.group, "e"), days=4)
    before = walk(on=MONDAY)
    back = walk(on=MONDAY + dt.timedelta(days=1))
    alert = Alert.objects.get()
    services.react(
        alert=alert, by=cast["class_teacher"], kind="nothing_needed", with_whom="nobody",
        next_check=None, at=AT,
    )  # fmt: skip

    assert (before, back) == ([], [("40001", 5.0)])
    assert explain(alert.evidence).reason == (
        "Palannut kouluun. Poissaoloja oli 5 koulupäivänä peräkkäin, 9.11.–13.11.2026."
    )
    assert Alert.objects.get().state == "answered"
    assert (walk(), step.slug) == ([], alert.step_slug)


def test_who_is_still_away_has_not_returned(cast, ladder):
    ladder("returned", 5, window="weeks", weeks=5)
    away_last_week(cast.child)
    for day in range(4):
        note(cast.child, MONDAY + dt.timedelta(days=day))

    assert walk() == []


def test_a_source_that_tells_of_no_later_day_is_not_a_child_at_the_door(cast, ladder):
    ladder("returned", 5, window="weeks", weeks=5)
    away_last_week(cast.child)
    NoteBatch.objects.update(last_date=MONDAY - dt.timedelta(days=3))

    report = services.walk_round(on=ON, cause="by_hand", at=AT)

    assert report.alerts == []


def test_a_return_of_weeks_ago_needs_nobody_at_the_door(cast, ladder):
    ladder("returned", 5, window="year")
    for n in range(5):
        note(cast.child, dt.date(2026, 9, 7) + dt.timedelta(days=n))

    assert walk() == []


def test_a_quiet_return_is_seen_by_a_round_that_looks_at_what_is_new(cast, ladder):
    """No note tells of it: the child is simply there."""
    ladder("returned", 5, window="weeks", weeks=5)
    away_last_week(cast.child)
    for n in (0, 1):
        on = MONDAY + n * dt.timedelta(days=1)
        report = services.walk_round(on=on, cause="by_hand", at=AT, is_full=False)

    assert [one["pupil"] for one in report.alerts] == ["40001"]


@pytest.mark.parametrize("trigger", ["hours", "unresolved_days", "days_in_row", "lessons"])
def test_a_step_is_for_its_stages_only_also_in_a_unified_school(cast, ladder, trigger):
    School.objects.update(stage="unified")
    ladder(trigger, 1, stages=["primary"])
    small = builders.pupil(builders.group(cast.school, "3A", 3), "e")
    for pupil in (cast.child, small):
        note(pupil, back(1), minutes=90, unresolved=True)

    assert [pupil for pupil, _value in walk()] == ["e"]


def test_the_explanation_says_for_whom_the_step_is(cast, ladder):
    School.objects.update(stage="unified")
    ladder("hours", 1, stages=["lower_secondary"], grade_from=7, grade_to=7)
    note(cast.child, back(1), minutes=90)
    walk()

    assert "Porras koskee: yläkoulu, luokat 7–7." in explain(Alert.objects.get().evidence).limit


@pytest.mark.parametrize(("counting", "told"), [("m45", 2.0), ("m60", 1.5), ("notes", 1.0)])
def test_what_an_hour_is_can_be_chosen(cast, ladder, counting, told):
    ladder("hours", 1)
    InterventionModel.objects.update(counting=counting)
    note(cast.child, back(1), minutes=90)

    assert walk() == [("40001", told)]


def test_a_step_is_told_again_only_when_it_says_so_and_after_an_answer(cast, ladder):
    step = ladder("hours", 2, again_after_weeks=2)
    note(cast.child, back(20), minutes=90)
    first = walk(on=back(20))
    unanswered = walk()
    Alert.objects.update(state="answered")
    again = walk()
    step.again_after_weeks = None
    step.save()
    Alert.objects.update(state="answered")

    assert [len(first), len(unanswered), len(again)] == [1, 0, 1]
    assert walk(on=ON + dt.timedelta(weeks=10)) == []


def test_ladders_are_climbed_side_by_side(cast):
    model = models.draft_model(on=ON, by=cast["director"], at=AT)
    for slug in ("oulu", "paluu"):
        models.switch_ladder(model=model, preset=PRESETS[slug], is_on=True)
    models.activate_model(model=model, by=cast["director"], on=ON, at=AT)
    for n in range(5):
        for lesson in range(1, 6):
            note(cast.child, MONDAY + dt.timedelta(days=n), lesson, NationalClass.UNAUTHORISED)

    walk()

    slugs = set(Alert.objects.values_list("step_slug", flat=True))
    assert slugs == {"huoli-kasvaa", "luvattomat-15", "paluu-5"}


@pytest.mark.parametrize("slug", PRESETS)
def test_every_published_ladder_can_be_switched_on_and_off_again(cast, slug):
    model = models.draft_model(on=ON, by=cast["director"], at=AT)
    before = list(model.steps.values_list("slug", flat=True))
    preset = PRESETS[slug]

    models.switch_ladder(model=model, preset=preset, is_on=True)
    models.switch_ladder(model=model, preset=preset, is_on=True)
    on = list(model.steps.values_list("slug", flat=True))
    models.switch_ladder(model=model, preset=preset, is_on=False)

    assert set(on) >= {step.slug for step in preset.steps}
    assert len(on) == len(set(on))
    kept = [one for one in before if one not in {step.slug for step in preset.steps}]
    assert list(model.steps.values_list("slug", flat=True)) == kept


def test_what_has_been_in_force_is_never_changed_again(cast):
    old = services.ensure_model(on=ON)
    new = models.draft_model(on=ON, by=cast["director"], at=AT)
    step = new.steps.get(slug="huoli-kasvaa")
    models.save_step(model=new, step=step, threshold=20)
    models.activate_model(model=new, by=cast["director"], on=ON, at=AT)
    old.refresh_from_db()

    assert (old.state, new.version) == ("retired", old.version + 1)
    assert old.steps.get(slug="huoli-kasvaa").threshold == 25
    for model in (old, new):
        with pytest.raises(models.ModelRefusedError):
            models.change_model(model=model, name="x", counting="m60")


def test_a_new_school_year_begins_with_last_years_rules(cast):
    draft = models.draft_model(on=ON, by=cast["director"], at=AT)
    models.save_step(model=draft, step=draft.steps.get(slug="huoli-suuri"), threshold=60)
    models.activate_model(model=draft, by=cast["director"], on=ON, at=AT)

    next_year = services.ensure_model(on=dt.date(2027, 9, 1))

    assert next_year.steps.get(slug="huoli-suuri").threshold == 60
    assert (next_year.version, next_year.state) == (1, "active")
