"""What each is told at a step: edited with a live preview on people who do not exist."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from absences import step_words
from absences.forms import StepWordsForm
from absences.models import InterventionStep
from absences.step_words import Audience, Topic
from accounts.http import PortalRequest, posted
from kemi_ecosystem.lib import clock
from schools.access import requires
from schools.roles import Capability

Asks = InterventionStep.Asks


@require_GET
@requires(Capability.SHAPE_MODEL)
def all_words(request: PortalRequest) -> HttpResponse:
    """To whom × in which language, of everything that is asked or of one step: whose words?"""
    steps = step_words.waking_steps(on=clock.today())
    step = _step(request, steps)
    own = step_words.own_words()
    cards = [
        (asks, Asks(asks).label, [_row(Topic(asks, one, step.slug if step else ""), own)
                                  for one in Audience.values])
        for asks in ([step.asks] if step else Asks.values)
    ]  # fmt: skip
    with_own = {slug for _asks, slug, _audience, _language in own}
    context = {
        "cards": cards,
        "step": step,
        "steps": [(one, one.slug in with_own) for one in steps],
    }
    return render(request, "absences/words.html", context)


def _row(
    topic: Topic, own: set[tuple[str, str, str, str]]
) -> tuple[str, str, list[tuple[str, str, bool]], list[str]]:
    here = (topic.asks, topic.step_slug, topic.audience)
    languages = [(code, name, (*here, code) in own) for code, name in topic.languages]
    missing = step_words.without_words(topic, own)
    return topic.audience, str(Audience(topic.audience).label), languages, missing


@require_http_methods(["GET", "POST"])
@requires(Capability.SHAPE_MODEL)
def edit_words(request: PortalRequest, asks: str, audience: str, language: str) -> HttpResponse:
    """One text. "Esikatsele" shows what is typed and saves nothing; works without JavaScript."""
    if asks not in Asks.values or audience not in Audience.values:
        raise Http404
    step = _step(request, step_words.waking_steps(on=clock.today()))
    topic = Topic(asks, audience, step.slug if step else "")
    if language not in dict(topic.languages) or (step and step.asks != asks):
        raise Http404
    now = step_words.text_for(topic, language)
    form = StepWordsForm(posted(request), initial={"text": now}, topic=topic)
    typed = now
    if request.method == "POST":
        typed = form.data.get("text", "")
        if form.is_valid() and "preview" not in request.POST:
            text, by = form.cleaned_data["text"], request.user
            step_words.save(topic=topic, language=language, text=text, by=by, at=clock.now())
            messages.success(request, _("Teksti on tallennettu. Se luetaan näin tästä alkaen."))
            if others := step_words.without_words(topic, step_words.own_words()):
                words = _(
                    "Omia sanoja ei ole näillä kielillä: %(languages)s. "
                    "Niillä luetaan yhteinen teksti."
                )
                messages.warning(request, words % {"languages": ", ".join(others)})
            return redirect(_list_of(step))
    context = {
        "form": form,
        "step": step,
        "asks": Asks(asks).label,
        "audience": Audience(audience).label,
        "language": dict(settings.LANGUAGES)[language],
        "code": language.partition("-")[0],
        "shown": typed if topic.refusal(typed) else topic.preview(typed),
        "without_own": step_words.without_own(topic, language),
        "back": _list_of(step),
    }
    return render(request, "absences/words_edit.html", context, status=422 if form.errors else 200)


def _step(request: PortalRequest, steps: list[InterventionStep]) -> InterventionStep | None:
    """The one step whose own words are meant; without one, those of all that ask the same."""
    slug = request.GET.get("porras")
    if not slug:
        return None
    found = next((one for one in steps if one.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _list_of(step: InterventionStep | None) -> str:
    return reverse("absences_robot:words") + (f"?porras={step.slug}" if step else "")
