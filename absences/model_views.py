"""The model, shaped by the city: drafted, tried on its own past, put in force."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from absences import selectors, tasks
from absences.errors import ModelRefusedError
from absences.model_forms import ModelForm, StepForm, TrialForm
from absences.models import InterventionModel, InterventionStep
from absences.models.ladder import ModelQuerySet
from absences.presets import PRESETS
from absences.services import models, trials
from absences.step_faults import faulty
from accounts.http import PortalRequest, posted
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.wake import wake
from schools.access import requires
from schools.roles import Capability

State = InterventionModel.State
Shaping = Callable[..., HttpResponse]


def shapes(view: Shaping) -> Shaping:
    """For a press on a draft. What has become of it in another tab is told, and shown."""

    @wraps(view)
    def guarded(request: PortalRequest, model_id: int, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not _models(request).filter(pk=model_id).exists():
            messages.info(request, _("Luonnosta ei enää ole."))
            return redirect("absences_robot:models")
        found = _model(request, model_id)
        why = str(models.NO_DRAFT)
        if found.state == State.DRAFT:
            try:
                return view(request, found, **kwargs)
            except ModelRefusedError as reason:
                why = str(reason)
        messages.warning(request, why)
        return redirect("absences_robot:model", model_id=found.pk)

    return guarded


@require_GET
@requires(Capability.SHAPE_MODEL)
def versions(request: PortalRequest) -> HttpResponse:
    page = selectors.model_page(on=clock.today())
    return render(request, "absences/models.html", {"page": page})


@require_POST
@requires(Capability.SHAPE_MODEL)
def draft(request: PortalRequest) -> HttpResponse:
    made = models.draft_model(on=clock.today(), by=request.user, at=clock.now())
    return redirect("absences_robot:model", model_id=made.pk)


@require_http_methods(["GET", "POST"])
@requires(Capability.SHAPE_MODEL)
def model(request: PortalRequest, model_id: int) -> HttpResponse:
    """One version: a draft with its forms, any other as it was."""
    found = _model(request, model_id)
    is_draft = found.can_be_shaped(on=clock.today())
    is_post = request.method == "POST"
    if is_post and not is_draft:
        raise Http404
    form = ModelForm(request.POST if is_post else None, instance=found) if is_draft else None
    if is_post and form is not None and form.is_valid():
        models.change_model(model=found, **form.cleaned_data)
        messages.success(request, _("Luonnos on tallessa."))
        return redirect("absences_robot:model", model_id=found.pk)
    steps = list(found.steps.all())
    context = {
        "model": found,
        "steps": steps,
        "form": form,
        "is_over": found.school_year.ends < clock.today(),
        "faulty": faulty(steps) if is_draft else [],
        "presets": selectors.presets_of(steps),
        "trial": (latest := found.trials.select_related("school").first()),
        "trial_form": TrialForm(model=found, on=clock.today(), latest=latest),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "absences/model.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(Capability.SHAPE_MODEL)
@shapes
def step(
    request: PortalRequest, found: InterventionModel, step_id: int | None = None
) -> HttpResponse:
    instance = get_object_or_404(found.steps, pk=step_id) if step_id else InterventionStep()
    is_post = request.method == "POST"
    form = StepForm(request.POST if is_post else None, instance=instance)
    if is_post and form.is_valid():
        models.save_step(model=found, step=instance, **form.fields_to_save(found))
        messages.success(request, _("Porras on tallessa."))
        return redirect("absences_robot:model", model_id=found.pk)
    context = {"model": found, "form": form, "step": instance}
    return render(request, "absences/model_step.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Capability.SHAPE_MODEL)
@shapes
def remove_step(request: PortalRequest, found: InterventionModel, step_id: int) -> HttpResponse:
    models.remove_step(model=found, step=get_object_or_404(found.steps, pk=step_id))
    messages.success(request, _("Porras on poistettu luonnoksesta."))
    return redirect("absences_robot:model", model_id=found.pk)


@require_POST
@requires(Capability.SHAPE_MODEL)
@shapes
def ladder(request: PortalRequest, found: InterventionModel) -> HttpResponse:
    """Switch a published ladder on or off in a draft."""
    preset = PRESETS.get(request.POST.get("tikkaat", ""))
    if preset is None:
        raise Http404
    is_on = request.POST.get("tila") == "on"
    models.switch_ladder(model=found, preset=preset, is_on=is_on)
    words = (
        _("Tikkaat on lisätty luonnokseen: %(name)s.")
        if is_on
        else _("Tikkaat on poistettu luonnoksesta: %(name)s.")
    )
    messages.success(request, words % {"name": preset.name})
    return redirect("absences_robot:model", model_id=found.pk)


@require_http_methods(["GET", "POST"])
@requires(Capability.SHAPE_MODEL)
@shapes
def activate(request: PortalRequest, found: InterventionModel) -> HttpResponse:
    """Asks first: the city's adults are woken by these rules from the next morning on."""
    if request.method != "POST":
        return _ask(request, found, "activate")
    models.activate_model(model=found, by=request.user, on=clock.today(), at=clock.now())
    messages.success(request, _("Malli on käytössä. Vanha versio jäi talteen."))
    return redirect("absences_robot:models")


@require_http_methods(["GET", "POST"])
@requires(Capability.SHAPE_MODEL)
@shapes
def discard(request: PortalRequest, found: InterventionModel) -> HttpResponse:
    """Asks first: a discarded draft cannot be had back."""
    if request.method != "POST":
        return _ask(request, found, "discard")
    models.discard_draft(model=found, by=request.user, at=clock.now())
    messages.success(request, _("Luonnos on poistettu."))
    return redirect("absences_robot:models")


def _ask(request: PortalRequest, found: InterventionModel, act: str) -> HttpResponse:
    steps = list(found.steps.all())
    wrong = faulty(steps) if act == "activate" else []
    context = {"model": found, "act": act, "steps": steps, "faulty": wrong}
    return render(request, "absences/model_sure.html", context)


@require_POST
@requires(Capability.SHAPE_MODEL)
def again(request: PortalRequest, model_id: int) -> HttpResponse:
    """An old version's rules as a new draft: tried and put in force like any other."""
    found = _model(request, model_id)
    try:
        made = models.draft_of_old(old=found, on=clock.today(), by=request.user, at=clock.now())
    except ModelRefusedError as reason:
        messages.warning(request, str(reason))
        return redirect("absences_robot:model", model_id=found.pk)
    messages.success(request, _("Vanhan version säännöt ovat nyt luonnoksena."))
    return redirect("absences_robot:model", model_id=made.pk)


@require_http_methods(["GET", "POST"])
@requires(Capability.SHAPE_MODEL)
def trial(request: PortalRequest, model_id: int) -> HttpResponse:
    """Try a draft on the city's past: asked with a press, shown when it has been reckoned."""
    found = _model(request, model_id)
    latest = found.trials.select_related("school").first()
    today = clock.today()
    is_draft = found.can_be_shaped(on=today)
    if not is_draft and (request.method == "POST" or latest is None):
        raise Http404
    form = TrialForm(posted(request), model=found, on=today, latest=latest) if is_draft else None
    if form is not None and form.is_valid():
        asked = trials.ask_for_trial(
            model=found, by=request.user, last=today, at=clock.now(), **form.cleaned_data
        )
        wake(tasks.try_model, asked.pk)
        return redirect("absences_robot:trial", model_id=found.pk)
    page = selectors.trial_page(latest) if latest else None
    context = {"model": found, "trial": latest, "form": form, "page": page}
    status = 422 if form is not None and form.errors else 200
    return render(request, "absences/trial.html", context, status=status)


def _models(request: PortalRequest) -> ModelQuerySet:
    return InterventionModel.objects.visible_to(request.user).select_related("school_year")


def _model(request: PortalRequest, model_id: int) -> InterventionModel:
    return get_object_or_404(_models(request), pk=model_id)
