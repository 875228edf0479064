"""The adults' pages: ask a class, read, answer, and what the class wished for together."""

import datetime as dt
from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import services as accounts
from accounts.http import PortalRequest, posted
from kemi_ecosystem.lib import clock, pdf
from schools.access import hats
from schools.models import Enrolment, Membership, School, TeachingGroup, active_on, this_year
from schools.roles import Capability
from support.models import Measure
from wellbeing import selectors, tickets
from wellbeing.catalogue import catalogue
from wellbeing.errors import WishRefusedError
from wellbeing.forms import NamelessForm, OpenForm, ReplyForm
from wellbeing.models import OWN_CLASS, CallForAdult, NamelessList, Wish, WishList, WishRound
from wellbeing.selectors.child import said
from wellbeing.services import calls, keys, replies, rounds

USUAL_ROUND = dt.timedelta(weeks=1)


@require_http_methods(["GET", "POST"])
def classes(request: PortalRequest) -> HttpResponse:
    """One's own classes and their rounds; the lists that were sent to oneself."""
    today = clock.today()
    own = _own_groups(request)
    seen = WishRound.objects.visible_to(request.user, on=today).select_related("group__school")
    rows = list(seen.order_by("-opened_at")[:30])
    can_open = bool(hats(request).roles & OWN_CLASS)
    waiting = _calls(request)
    if not (can_open or rows or waiting):
        raise Http404
    form = OpenForm(
        posted(request), groups=own, today=today, initial={"closes_on": today + USUAL_ROUND}
    )
    if request.method == "POST":
        if not can_open:
            raise Http404
        if form.is_valid():
            return _opened(request, form)
    shown = form if can_open and own else None
    context = {"rounds": rows, "form": shown, "can_open": can_open, "calls": waiting}
    return render(request, "wellbeing/classes.html", context, status=422 if form.errors else 200)


def _calls(request: PortalRequest) -> list[CallForAdult]:
    mine = CallForAdult.objects.visible_to(request.user, on=clock.today())
    return list(mine.filter(taken_at=None).select_related("pupil"))


def _opened(request: PortalRequest, form: OpenForm) -> HttpResponse:
    try:
        made = rounds.open_round(by=request.user, at=clock.now(), **form.cleaned_data)
    except WishRefusedError as reason:
        messages.warning(request, str(reason))
        return redirect("wellbeing:classes")
    messages.success(request, _("Kierros on auki. Tulosta seuraavaksi laput."))
    return redirect("wellbeing:round", made.pk)


def _own_groups(request: PortalRequest) -> QuerySet[TeachingGroup]:
    today = clock.today()
    mine = Membership.objects.of(request.user, on=today).filter(role__in=OWN_CLASS)
    return TeachingGroup.objects.filter(this_year(today), pk__in=mine.values("group_id")).order_by(
        "name"
    )


def _led(request: PortalRequest, round_id: int) -> WishRound:
    mine = WishRound.objects.led_by(request.user, on=clock.today())
    return get_object_or_404(mine.select_related("group__school"), pk=round_id)


@require_GET
def wish_round(request: PortalRequest, round_id: int) -> HttpResponse:
    """A class's wishes as a picture and one by one. Reading is written into the trail."""
    return _round_page(request, round_id)


def _round_page(
    request: PortalRequest, round_id: int, *, kept: dict[str, object] | None = None
) -> HttpResponse:
    """`kept` is an answer to a nameless wish that could not be saved, and why."""
    today = clock.today()
    seen = WishRound.objects.visible_to(request.user, on=today).select_related("group__school")
    own = WishRound.objects.led_by(request.user, on=today).filter(pk=OuterRef("pk"))
    found = get_object_or_404(seen.annotate(is_own=Exists(own)), pk=round_id)
    is_own: bool = found.is_own  # type: ignore[attr-defined]  # annotated above
    page = selectors.round_page(found, user=request.user, on=today, is_own=is_own)
    accounts.record_all(
        actor=request.user, action="read-wishes", subject_type="pupil",
        subject_keys=[one.wish_list.pupil.key for one in page.lists], at=clock.now(),
    )  # fmt: skip
    context = {"page": page, "is_own": is_own, "kept": kept}
    return render(request, "wellbeing/round.html", context, status=422 if kept else 200)


@require_http_methods(["GET", "POST"])
def sheet(request: PortalRequest, round_id: int) -> HttpResponse:
    """Tickets for the class, or one anew: what was printed before stops at once."""
    found, today = _led(request, round_id), clock.today()
    pupils = rounds.class_of(found, on=today)
    if request.method == "GET":
        return render(request, "wellbeing/sheet.html", {"round": found, "pupils": pupils})
    wanted = request.POST.get("pupil", "")
    if wanted:
        pupils = [one for one in pupils if str(one.pk) == wanted]
    if not pupils:
        raise Http404
    made = rounds.make_tickets(
        wish_round=found, pupils=pupils, by=request.user, on=today, at=clock.now()
    )
    return _paper(request, found, made)


@require_POST
def new_key(request: PortalRequest, list_id: int) -> HttpResponse:
    """For a child who has forgotten the pictures of what was confided to this adult."""
    mine = WishList.objects.visible_to(request.user, on=clock.today())
    confided = mine.filter(audience=WishList.Audience.WELFARE)
    found = get_object_or_404(confided.select_related("pupil__user", "round__group"), pk=list_id)
    made = keys.renew(wish_list=found, by=request.user, at=clock.now())
    return _paper(request, found.round, [made])


def _paper(
    request: PortalRequest, wish_round: WishRound, made: Sequence[rounds.Ticket]
) -> HttpResponse:
    try:
        data = tickets.sheet(wish_round, made)
    except pdf.PaperError:
        messages.warning(request, _("Lappuja ei voitu tehdä. Kerro pääkäyttäjälle."))
        return redirect("wellbeing:round", wish_round.pk)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="laput.pdf"'
    return response


@require_POST
def close(request: PortalRequest, round_id: int) -> HttpResponse:
    found = _led(request, round_id)
    rounds.close_round(wish_round=found, at=clock.now())
    messages.success(request, _("Kierros on päättynyt. Vastata voi yhä."))
    return redirect("wellbeing:round", found.pk)


@require_http_methods(["GET", "POST"])
def answer(request: PortalRequest, wish_id: int) -> HttpResponse:
    """Answer one wish of a list that was sent to oneself."""
    mine = WishList.objects.visible_to(request.user, on=clock.today())
    related = ("list__pupil", "list__round__group__school", "reply")
    wish = get_object_or_404(
        Wish.objects.filter(list__in=mine).select_related(*related), pk=wish_id
    )
    old = getattr(wish, "reply", None)
    form = ReplyForm(posted(request), instance=old, initial=_suggested(wish, old is None))
    if request.method == "POST" and form.is_valid():
        try:
            replies.reply(wish=wish, by=request.user, at=clock.now(), **form.cleaned_data)
        except WishRefusedError as reason:
            messages.warning(request, str(reason))
        else:
            messages.success(request, _("Oppilas lukee vastauksesi seuraavalla lapullaan."))
        return redirect("wellbeing:round", wish.list.round_id)
    context = {"wish": wish, "text": said(wish.slug, wish.own_words, "fi"), "form": form}
    return render(request, "wellbeing/answer.html", context, status=422 if form.errors else 200)


def _suggested(wish: Wish, is_new: bool) -> dict[str, object]:  # noqa: FBT001
    """The first measure that would serve the wish, from today."""
    choice = catalogue().choice(wish.slug)
    if not is_new or choice is None:
        return {}
    measure = Measure.objects.filter(slug=choice.measures[0]).first()
    return {"measure": measure, "begins": clock.today(), "kind": "we_try"}


@require_POST
def answer_nameless(request: PortalRequest, nameless_id: str) -> HttpResponse:
    led = WishRound.objects.led_by(request.user, on=clock.today())
    rows = NamelessList.objects.filter(round__in=led, is_released=True)
    found = get_object_or_404(rows, pk=nameless_id)
    form = NamelessForm(request.POST)
    if form.is_valid():
        replies.reply_nameless(nameless=found, words=form.cleaned_data["words"])
        messages.success(request, _("Vastaus odottaa sitä, jolla on kolme kuvaa."))
        return redirect("wellbeing:round", found.round_id)
    kept = {"id": found.pk, "words": request.POST.get("words", ""), "why": form.errors["words"][0]}
    return _round_page(request, found.round_id, kept=kept)


@require_GET
def council(request: PortalRequest, round_id: int) -> HttpResponse:
    """What the class wished for together: for the wall and for the pupil council."""
    found = _led(request, round_id)
    if found.is_open:
        raise Http404
    page = selectors.council_page(found)
    return render(request, "wellbeing/council.html", {"page": page, "of": found.group.name})


@require_GET
def school_council(request: PortalRequest, slug: str) -> HttpResponse:
    """What a school's classes wished for together: for its pupil council. No child, no class."""
    today = clock.today()
    schools = School.objects.where(request.user, Capability.SEE_SCHOOL, on=today)
    found = get_object_or_404(schools, slug=slug)
    page = selectors.school_together(found, on=today)
    return render(request, "wellbeing/council.html", {"page": page, "of": found.name})


@require_GET
def school(request: PortalRequest) -> HttpResponse:
    """For the head: how many wishes wait in which class. No child, no wish."""
    today = clock.today()
    if not hats(request).can(Capability.SEE_SCHOOL):
        raise Http404
    schools = School.objects.where(request.user, Capability.SEE_SCHOOL, on=today)
    rows = selectors.school_rows(schools, on=today)
    context = {"rows": rows, "felt": selectors.how_it_felt(schools), "schools": schools}
    return render(request, "wellbeing/school.html", context)


@require_http_methods(["GET", "POST"])
def call(request: PortalRequest, call_id: int) -> HttpResponse:
    """A child wants to be contacted: who, and a press when it has been done."""
    mine = CallForAdult.objects.visible_to(request.user, on=clock.today())
    found = get_object_or_404(mine.select_related("pupil__school"), pk=call_id)
    accounts.record(
        actor=request.user, action="read", subject_type="call",
        subject_key=found.pupil.key, at=clock.now(),
    )  # fmt: skip
    if request.method == "POST":
        calls.take_call(call=found, by=request.user, at=clock.now())
        messages.success(request, _("Kiitos, että otit yhteyttä."))
        return redirect("wellbeing:call", found.pk)
    today = clock.today()
    places = Enrolment.objects.filter(
        active_on(today), this_year(today, "group__"), pupil=found.pupil_id
    )
    groups = places.order_by("begins").values_list("group__name", flat=True)
    return render(request, "wellbeing/call.html", {"call": found, "group": groups.last()})
