"""What a child has sent: taken back, opened with three pictures, erased; and whether it helped."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import PortalRequest
from kemi_ecosystem.lib import clock
from schools.calendar import year_bounds
from schools.models import Pupil
from wellbeing import selectors
from wellbeing.catalogue import catalogue
from wellbeing.child_views import for_pupils, own_list
from wellbeing.errors import TooManyKeysError, WishRefusedError
from wellbeing.forms import FeltForm
from wellbeing.models import LOCKED, SHARED, NamelessList, Reply, WishList
from wellbeing.selectors.child import said
from wellbeing.services import keys, lists

ERASED = "erased_wish_list"


@require_POST
@for_pupils
def take_back(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    try:
        lists.take_back(wish_list=own_list(pupil))
    except WishRefusedError as reason:
        messages.warning(request, str(reason))
    return redirect("wellbeing:mine")


@require_http_methods(["GET", "POST"])
@for_pupils
def erase(request: PortalRequest, pupil: Pupil, list_id: int) -> HttpResponse:
    """The child's own list, away for good; first it is shown what goes."""
    mine = WishList.objects.sent().filter(pk=list_id, pupil=pupil, audience__in=SHARED).first()
    if mine is not None and request.method == "GET":
        return _ask_first(request, mine)
    # A second tap finds it gone, and that is what was wanted.
    if mine is None and request.session.get(ERASED) != list_id:
        raise Http404
    if mine is not None:
        lists.erase(found=mine)
        request.session[ERASED] = list_id
    return _erased(request)


def _ask_first(
    request: PortalRequest, found: WishList | NamelessList, pictures: list[str] | None = None
) -> HttpResponse:
    language = request.user.language
    if isinstance(found, NamelessList):
        texts, has_answer = _texts(found, language), bool(found.answer)
        is_hidden = not found.is_released
    else:
        is_hidden = False
        page = selectors.sent_list(found, on=clock.today(), language=language)
        texts = [one.text for one in page.wishes]
        has_answer = page.is_answered
    context = {"texts": texts, "has_answer": has_answer, "key": pictures, "is_hidden": is_hidden}
    return render(request, "wellbeing/erase.html", context)


def _erased(request: PortalRequest) -> HttpResponse:
    messages.success(request, _("Toivelista on poistettu."))
    return redirect("wellbeing:mine")


def _texts(found: NamelessList, language: str) -> list[str]:
    """What it wishes, once the teacher has it: before that, guessed pictures could tell it."""
    if not found.is_released:
        return []
    return [said(slug, "", language) for slug in found.slugs]


def _pictures(request: PortalRequest) -> list[str]:
    return [request.POST.get(f"picture{number}", "") for number in range(keys.KEY_PICTURES)]


@require_http_methods(["GET", "POST"])
@for_pupils
def by_key(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    """What was told namelessly or confided, and its answer, for the one who has three pictures."""
    today = clock.today()
    if not WishList.objects.locked_of(pupil, since=year_bounds(today)[0]).exists():
        raise Http404
    context: dict[str, Any] = {"keys": catalogue().keys, "places": range(keys.KEY_PICTURES)}
    if request.method == "GET":
        return render(request, "wellbeing/by_key.html", context)
    pictures = _pictures(request)
    try:
        found = keys.try_key(pupil=pupil, pictures=pictures, on=today)
    except TooManyKeysError as reason:
        return render(request, "wellbeing/by_key.html", {"refused": str(reason)}, status=429)
    if found is None:
        return render(request, "wellbeing/by_key.html", {**context, "is_wrong": True}, status=422)
    if request.POST.get("erase") == "ask":
        return _ask_first(request, found, pictures)
    if request.POST.get("erase") == "yes":
        lists.erase(found=found)
        return _erased(request)
    context = {"key": pictures}
    if isinstance(found, NamelessList):
        context |= {"found": found, "texts": _texts(found, request.user.language)}
    else:
        page = selectors.sent_list(found, on=today, language=request.user.language)
        context |= {"confided": page}
    return render(request, "wellbeing/by_key.html", context)


@require_POST
@for_pupils
def felt(request: PortalRequest, pupil: Pupil, reply_id: int) -> HttpResponse:
    """Did it help? One of five faces."""
    mine = Reply.objects.filter(wish__list__pupil=pupil, ask_on__lte=clock.today()).select_related(
        "measure", "wish__list__round__group__school"
    )
    reply = get_object_or_404(mine, pk=reply_id)
    form = FeltForm(request.POST)
    if not form.is_valid() or not _may_open(request, pupil, reply.wish.list):
        raise Http404
    lists.say_how_it_felt(reply=reply, felt=form.cleaned_data["felt"], at=clock.now())
    messages.success(request, _("Kiitos, että kerroit."))
    return redirect("wellbeing:mine")


def _may_open(request: PortalRequest, pupil: Pupil, wish_list: WishList) -> bool:
    """A ticket opens what went to the teacher; what was confided needs its pictures here, too."""
    if wish_list.audience not in LOCKED:
        return True
    try:
        found = keys.try_key(pupil=pupil, pictures=_pictures(request), on=clock.today())
    except TooManyKeysError:
        return False
    return found == wish_list
