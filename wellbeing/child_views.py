"""The child's own pages: choose, read the answers, and the calm page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import PortalRequest
from accounts.models import User
from kemi_ecosystem.lib import clock
from schools.calendar import year_bounds
from schools.models import Pupil
from wellbeing import selectors
from wellbeing.catalogue import catalogue
from wellbeing.errors import RoundOverError, WishRefusedError
from wellbeing.forms import OwnWordsForm
from wellbeing.models import LONGEST_OWN, WishList
from wellbeing.services import adults, calls, lists

View = Callable[..., HttpResponse]


def for_pupils(view: View) -> View:
    """Only a pupil, with the pupil as the second argument; others find nothing here."""

    @wraps(view)
    def guarded(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.kind != User.Kind.PUPIL:
            raise Http404
        pupil = get_object_or_404(Pupil.objects.visible_to(request.user, on=clock.today()))
        try:
            return view(request, pupil, *args, **kwargs)
        except RoundOverError as reason:
            return _refused(request, pupil, reason)

    return guarded


@require_GET
@for_pupils
def mine(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """The list while the class is being asked; and the answers to what was wished before."""
    return _page(request, pupil)


def _page(
    request: PortalRequest, pupil: Pupil, *, refused: str = "", words: str | None = None
) -> HttpResponse:
    """`refused` says why a press did nothing; `words` are those that could not be kept."""
    today, language = clock.today(), request.user.language
    wish_round = lists.open_round_of(pupil, on=today)
    context: dict[str, Any] = {
        "round": wish_round,
        "sent": selectors.sent_lists(pupil, on=today, language=language),
        "pupil": pupil,
        "refused": refused,
        "unsaved": words,
        "here": reverse("wellbeing:mine"),
        "longest": LONGEST_OWN,
        "has_locked": WishList.objects.locked_of(pupil, since=year_bounds(today)[0]).exists(),
    }
    if wish_round:
        wish_list = lists.begin(wish_round=wish_round, pupil=pupil)
        context["list"] = wish_list
        context["may_take_back"] = not any(
            one.is_answered for one in context["sent"] if one.wish_list == wish_list
        )
        context["in_class"] = selectors.answered_in_class(wish_round)
        if wish_list.state == WishList.State.DRAFT:
            grade = wish_round.group.grade
            context["page"] = selectors.child_page(wish_list, grade=grade, language=language)
    is_kept = words is None and not refused
    return render(request, "wellbeing/mine.html", context, status=200 if is_kept else 422)


def own_list(pupil: Pupil) -> WishList:
    wish_round = lists.open_round_of(pupil, on=clock.today())
    if wish_round is None:
        raise RoundOverError
    return lists.begin(wish_round=wish_round, pupil=pupil)


def go(request: HttpRequest, url: str) -> HttpResponse:
    """To another page, also when only a part of this one was asked for."""
    return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else redirect(url)


def _keep_words(request: PortalRequest, wish_list: WishList) -> None:
    """Every press brings the written words along, so that none can lose them.

    Raises WishRefusedError when they cannot be kept.
    """
    if "words" not in request.POST:
        return
    form = OwnWordsForm(request.POST)
    if not form.is_valid():
        raise WishRefusedError(form.errors["words"][0])
    lists.say_in_own_words(wish_list=wish_list, words=form.cleaned_data["words"])


def _refused(request: PortalRequest, pupil: Pupil, reason: WishRefusedError) -> HttpResponse:
    """The page again, with the reason and with what was written."""
    return _page(request, pupil, refused=str(reason), words=request.POST.get("words"))


@require_POST
@for_pupils
def choose(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """One press: chosen, or let go. Two of the pictures lead to the calm page at once."""
    slug, gone = request.POST.get("wish", ""), request.POST.get("let_go", "")
    try:
        wish_list = own_list(pupil)
        if gone:
            lists.let_go(wish_list=wish_list, slug=gone)
        if slug:
            lists.choose(wish_list=wish_list, slug=slug)
        _keep_words(request, wish_list)
    except WishRefusedError as reason:
        if not _leads_to_calm(slug):
            return _refused(request, pupil, reason)
    if _leads_to_calm(slug):
        return go(request, reverse("wellbeing:calm"))
    return redirect(f"{reverse('wellbeing:mine')}#toive-{slug or gone}")


def _leads_to_calm(slug: str) -> bool:
    choice = catalogue().choice(slug)
    return choice is not None and choice.leads_to_calm


@require_POST
@for_pupils
def own_words(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """The child's own words; with `next` on to the page that says who will see them."""
    wish_list = own_list(pupil)
    try:
        _keep_words(request, wish_list)
    except WishRefusedError as reason:
        return _refused(request, pupil, reason)
    if "next" in request.POST:
        return go(request, reverse("wellbeing:send"))
    return redirect(f"{reverse('wellbeing:mine')}#omin-sanoin")


@require_POST
@for_pupils
def all_is_well(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """Nothing to wish for. Words that were written are not thrown away for it."""
    if request.POST.get("words", "").strip():
        reason = _("Kirjoitit toiveen. Pyyhi se pois, jos kaikki on hyvin.")
        return _refused(request, pupil, WishRefusedError(reason))
    wish_list = own_list(pupil)
    try:
        lists.say_all_is_well(wish_list=wish_list)
    except WishRefusedError as refusal:
        messages.warning(request, str(refusal))
    return go(request, reverse("wellbeing:send"))


@require_http_methods(["GET", "POST"])
@for_pupils
def calm(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """Whom to turn to, now; and one press that reaches an adult the same day."""
    if request.method == "POST":
        calls.call_for_adult(pupil=pupil, at=clock.now())
        return redirect("wellbeing:calm")
    today = clock.today()
    called = calls.called_by(pupil)
    steps = adults.ladder(pupil, on=today)
    # A call of an earlier day is still open, and a child in need again may say so again.
    if not called:
        adult = steps[0].here if steps else None
    else:
        adult = called[0].to if calls.is_old(called, on=today) else None
    first = {one.to_id for one in called} | ({adult.pk} if adult else set())
    context = {
        "called": [one.to for one in called],
        "adult": adult,
        "step": next((one for one in steps if one.here == adult), None),
        # Told before the press: who hears of it, too, when the first is silent.
        "later": [one for one in steps if one.here and one.here.pk not in first],
        "heard": calls.heard(at=clock.now()),
    }
    return render(request, "wellbeing/calm.html", context)
