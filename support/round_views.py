"""Checklist rounds: begun, filled together, given on, and turned into a request for an hour."""

from collections.abc import Collection, Iterable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import services as accounts
from accounts.http import PortalRequest, posted
from kemi_ecosystem.lib import clock, pdf
from support import memo as papers
from support.models import Checklist, ChecklistRound, Handover
from support.press import wants_large
from support.round_forms import AskForm, BeginForm, HandOverForm, TickForm
from support.selectors import rounds as selectors
from support.selectors.rounds import ItemRow
from support.services import rounds as services
from support.workshop import for_workshop

RELATED = ("checklist", "group__school_year", "pupil", "school", "handover")


def _visible(request: PortalRequest, round_id: int) -> ChecklistRound:
    seen = ChecklistRound.objects.visible_to(request.user, on=clock.today()).with_request()
    return get_object_or_404(seen.select_related(*RELATED), pk=round_id)


@require_GET
@for_workshop
def rounds(request: PortalRequest) -> HttpResponse:
    page = selectors.rounds_of(request.user, on=clock.today())
    return render(request, "support/rounds/list.html", {"page": page})


@require_http_methods(["GET", "POST"])
@for_workshop
def begin(request: PortalRequest, slug: str) -> HttpResponse:
    checklist = get_object_or_404(Checklist, slug=slug)
    on = clock.today()
    reach = selectors.reach_of(request.user, on=on)
    form = BeginForm(posted(request), reach=reach, on=on)
    if form.is_valid():
        made = services.begin_round(
            checklist=checklist,
            subject=form.cleaned_data["subject"],
            copy_last=form.cleaned_data["kopioi"],
            by=request.user,
            on=on,
        )
        return redirect("support:round", made.pk)
    context = {"checklist": checklist, "form": form}
    status = 422 if form.errors else 200
    return render(request, "support/rounds/begin.html", context, status=status)


def _note_reading(request: PortalRequest, found: ChecklistRound, action: str = "read") -> None:
    """Who read of a pupil stands in the trail, and who took it on paper."""
    if found.pupil is not None:
        accounts.record(
            actor=request.user,
            action=action,
            subject_type="checklist_round",
            subject_key=found.pupil.key,
            at=clock.now(),
        )


@require_GET
@for_workshop
def show(request: PortalRequest, round_id: int) -> HttpResponse:
    found = _visible(request, round_id)
    _note_reading(request, found)
    return _page(request, found)


def _page(
    request: PortalRequest,
    found: ChecklistRound,
    *,
    kept: Iterable[TickForm] = (),
    status: int = 200,
) -> HttpResponse:
    """The round. What was sent and not saved is in its place, and says why."""
    page = selectors.round_page(found, on=clock.today())
    forms = {form.item.pk: form for form in kept}
    numbers = {row.item.pk: row.answer.number for row in page.rows}
    older = {pk for pk, form in forms.items() if form.is_older_than(numbers[pk])}
    rows = [_row(row, forms.get(row.item.pk), older) for row in page.rows]
    context = {
        "page": page,
        "rows": rows,
        "round": found,
        "older": older,
        "is_kept": bool(forms),
        "states": selectors.State.choices,
        "today": clock.today(),
    }
    return render(request, "support/rounds/round.html", context, status=status)


def _row(row: ItemRow, kept: TickForm | None, older: Collection[int]) -> dict[str, object]:
    """An item as it is saved now, and what its sender changed of it.

    What was pressed stays pressed, unless another has said something since.
    """
    saved = row.answer
    shown = {
        "state": saved.state,
        "since": saved.since.isoformat() if saved.since else "",
        "did": saved.did,
    }
    changes = kept.changes() if kept is not None else {}
    shown |= changes
    if row.item.pk in older:
        shown["state"] = saved.state
    return {"row": row, "kept": kept, "wrote": bool(changes.keys() - {"state"}), **shown}


@require_POST
@for_workshop
def save(request: PortalRequest, round_id: int) -> HttpResponse:
    """Save whatever was pressed or written in the round: nothing typed is lost with a press."""
    found = _visible(request, round_id)
    if "reopen" in request.POST and not services.reopen_round(of=found):
        messages.warning(request, _("Uudempi kierros on jo auki. Jatkakaa sitä."))
    touched = [one for one in _tick_forms(request, found) if one.is_touched]
    good = [one for one in touched if one.is_valid()]
    bad = [one for one in touched if not one.is_valid()]
    try:
        older = services.mark_all(
            of=found,
            ticks=[(one.item, one.tick()) for one in good],
            by=request.user,
            at=clock.now(),
            on=clock.today(),
        )
    except services.ClosedRoundError as reason:
        messages.warning(request, str(reason))
        return _page(request, _visible(request, round_id), kept=touched, status=409)
    kept = [one for one in good if one.item.pk in older] + bad
    if kept:
        status = 422 if bad else 409
        return _page(request, found, kept=kept, status=status)
    return _after_saving(request, found, touched)


def _tick_forms(request: PortalRequest, found: ChecklistRound) -> list[TickForm]:
    press = request.POST.get("press", "")
    return [
        TickForm(request.POST, item=item, press=press, today=clock.today())
        for item in found.checklist.items.all()
        if f"{item.pk}-seen" in request.POST
    ]


def _after_saving(
    request: PortalRequest, found: ChecklistRound, touched: list[TickForm]
) -> HttpResponse:
    goes_to = request.POST.get("next")
    if goes_to == "close":
        return _closed(request, found)
    if goes_to in ("before", "hand_over"):
        return redirect(f"support:{goes_to}", found.pk)
    place = next((one for one in touched if one.is_pressed), touched[0] if touched else None)
    back = reverse("support:round", args=[found.pk])
    return redirect(f"{back}#kohta-{place.item.pk}" if place else back)


def _closed(request: PortalRequest, found: ChecklistRound) -> HttpResponse:
    services.close_round(of=found, on=clock.today())
    messages.success(request, _("Kierros on päätetty. Seuraava voi jatkaa siitä, mihin jäitte."))
    return redirect("support:before", found.pk)


@require_POST
@for_workshop
def reopen(request: PortalRequest, round_id: int) -> HttpResponse:
    if not services.reopen_round(of=_visible(request, round_id)):
        messages.warning(request, _("Uudempi kierros on jo auki. Jatkakaa sitä."))
        return redirect("support:rounds")
    return redirect("support:round", round_id)


@require_GET
@for_workshop
def before(request: PortalRequest, round_id: int) -> HttpResponse:
    """What has been tried and for how long: read before stronger support is asked for."""
    found = _visible(request, round_id)
    _note_reading(request, found)
    return _before(request, found, AskForm())


def _before(
    request: PortalRequest, found: ChecklistRound, form: AskForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "page": selectors.round_page(found, on=clock.today()),
        "round": found,
        "earlier": selectors.earlier(found, user=request.user, on=clock.today()),
        "others": selectors.other_uses(found),
        "form": form if _may_ask(found) else None,
    }
    return render(request, "support/rounds/before.html", context, status=status)


@require_GET
@for_workshop
def memo(request: PortalRequest, round_id: int) -> HttpResponse:
    """The same on one sheet. It is handed over and kept nowhere, nor is anything of it logged."""
    found = _visible(request, round_id)
    on = clock.today()
    page = selectors.round_page(found, on=on)
    earlier = selectors.earlier(found, user=request.user, on=on)
    try:
        is_large = wants_large(request.GET)
        data = papers.make(found, page, earlier, is_large=is_large, today=on)
    except pdf.PaperError:
        return render(request, "support/rounds/no_memo.html", {"round": found}, status=503)
    _note_reading(request, found, "print")
    headers = {"Content-Disposition": 'inline; filename="muistio.pdf"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def _may_ask(found: ChecklistRound) -> bool:
    # The special teachers are told by mail; a child under a non-disclosure order is in no mail.
    return found.pupil is None or not found.pupil.nondisclosure


@require_POST
@for_workshop
def ask(request: PortalRequest, round_id: int) -> HttpResponse:
    found = _visible(request, round_id)
    if not _may_ask(found):
        raise Http404
    form = AskForm(request.POST)
    if not form.is_valid():
        return _before(request, found, form, status=422)
    services.ask_for_hour(
        of=found,
        question=form.cleaned_data["question"],
        by=request.user,
        at=clock.now(),
        on=clock.today(),
    )
    messages.success(request, _("Pyyntö on perillä. Koulun erityisopettajat saivat ilmoituksen."))
    return redirect("support:before", found.pk)


@require_http_methods(["GET", "POST"])
@for_workshop
def hand_over(request: PortalRequest, round_id: int) -> HttpResponse:
    found = _visible(request, round_id)
    is_group = found.kind == ChecklistRound.Kind.GROUP
    grade = services.next_grade(found.group.grade) if found.group else None
    if found.kind == ChecklistRound.Kind.TEAM or grade is None:
        raise Http404
    schools, own = selectors.next_schools(found, grade, on=clock.today()) if is_group else ([], 0)
    form = HandOverForm(posted(request), schools=schools, own=own)
    if form.is_valid():
        services.hand_over(
            of=found,
            to_school=form.school(),
            words=form.cleaned_data["words"],
            by=request.user,
            at=clock.now(),
        )
        messages.success(request, _("Seuraava opettaja näkee nyt, mikä toimi."))
        return redirect("support:round", found.pk)
    context = {
        "page": selectors.round_page(found, on=clock.today()),
        "round": found,
        "form": form,
        "given": getattr(found, "handover", None),
    }
    status = 422 if form.errors else 200
    return render(request, "support/rounds/hand_over.html", context, status=status)


@require_POST
@for_workshop
def take_back(request: PortalRequest, round_id: int) -> HttpResponse:
    services.take_back(of=_visible(request, round_id))
    messages.success(request, _("Seuraava opettaja ei enää näe tätä."))
    return redirect("support:round", round_id)


@require_GET
@for_workshop
def handover(request: PortalRequest, handover_id: int) -> HttpResponse:
    """What worked, for the next teacher."""
    seen = Handover.objects.visible_to(request.user, on=clock.today())
    related = ("round__checklist", "round__group__school_year", "round__pupil", "round__school")
    found = get_object_or_404(seen.select_related(*related), pk=handover_id)
    _note_reading(request, found.round)
    page = selectors.round_page(found.round, on=clock.today())
    return render(request, "support/rounds/handover.html", {"given": found, "page": page})
