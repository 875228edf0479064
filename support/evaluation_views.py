"""Self-evaluation with a quality card, its goals, and one's own cards."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import PortalRequest, posted
from kemi_ecosystem.lib import clock
from schools.access import hats, requires
from schools.models import School
from schools.roles import Capability
from support.evaluation_forms import EvaluateForm, FinishForm, GoalForm
from support.models import DevelopmentGoal, QualityCard
from support.selectors import evaluations as selectors
from support.services import evaluations as services
from support.workshop import for_workshop


def _about(request: PortalRequest, slug: str, unit: str) -> tuple[QualityCard, School]:
    """The card, and a unit that the person works in."""
    found = selectors.card_and_unit(slug, unit, school_ids=hats(request).school_ids)
    if found is None:
        raise Http404
    return found


@require_GET
@for_workshop
def evaluate(request: PortalRequest, slug: str) -> HttpResponse:
    """To the evaluation in one's own unit, or the choice of units for who works in several."""
    card = get_object_or_404(QualityCard, slug=slug)
    units = list(School.objects.filter(pk__in=hats(request).school_ids))
    if len(units) == 1:
        return redirect("support:evaluation", slug, units[0].slug)
    return render(request, "support/evaluation/units.html", {"card": card, "units": units})


@require_http_methods(["GET", "POST"])
@for_workshop
def evaluation(request: PortalRequest, slug: str, unit: str) -> HttpResponse:
    card, school = _about(request, slug, unit)
    page = selectors.evaluation_page(card, school, request.user, on=clock.today())
    form = EvaluateForm(posted(request), questions=card.questions, own=page.own)
    if form.is_valid():
        services.evaluate(
            card=card,
            school=school,
            by=request.user,
            steps=form.steps(),
            at=clock.now(),
            on=clock.today(),
        )
        messages.success(request, _("Vastauksesi on tallessa. Sen näet vain sinä."))
        return redirect("support:evaluation", slug, unit)
    goal_form = GoalForm(today=clock.today())
    return _page(request, card, school, page, form, goal_form)


def _page(
    request: PortalRequest,
    card: QualityCard,
    school: School,
    page: selectors.EvaluationPage,
    form: EvaluateForm,
    goal_form: GoalForm,
) -> HttpResponse:
    context = {
        "card": card,
        "school": school,
        "page": page,
        "form": form,
        "goal_form": goal_form,
        "finish_form": FinishForm(),
        "may_collect": hats(request).can(Capability.SEE_SCHOOL) and page.summary is None,
    }
    status = 422 if form.errors or goal_form.errors else 200
    return render(request, "support/evaluation/page.html", context, status=status)


@require_POST
@requires(Capability.SEE_SCHOOL)
def collect(request: PortalRequest, slug: str, unit: str) -> HttpResponse:
    card, school = _about(request, slug, unit)
    try:
        services.collect(card=card, school=school, at=clock.now(), on=clock.today())
    except services.TooFewError as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, _("Yhteenveto on koottu. Se pysyy samana koko lukukauden."))
    return redirect("support:evaluation", slug, unit)


@require_POST
@for_workshop
def set_goal(request: PortalRequest, slug: str, unit: str) -> HttpResponse:
    card, school = _about(request, slug, unit)
    form = GoalForm(request.POST, today=clock.today())
    if not form.is_valid():
        page = selectors.evaluation_page(card, school, request.user, on=clock.today())
        own = EvaluateForm(questions=card.questions, own=page.own)
        return _page(request, card, school, page, own, form)
    services.set_goal(
        card=card, school=school, by=request.user, on=clock.today(), **form.cleaned_data
    )
    messages.success(request, _("Tavoite on kirjattu, ja portaali muistuttaa siitä."))
    return redirect("support:evaluation", slug, unit)


@require_POST
@for_workshop
def finish_goal(request: PortalRequest, goal_id: int) -> HttpResponse:
    own = DevelopmentGoal.objects.filter(school_id__in=hats(request).school_ids)
    goal = get_object_or_404(own.select_related("card", "school"), pk=goal_id)
    form = FinishForm(request.POST)
    if form.is_valid():
        services.finish_goal(goal=goal, result=form.cleaned_data["result"], on=clock.today())
    else:
        messages.warning(request, _("Kirjoita lyhyesti, mitä muuttui (enintään 200 merkkiä)."))
    return redirect("support:evaluation", goal.card.slug, goal.school.slug)


@require_GET
def own_cards(request: PortalRequest) -> HttpResponse:
    context = {"cards": selectors.own_cards(request.user)}
    return render(request, "support/own_cards.html", context)


@require_POST
def save_card(request: PortalRequest, slug: str) -> HttpResponse:
    card = get_object_or_404(QualityCard, slug=slug)
    if services.save_card(card=card, user=request.user, at=clock.now()):
        messages.success(request, _("Kortti on omissa korteissasi."))
    else:
        messages.success(request, _("Kortti ei ole enää omissa korteissasi."))
    return redirect("support:card", slug)
