"""A child says who will see the list, and it leaves.

What three pictures will open is sent from a page that shows them first: a reply that is lost on the
way, a second tap or a step back takes the key from nobody, and no table remembers it.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import PortalRequest
from accounts.middleware import spoken
from kemi_ecosystem.lib import clock
from schools.models import Pupil
from wellbeing import selectors
from wellbeing.child_views import for_pupils, go, own_list
from wellbeing.errors import KeyTakenError, WishRefusedError
from wellbeing.forms import SendForm
from wellbeing.guardians import guardians_see
from wellbeing.models import LOCKED, WishList
from wellbeing.services import adults, keys, lists

SALT = "wellbeing.send"
# A lid may stay closed over a school day.
PAGE_LASTS = 10 * 60 * 60


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sending page carries, signed: whose list, its pictures, and the language of thanks.

    It is in the child's own page alone. By it a second tap is known for the same sending, also when
    the first has signed the child out.
    """

    list_id: int
    language: str
    pictures: tuple[str, ...] = ()

    def signed(self) -> str:
        return signing.dumps([self.list_id, self.language, self.pictures], salt=SALT)


def _sheet(request: HttpRequest) -> Sheet | None:
    try:
        list_id, language, pictures = signing.loads(
            request.POST.get("sheet", ""), salt=SALT, max_age=PAGE_LASTS
        )
    except signing.BadSignature:
        return None
    return Sheet(list_id, language, tuple(pictures))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """Before it leaves: who will see it. The child chooses."""
    if request.user.is_authenticated:
        return _send(request)
    sheet = _sheet(request)
    sent = WishList.objects.sent().filter(pk=sheet.list_id).first() if sheet else None
    if sheet is None or sent is None:
        return _closed(request)
    # Signed out by the first tap. The pictures are not shown again: who holds the tablet now?
    with translation.override(spoken(sheet.language)):
        return _thanks(request, sent, is_other_key=not _is_same(sent, sheet))


def _closed(request: HttpRequest) -> HttpResponse:
    """The page had stood too long: the list is safe, and a ticket opens it."""
    if request.method == "GET":
        return redirect_to_login(request.get_full_path())
    messages.warning(
        request, _("Sivu ehti sulkeutua. Toiveesi on tallessa: avaa se lapullasi ja lähetä.")
    )
    return go(request, reverse("accounts:sign_in_with_code"))


@for_pupils
def _send(request: PortalRequest, pupil: Pupil) -> HttpResponse:
    wish_list, sheet = own_list(pupil), _sheet(request)
    if wish_list.state == WishList.State.SENT:
        return _again(request, wish_list, sheet)
    if (empty := _refuse_empty(request, wish_list)) is not None:
        return empty
    return (
        _leave(request, wish_list, sheet) if request.method == "POST" else _ask(request, wish_list)
    )


def _leave(request: PortalRequest, wish_list: WishList, sheet: Sheet | None) -> HttpResponse:
    form = SendForm(request.POST)
    if not form.is_valid():
        return _ask(request, wish_list, refused=_("Valitse, kuka saa nähdä toiveesi."))
    audience = form.cleaned_data["audience"]
    is_own = sheet is not None and sheet.list_id == wish_list.pk
    shown = sheet.pictures if sheet and is_own and audience in LOCKED else ()
    try:
        lists.check(wish_list, audience=audience, on=clock.today())
        if audience in LOCKED and not shown:
            return go(request, reverse("wellbeing:pictures", args=[audience]))
        lists.send(wish_list=wish_list, audience=audience, at=clock.now(), pictures=shown)
    except KeyTakenError as reason:
        messages.warning(request, str(reason))
        return go(request, reverse("wellbeing:pictures", args=[audience]))
    except WishRefusedError as reason:
        # Sent by another tap, or erased on another screen; of a closed round there is no list.
        wish_list = own_list(wish_list.pupil)
        if wish_list.state == WishList.State.SENT:
            return _again(request, wish_list, sheet)
        return _ask(request, wish_list, refused=str(reason))
    wish_list.refresh_from_db()
    return _thanks(request, wish_list, pictures=shown)


def _refuse_empty(request: PortalRequest, wish_list: WishList) -> HttpResponse | None:
    if wish_list.all_is_well or wish_list.wishes.exists():
        return None
    messages.warning(request, _("Valitse ensin toive, tai kerro, että kaikki on hyvin."))
    return go(request, reverse("wellbeing:mine"))


def _ask(request: PortalRequest, wish_list: WishList, *, refused: str = "") -> HttpResponse:
    grade, language = wish_list.round.group.grade, request.user.language
    context = {
        "page": selectors.child_page(wish_list, grade=grade, language=language),
        "choices": adults.choices_for(wish_list.round, on=clock.today()),
        "guardians_see": guardians_see(grade),
        "refused": refused,
        "sheet": Sheet(wish_list.pk, language).signed(),
    }
    return render(request, "wellbeing/send.html", context, status=422 if refused else 200)


@never_cache
@require_GET
@for_pupils
def pictures(request: PortalRequest, pupil: Pupil, audience: str) -> HttpResponse:
    """The three pictures, before the list leaves: whoever has seen them has the key."""
    wish_list = own_list(pupil)
    if wish_list.state == WishList.State.SENT:
        return redirect("wellbeing:mine")
    if audience not in LOCKED:
        raise Http404
    try:
        lists.check(wish_list, audience=audience, on=clock.today())
    except WishRefusedError as reason:
        messages.warning(request, str(reason))
        return redirect("wellbeing:send")
    shown = keys.new_pictures()
    choices = adults.choices_for(wish_list.round, on=clock.today())
    context = {
        "pictures": keys.numbered(shown),
        "choice": next(one for one in choices if one.audience == audience),
        "sheet": Sheet(wish_list.pk, request.user.language, tuple(shown)).signed(),
    }
    return render(request, "wellbeing/pictures.html", context)


def _is_same(sent: WishList, sheet: Sheet) -> bool:
    """Whether it was sent from this very page."""
    return sent.audience not in LOCKED or keys.is_key_of(sent, sheet.pictures)


def _again(request: PortalRequest, sent: WishList, sheet: Sheet | None) -> HttpResponse:
    """A second tap, still signed in: the same thanks with the same pictures."""
    if sheet is None or sheet.list_id != sent.pk or not _is_same(sent, sheet):
        return go(request, reverse("wellbeing:mine"))
    return _thanks(request, sent, pictures=sheet.pictures if sent.audience in LOCKED else ())


def _thanks(
    request: HttpRequest,
    sent: WishList,
    *,
    pictures: tuple[str, ...] = (),
    is_other_key: bool = False,
) -> HttpResponse:
    """Sent, and signed out: whoever takes the tablet next finds nobody's list on it."""
    logout(request)
    context = {
        "pictures": keys.numbered(pictures),
        "is_locked": sent.audience in LOCKED,
        "is_other_key": is_other_key,
    }
    response = render(request, "wellbeing/sent.html", context)
    add_never_cache_headers(response)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
