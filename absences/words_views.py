"""The words that families read: edited with a live preview on people who do not exist."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from absences import family_words
from absences.forms import FamilyWordsForm
from absences.models import FamilyWords, InterventionStep
from accounts.http import PortalRequest, posted
from kemi_ecosystem.lib import clock
from schools.access import requires
from schools.roles import Capability


@require_GET
@requires(Capability.SHAPE_MODEL)
def all_words(request: PortalRequest) -> HttpResponse:
    """What is asked × language: whose words are in use."""
    own = set(FamilyWords.objects.values_list("asks", "language"))
    rows = [
        (label, [(code, name, (asks, code) in own) for code, name in settings.LANGUAGES], asks)
        for asks, label in InterventionStep.Asks.choices
    ]
    return render(request, "absences/words.html", {"rows": rows, "languages": settings.LANGUAGES})


@require_http_methods(["GET", "POST"])
@requires(Capability.SHAPE_MODEL)
def edit_words(request: PortalRequest, asks: str, language: str) -> HttpResponse:
    """One text. "Esikatsele" shows what is typed and saves nothing; works without JavaScript."""
    if asks not in InterventionStep.Asks.values or language not in dict(settings.LANGUAGES):
        raise Http404
    now = family_words.text_for(asks, language)
    form = FamilyWordsForm(posted(request), initial={"text": now})
    typed = now
    if request.method == "POST":
        typed = form.data.get("text", "")
        if form.is_valid() and "preview" not in request.POST:
            family_words.save(
                asks=asks,
                language=language,
                text=form.cleaned_data["text"],
                by=request.user,
                at=clock.now(),
            )
            messages.success(request, _("Teksti on tallennettu. Perheet lukevat sen tästä alkaen."))
            return redirect("absences_robot:words")
    can_show = not family_words.refusal(typed)
    context = {
        "form": form,
        "asks": InterventionStep.Asks(asks).label,
        "language": dict(settings.LANGUAGES)[language],
        "code": language.partition("-")[0],
        "shown": family_words.preview(typed) if can_show else typed,
    }
    return render(request, "absences/words_edit.html", context, status=422 if form.errors else 200)
