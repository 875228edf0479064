"""The model of a school year: drafted, shaped, put in force. What was in force never changes."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from absences.errors import ModelRefusedError
from absences.models import InterventionModel, InterventionStep
from absences.models.ladder import ModelQuerySet
from absences.presets import KEMI, LadderPreset, StepPreset
from absences.step_faults import faulty
from accounts import services as accounts
from accounts.models import User
from schools import services as schools
from schools.models import SchoolYear, this_year

State = InterventionModel.State
NO_DRAFT = gettext_lazy("Tämä ei enää ole luonnos: käytössä ollutta mallia ei muuteta.")
# Everything that one version hands on to the next.
HANDED_ON = (
    "ladder", "slug", "name", "order", "summary", "trigger", "threshold", "window", "weeks",
    "counted", "grade_from", "grade_to", "stages", "recipients", "asks", "days_to_react",
    "escalates_to", "again_after_weeks",
)  # fmt: skip


def ensure_model(*, on: dt.date, preset: LadderPreset = KEMI) -> InterventionModel:
    """The active model of the school year of a day; Kemi's own when the city has chosen none.

    A new school year begins with the rules of the last one, as its version 1.
    """
    return _whole().active().filter(this_year(on)).first() or _begin_year(on, preset)


def _whole() -> ModelQuerySet:
    return InterventionModel.objects.select_related("school_year").prefetch_related("steps")


@transaction.atomic
def _begin_year(on: dt.date, preset: LadderPreset) -> InterventionModel:
    year, models = schools.ensure_school_year(on=on), _whole()
    # Two beats on the year's first morning: the second waits here, and finds the first one's.
    SchoolYear.objects.select_for_update().get(pk=year.pk)
    if found := models.active().filter(school_year=year).first():
        return found
    last = models.active().filter(school_year__begins__lt=year.begins).first()
    if last:
        made = _copy(last, year=year, state=State.ACTIVE)
    else:
        made = InterventionModel.objects.create(
            slug=preset.slug, name=preset.name, school_year=year, counting=preset.counting,
            version=_next_version(year), state=State.ACTIVE,
        )  # fmt: skip
        _add(made, preset.steps)
    return models.get(pk=made.pk)


def _next_version(year: SchoolYear) -> int:
    newest = InterventionModel.objects.filter(school_year=year).aggregate(at=Max("version"))["at"]
    return (newest or 0) + 1


def _add(model: InterventionModel, steps: tuple[StepPreset, ...]) -> None:
    taken = set(model.steps.values_list("slug", flat=True))
    first = (model.steps.aggregate(at=Max("order"))["at"] or 0) + 1
    InterventionStep.objects.bulk_create(
        InterventionStep(
            model=model, ladder=one.ladder, slug=one.slug, name=one.name, order=order,
            summary=one.summary, trigger=one.trigger, threshold=one.threshold,
            counted=one.counted, recipients=list(one.recipients), **one.more,
        )
        for order, one in enumerate(steps, start=first)
        if one.slug not in taken
    )  # fmt: skip


def _copy(old: InterventionModel, *, year: SchoolYear, state: State) -> InterventionModel:
    made = InterventionModel.objects.create(
        slug=old.slug, name=old.name, school_year=year, version=_next_version(year), state=state,
        counting=old.counting, based_on=old,
    )  # fmt: skip
    InterventionStep.objects.bulk_create(
        InterventionStep(model=made, **{name: getattr(step, name) for name in HANDED_ON})
        for step in old.steps.all()
    )
    return made


@transaction.atomic
def draft_model(*, on: dt.date, by: User, at: dt.datetime) -> InterventionModel:
    """A draft of the next version; the one that is being shaped already, if there is one."""
    active = ensure_model(on=on)
    # Two who press at once: the second waits here and goes on with the first one's draft.
    SchoolYear.objects.select_for_update().get(pk=active.school_year_id)
    drafts = InterventionModel.objects.filter(school_year=active.school_year, state=State.DRAFT)
    if found := drafts.select_related("school_year").first():
        return found
    made = _copy(active, year=active.school_year, state=State.DRAFT)
    _record(by, "draft", made, at)
    return made


@transaction.atomic
def draft_of_old(
    *, old: InterventionModel, on: dt.date, by: User, at: dt.datetime
) -> InterventionModel:
    """A draft with the rules of a version that has been in force: the way back to them.

    Or of one that was still being shaped when its year ended. The old version itself stays as it
    was; what is put in force is its copy, under a new number.
    Raises ModelRefusedError when another draft is being shaped: it is not written over.
    """
    if old.can_be_shaped(on=on):
        raise ModelRefusedError(_("Luonnos ei ole vielä ollut käytössä."))
    year = ensure_model(on=on).school_year
    # Two who press at once: the second waits here and sees the first one's draft.
    SchoolYear.objects.select_for_update().get(pk=year.pk)
    if InterventionModel.objects.filter(school_year=year, state=State.DRAFT).exists():
        raise ModelRefusedError(
            _("Toinen luonnos on jo kesken. Ota se käyttöön tai hylkää se ensin.")
        )
    made = _copy(old, year=year, state=State.DRAFT)
    _record(by, "draft", made, at)
    return made


@transaction.atomic
def change_model(*, model: InterventionModel, name: str, counting: str) -> None:
    _refuse_unless_draft(model)
    model.name, model.counting = name, counting
    model.save(update_fields=["name", "counting"])


@transaction.atomic
def switch_ladder(*, model: InterventionModel, preset: LadderPreset, is_on: bool) -> None:
    """Add a published ladder's steps to a draft, or take them away."""
    _refuse_unless_draft(model)
    if is_on:
        _add(model, preset.steps)
    else:
        model.steps.filter(slug__in=[one.slug for one in preset.steps]).delete()


@transaction.atomic
def save_step(*, model: InterventionModel, step: InterventionStep, **fields: Any) -> None:
    """Change or add one step of a draft."""
    _refuse_unless_draft(model)
    for name, value in fields.items():
        setattr(step, name, value)
    step.model = model
    if not step.order:
        step.order = (model.steps.aggregate(at=Max("order"))["at"] or 0) + 1
    step.save()


@transaction.atomic
def remove_step(*, model: InterventionModel, step: InterventionStep) -> None:
    _refuse_unless_draft(model)
    step.delete()


@transaction.atomic
def activate_model(*, model: InterventionModel, by: User, on: dt.date, at: dt.datetime) -> None:
    """Put a draft in force; what was in force until now is kept as it was, for ever.

    Raises ModelRefusedError when it would wake nobody, in whole or in one of its steps, and when
    its year has ended: by which rules a year ran does not change afterwards.
    """
    _refuse_unless_draft(model)
    if not model.can_be_shaped(on=on):
        words = _("Lukuvuosi %(year)s on päättynyt. Tee luonnoksen säännöistä uusi luonnos.")
        raise ModelRefusedError(words % {"year": model.school_year})
    if not model.steps.exclude(trigger=InterventionStep.Trigger.ALWAYS).exists():
        raise ModelRefusedError(_("Mallissa ei ole yhtään porrasta, joka herättäisi."))
    if faulty(model.steps.all()):
        words = _("Mallia ei otettu käyttöön. Korjaa ensin portaat, jotka on lueteltu alla.")
        raise ModelRefusedError(words)
    same_year = InterventionModel.objects.filter(school_year=model.school_year)
    same_year.active().update(state=State.RETIRED)
    model.state, model.activated_at, model.activated_by = State.ACTIVE, at, by
    model.save(update_fields=["state", "activated_at", "activated_by"])
    _record(by, "activate", model, at)


@transaction.atomic
def discard_draft(*, model: InterventionModel, by: User, at: dt.datetime) -> None:
    _refuse_unless_draft(model)
    _record(by, "discard", model, at)
    model.delete()


def _refuse_unless_draft(model: InterventionModel) -> None:
    """Asked of the row itself: another tab may have put it in force, or thrown it away."""
    rows = InterventionModel.objects.select_for_update().filter(pk=model.pk, state=State.DRAFT)
    if rows.first() is None:
        raise ModelRefusedError(NO_DRAFT)


def _record(by: User, action: str, model: InterventionModel, at: dt.datetime) -> None:
    accounts.record(actor=by, action=action, subject_type="model", subject_key=str(model.pk), at=at)
