"""The child's own pages: choose, send, take back, read the answer, and the calm page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
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
from wellbeing.errors import RoundOverError, TooManyKeysError, WishRefusedError
from wellbeing.forms import FeltForm, OwnWordsForm, SendForm
from wellbeing.guardians import guardians_see
from wellbeing.models import LONGEST_OWN, Reply, WishList
from wellbeing.selectors.child import said
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
    answers = selectors.replies_for(pupil, on=today, language=language)
    context: dict[str, Any] = {
        "round": wish_round,
        "answers": answers,
        "pupil": pupil,
        "refused": refused,
        "unsaved": words,
        "here": reverse("wellbeing:mine"),
        "longest": LONGEST_OWN,
        "has_nameless": WishList.objects.nameless_of(pupil, since=year_bounds(today)[0]).exists(),
    }
    if wish_round:
        wish_list = lists.begin(wish_round=wish_round, pupil=pupil)
        context["list"] = wish_list
        context["in_class"] = selectors.answered_in_class(wish_round)
        context["page"] = selectors.child_page(
            wish_list, grade=wish_round.group.grade, language=language
        )
    is_kept = words is None and not refused
    return render(request, "wellbeing/mine.html", context, status=200 if is_kept else 422)


def _list(pupil: Pupil) -> WishList:
    wish_round = lists.open_round_of(pupil, on=clock.today())
    if wish_round is None:
        raise RoundOverError(_("Kysely ehti päättyä. Voit kertoa toiveesi opettajallesi."))
    return lists.begin(wish_round=wish_round, pupil=pupil)


def _try(request: PortalRequest, work: Callable[[], object]) -> None:
    try:
        work()
    except WishRefusedError as reason:
        messages.warning(request, str(reason))


def _go(request: PortalRequest, url: str) -> HttpResponse:
    """To another page, also when only a part of this one was asked for."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


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
        wish_list = _list(pupil)
        if gone:
            lists.let_go(wish_list=wish_list, slug=gone)
        if slug:
            lists.choose(wish_list=wish_list, slug=slug)
        _keep_words(request, wish_list)
    except WishRefusedError as reason:
        if not _leads_to_calm(slug):
            return _refused(request, pupil, reason)
    if _leads_to_calm(slug):
        return _go(request, reverse("wellbeing:calm"))
    return redirect(f"{reverse('wellbeing:mine')}#toive-{slug or gone}")


def _leads_to_calm(slug: str) -> bool:
    choice = catalogue().choice(slug)
    return choice is not None and choice.leads_to_calm


@require_POST
@for_pupils
def own_words(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """The child's own words; with `next` on to the page that says who will see them."""
    wish_list = _list(pupil)
    try:
        _keep_words(request, wish_list)
    except WishRefusedError as reason:
        return _refused(request, pupil, reason)
    if "next" in request.POST:
        return _go(request, reverse("wellbeing:send"))
    return redirect(f"{reverse('wellbeing:mine')}#omin-sanoin")


@require_POST
@for_pupils
def all_is_well(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """Nothing to wish for. Words that were written are not thrown away for it."""
    if request.POST.get("words", "").strip():
        reason = _("Kirjoitit toiveen. Pyyhi se pois, jos kaikki on hyvin.")
        return _refused(request, pupil, WishRefusedError(reason))
    wish_list = _list(pupil)
    _try(request, lambda: lists.say_all_is_well(wish_list=wish_list))
    return _go(request, reverse("wellbeing:send"))


@require_http_methods(["GET", "POST"])
@for_pupils
def send(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """Before it leaves: who will see it. The child chooses."""
    wish_list = _list(pupil)
    if wish_list.state == WishList.State.SENT:
        return redirect("wellbeing:mine")
    page = selectors.child_page(
        wish_list, grade=wish_list.round.group.grade, language=request.user.language
    )
    if page.left == page.most and not page.all_is_well:
        messages.warning(request, _("Valitse ensin toive, tai kerro, että kaikki on hyvin."))
        return redirect("wellbeing:mine")
    refused = ""
    if request.method == "POST":
        form = SendForm(request.POST)
        if form.is_valid():
            try:
                return _sent(request, wish_list, form.cleaned_data["audience"])
            except WishRefusedError as reason:
                refused = str(reason)
        else:
            refused = _("Valitse, kuka saa nähdä toiveesi.")
    wish_round = wish_list.round
    context = {
        "page": page,
        "choices": adults.choices_for(wish_round, on=clock.today()),
        "guardians_see": guardians_see(wish_round.group.grade),
        "refused": refused,
    }
    return render(request, "wellbeing/send.html", context, status=422 if refused else 200)


def _sent(request: PortalRequest, wish_list: WishList, audience: str) -> HttpResponse:
    """Sent, and signed out: whoever takes the tablet next finds nobody's list on it."""
    pictures = lists.send(wish_list=wish_list, audience=audience, at=clock.now())
    logout(request)
    response = render(request, "wellbeing/sent.html", {"pictures": pictures})
    add_never_cache_headers(response)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_POST
@for_pupils
def take_back(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    wish_list = _list(pupil)
    _try(request, lambda: lists.take_back(wish_list=wish_list))
    return redirect("wellbeing:mine")


@require_POST
@for_pupils
def erase(request: PortalRequest, pupil: Pupil, list_id: int) -> HttpResponse:
    """The child's own list, away for good."""
    wish_list = get_object_or_404(WishList, pk=list_id, pupil=pupil)
    try:
        lists.erase(wish_list=wish_list)
    except WishRefusedError as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, _("Toiveesi on poistettu."))
    return redirect("wellbeing:mine")


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


@require_http_methods(["GET", "POST"])
@for_pupils
def by_key(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """The answer to nameless wishes, for the one who has three pictures."""
    today = clock.today()
    if not WishList.objects.nameless_of(pupil, since=year_bounds(today)[0]).exists():
        raise Http404
    context: dict[str, Any] = {"keys": catalogue().keys, "places": range(3)}
    if request.method == "GET":
        return render(request, "wellbeing/by_key.html", context)
    pictures = [request.POST.get(f"picture{number}", "") for number in range(3)]
    try:
        found = lists.try_key(pupil=pupil, pictures=pictures, on=today)
    except TooManyKeysError as reason:
        return render(request, "wellbeing/by_key.html", {"refused": str(reason)}, status=429)
    if found is None:
        return render(request, "wellbeing/by_key.html", {**context, "is_wrong": True}, status=422)
    texts = [said(slug, "", request.user.language) for slug in found.slugs]
    return render(request, "wellbeing/by_key.html", {"found": found, "texts": texts})


@require_POST
@for_pupils
def felt(request: PortalRequest, pupil: Pupil, reply_id: int) -> HttpResponse:
    """Did it help? One of five faces."""
    mine = Reply.objects.filter(wish__list__pupil=pupil, ask_on__lte=clock.today()).select_related(
        "measure", "wish__list__round__group__school"
    )
    reply = get_object_or_404(mine, pk=reply_id)
    form = FeltForm(request.POST)
    if not form.is_valid():
        raise Http404
    lists.say_how_it_felt(reply=reply, felt=form.cleaned_data["felt"], at=clock.now())
    messages.success(request, _("Kiitos, että kerroit."))
    return redirect("wellbeing:mine")
