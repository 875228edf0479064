"""Keeping the texts: the coordinator edits and publishes, everybody at work may suggest."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import PortalRequest, posted
from kemi_ecosystem.lib import clock
from schools.access import hats, requires
from schools.roles import Capability
from support.editing_forms import AnswerForm, PublishForm, SuggestForm, TextForm
from support.models import TextDraft, TextKind, TextSuggestion, TextVersion
from support.selectors import keeping as selectors
from support.services import keeping
from support.texts import EDITABLE, differences

for_editors = requires(Capability.EDIT_CONTENT)


def _about(kind: str, slug: str) -> dict[str, Any]:
    """What every page about a text shows of it. 404 where there is no such text."""
    if kind not in EDITABLE:
        raise Http404
    row = get_object_or_404(EDITABLE[kind].named([slug]))
    return {
        "kind": kind,
        "slug": slug,
        "kind_name": TextKind(kind).label,
        "title": getattr(row, EDITABLE[kind].title_field),
        "url": EDITABLE[kind].url(slug),
        "current": EDITABLE[kind].read(row),
    }


@require_GET
@for_editors
def texts(request: PortalRequest) -> HttpResponse:
    page = selectors.text_list(request.user, on=clock.today())
    return render(request, "support/keeping/texts.html", {"page": page})


@require_http_methods(["GET", "POST"])
@for_editors
def edit(request: PortalRequest, kind: str, slug: str) -> HttpResponse:
    """One's own draft. Saving it changes nothing that others read."""
    about = _about(kind, slug)
    draft = TextDraft.objects.filter(kind=kind, slug=slug, author=request.user).first()
    initial = draft.fields if draft else about["current"]
    form = TextForm(posted(request), kind=kind, initial=initial)
    if form.is_valid():
        keeping.save_draft(
            kind=kind, slug=slug, by=request.user, fields=form.cleaned_data, at=clock.now()
        )
        return redirect("support:preview_text", kind, slug)
    context = about | {"form": form, "draft": draft}
    status = 422 if form.errors else 200
    return render(request, "support/keeping/edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_editors
def preview(request: PortalRequest, kind: str, slug: str) -> HttpResponse:
    """What is read now and what one's draft would make of it, side by side; and publishing."""
    about = _about(kind, slug)
    draft = TextDraft.objects.filter(kind=kind, slug=slug, author=request.user).first()
    if draft is None:
        is_sent = request.method == "POST"
        return _gone(request, kind, slug) if is_sent else redirect("support:edit_text", kind, slug)
    form = PublishForm(
        posted(request), today=clock.today(), review_on=selectors.review_day(kind, slug)
    )
    if form.is_valid():
        reason = keeping.Reason(**form.cleaned_data)
        try:
            keeping.publish(kind=kind, slug=slug, by=request.user, reason=reason, at=clock.now())
        except keeping.OlderTextError:
            return _preview(request, about, draft, form, is_older=True, status=409)
        except TextDraft.DoesNotExist:
            return _gone(request, kind, slug)
        messages.success(request, _("Teksti on julkaistu."))
        return redirect("support:text_history", kind, slug)
    status = 422 if form.errors else 200
    return _preview(request, about, draft, form, status=status)


def _gone(request: PortalRequest, kind: str, slug: str) -> HttpResponse:
    """Sent twice, or published in another tab: what came of the draft stands in the history."""
    messages.warning(
        request, _("Luonnosta ei enää ole: se on jo julkaistu tai poistettu. Katso historiasta.")
    )
    return redirect("support:text_history", kind, slug)


def _preview(
    request: PortalRequest,
    about: dict[str, Any],
    draft: TextDraft,
    form: PublishForm,
    *,
    status: int,
    is_older: bool = False,
) -> HttpResponse:
    kind = draft.kind
    context = about | {
        "draft": draft,
        "form": form,
        "is_older": is_older,
        "before": selectors.shown(kind, about["current"]),
        "after": selectors.shown(kind, draft.fields),
        "changes": differences(kind, about["current"], draft.fields),
    }
    return render(request, "support/keeping/preview.html", context, status=status)


@require_POST
@for_editors
def rebase(request: PortalRequest, kind: str, slug: str) -> HttpResponse:
    """The editor has seen what changed meanwhile and goes on with their own words."""
    _about(kind, slug)
    keeping.rebase(kind=kind, slug=slug, by=request.user, at=clock.now())
    return redirect("support:edit_text", kind, slug)


@require_POST
@for_editors
def discard(request: PortalRequest, kind: str, slug: str) -> HttpResponse:
    _about(kind, slug)
    keeping.discard(kind=kind, slug=slug, by=request.user)
    messages.success(request, _("Luonnos on poistettu."))
    return redirect("support:texts")


@require_GET
@for_editors
def history(request: PortalRequest, kind: str, slug: str) -> HttpResponse:
    context = _about(kind, slug) | {"steps": selectors.history(kind, slug)}
    return render(request, "support/keeping/history.html", context)


@require_POST
@for_editors
def restore(request: PortalRequest, kind: str, slug: str, number: int) -> HttpResponse:
    _about(kind, slug)
    get_object_or_404(TextVersion, kind=kind, slug=slug, number=number)
    keeping.restore(kind=kind, slug=slug, number=number, by=request.user, at=clock.now())
    messages.success(request, _("Versio %(number)s on palautettu.") % {"number": number})
    return redirect("support:text_history", kind, slug)


@require_http_methods(["GET", "POST"])
def suggest(request: PortalRequest, kind: str, slug: str) -> HttpResponse:
    """Anybody who works in a school or a day-care centre; one's own suggestions and answers."""
    if not hats(request).roles:
        raise Http404
    about = _about(kind, slug)
    form = SuggestForm(posted(request))
    if form.is_valid():
        words, on = form.cleaned_data["text"], clock.today()
        keeping.suggest(kind=kind, slug=slug, text=words, by=request.user, at=clock.now(), on=on)
        messages.success(request, _("Kiitos. Ehdotus on perillä, ja vastaus tulee tälle sivulle."))
        return redirect("support:suggest_text", kind, slug)
    own = selectors.own_suggestions(request.user, kind, slug)
    context = about | {"form": form, "own": own}
    status = 422 if form.errors else 200
    return render(request, "support/keeping/suggest.html", context, status=status)


@require_GET
@for_editors
def suggestions(request: PortalRequest) -> HttpResponse:
    return _suggestions(request)


@require_POST
@for_editors
def answer(request: PortalRequest, suggestion_id: int) -> HttpResponse:
    found = get_object_or_404(TextSuggestion, pk=suggestion_id)
    form = AnswerForm(request.POST, auto_id=_ids(found))
    if not form.is_valid():
        return _suggestions(request, form, found.pk, status=422)
    state, words = form.cleaned_data["state"], form.cleaned_data["answer"]
    try:
        keeping.answer(suggestion=found, state=state, words=words, at=clock.now())
    except keeping.AnsweredError as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, _("Vastaus on tallennettu, ja ehdottaja näkee sen."))
    return redirect("support:suggestions")


def _ids(suggestion: TextSuggestion) -> str:
    """Many forms stand on one page: each names its fields by its suggestion."""
    return f"id_{suggestion.pk}_%s"


def _suggestions(
    request: PortalRequest, form: AnswerForm | None = None, at: int = 0, *, status: int = 200
) -> HttpResponse:
    rows = [
        (row, title, form if row.pk == at and form else AnswerForm(auto_id=_ids(row)))
        for row, title in selectors.waiting_suggestions()
    ]
    return render(request, "support/keeping/suggestions.html", {"rows": rows}, status=status)
