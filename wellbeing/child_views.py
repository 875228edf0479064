"""The child's own pages: choose, send, take back, read the answer, and the calm page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import PortalRequest
from accounts.models import User
from kemi_ecosystem.lib import clock
from schools.models import Pupil
from wellbeing import selectors
from wellbeing.catalogue import catalogue
from wellbeing.errors import WishRefusedError
from wellbeing.forms import FeltForm, OwnWordsForm, SendForm
from wellbeing.models import Reply, WishList, WishRound
from wellbeing.selectors.child import said
from wellbeing.services import adults, calls, lists

View = Callable[..., HttpResponse]
# Guesses of a key in one session: a child needs one or two.
MOST_GUESSES = 10


def for_pupils(view: View) -> View:
    """Only a pupil, with the pupil as the second argument; others find nothing here."""

    @wraps(view)
    def guarded(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.kind != User.Kind.PUPIL:
            raise Http404
        pupil = get_object_or_404(Pupil.objects.visible_to(request.user, on=clock.today()))
        return view(request, pupil, *args, **kwargs)

    return guarded


@require_GET
@for_pupils
def mine(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """The list while the class is being asked; and the answers to what was wished before."""
    today, language = clock.today(), request.user.language
    wish_round = lists.open_round_of(pupil, on=today)
    answers = selectors.replies_for(pupil, on=today, language=language)
    context: dict[str, Any] = {"round": wish_round, "answers": answers, "pupil": pupil}
    if wish_round:
        wish_list = lists.begin(wish_round=wish_round, pupil=pupil)
        context["list"] = wish_list
        context["in_class"] = selectors.answered_in_class(wish_round)
        context["page"] = selectors.child_page(
            wish_list, grade=wish_round.group.grade, language=language
        )
    return render(request, "wellbeing/mine.html", context)


def _list(pupil: Pupil) -> WishList:
    wish_round = lists.open_round_of(pupil, on=clock.today())
    if wish_round is None:
        raise Http404
    return lists.begin(wish_round=wish_round, pupil=pupil)


def _try(request: PortalRequest, work: Callable[[], object]) -> None:
    try:
        work()
    except WishRefusedError as reason:
        messages.warning(request, str(reason))


@require_POST
@for_pupils
def choose(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """One press: chosen, or let go. Two of the pictures lead to the calm page at once."""
    wish_list, slug = _list(pupil), request.POST.get("wish", "")
    choice = catalogue().choice(slug)
    try:
        is_chosen = lists.toggle(wish_list=wish_list, slug=slug)
    except WishRefusedError as reason:
        messages.warning(request, str(reason))
        is_chosen = False
    if choice and choice.leads_to_calm and is_chosen:
        return redirect("wellbeing:calm")
    return redirect("wellbeing:mine")


@require_POST
@for_pupils
def own_words(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    wish_list, form = _list(pupil), OwnWordsForm(request.POST)
    if form.is_valid():
        words = form.cleaned_data["words"]
        _try(request, lambda: lists.say_in_own_words(wish_list=wish_list, words=words))
    else:
        messages.warning(request, _("Kirjoita vähän lyhyemmin."))
    return redirect("wellbeing:mine")


@require_POST
@for_pupils
def all_is_well(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    wish_list = _list(pupil)
    _try(request, lambda: lists.say_all_is_well(wish_list=wish_list))
    return redirect("wellbeing:send")


@require_http_methods(["GET", "POST"])
@for_pupils
def send(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """Before it leaves: who will see it. The child chooses."""
    today = clock.today()
    wish_list = _list(pupil)
    if wish_list.state == WishList.State.SENT:
        return redirect("wellbeing:mine")
    if request.method == "POST":
        form = SendForm(request.POST)
        if not form.is_valid():
            messages.warning(request, _("Valitse, kuka saa nähdä toiveesi."))
            return redirect("wellbeing:send")
        try:
            pictures = lists.send(
                wish_list=wish_list,
                audience=form.cleaned_data["audience"],
                at=clock.now(),
            )
        except WishRefusedError as reason:
            messages.warning(request, str(reason))
            return redirect("wellbeing:send")
        return render(request, "wellbeing/sent.html", {"pictures": pictures})
    page = selectors.child_page(
        wish_list, grade=wish_list.round.group.grade, language=request.user.language
    )
    if not (page.chosen or page.own_words or page.all_is_well):
        messages.warning(request, _("Valitse ensin toive, tai kerro, että kaikki on hyvin."))
        return redirect("wellbeing:mine")
    choices = adults.choices_for(wish_list.round, on=today)
    context = {
        "page": page,
        "choices": choices,
        "guardians_see": selectors.is_shown_to_guardians(wish_list.round.group.grade),
    }
    return render(request, "wellbeing/send.html", context)


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
    called = calls.called_by(pupil)
    context = {
        "called": [one.to for one in called],
        "adult": None if called else adults.adult_for(pupil, on=clock.today()),
        "is_school_time": calls.are_adults_at_school(at=clock.now()),
    }
    return render(request, "wellbeing/calm.html", context)


@require_http_methods(["GET", "POST"])
@for_pupils
def by_key(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """The answer to nameless wishes, for the one who has three pictures."""
    wish_round = get_object_or_404(_rounds_of(pupil))
    pictures = [request.POST.get(f"picture{number}", "") for number in range(3)]
    found, is_wrong = None, False
    if request.method == "POST":
        guesses = request.session.get("key_guesses", 0)
        if guesses >= MOST_GUESSES:
            raise Http404
        request.session["key_guesses"] = guesses + 1
        found = lists.answer_to_key(round_id=wish_round.pk, pictures=pictures)
        is_wrong = found is None
    context = {
        "keys": catalogue().keys,
        "found": found,
        "texts": [said(slug, "", request.user.language) for slug in found.slugs] if found else [],
        "is_wrong": is_wrong,
        "places": range(3),
    }
    status = 422 if is_wrong else 200
    return render(request, "wellbeing/by_key.html", context, status=status)


def _rounds_of(pupil: Pupil) -> Any:
    """The newest round in which this child has sent a nameless list."""
    sent = WishList.objects.sent().filter(pupil=pupil, audience=WishList.Audience.NOBODY)
    newest = sent.order_by("-round__opened_at").values("round_id")[:1]
    return WishRound.objects.filter(pk__in=newest)


@require_POST
@for_pupils
def felt(request: PortalRequest, pupil: Pupil, reply_id: int) -> HttpResponse:
    """Did it help? One of five faces."""
    mine = Reply.objects.filter(
        wish__list__pupil=pupil, ask_on__lte=clock.today(), felt=None
    ).select_related("measure", "wish__list__round__group__school")
    reply = get_object_or_404(mine, pk=reply_id)
    form = FeltForm(request.POST)
    if not form.is_valid():
        raise Http404
    lists.say_how_it_felt(reply=reply, felt=form.cleaned_data["felt"], at=clock.now())
    messages.success(request, _("Kiitos, että kerroit."))
    return redirect("wellbeing:mine")
