"""The door: passwords for the staff, a code for pupils, a personal link for guardians."""

import datetime as dt

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import services
from accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from accounts.forms import CodeForm, LanguageForm, SignInForm
from accounts.guesses import guessed_too_often
from accounts.http import PortalRequest, posted
from accounts.middleware import spoken
from accounts.models import User
from kemi_ecosystem.lib import clock

TICKET_BACKEND = "accounts.backends.TicketBackend"


@login_not_required
@sensitive_post_parameters("password")
@csrf_protect
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    form = SignInForm(request, data=posted(request))
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return HttpResponseRedirect(_next(request))
    if getattr(request, "axes_locked_out", False):
        return render(request, "429.html", status=429)
    return _door(request, form=form)


@login_not_required
@csrf_protect
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_with_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if _let_in(request, form.cleaned_data["code"]):
            return redirect("dashboards:home")
        if guessed_too_often(request, of="codes"):
            form.add_error("code", _("Koodeja on kokeiltu liian monta. Kokeile hetken päästä."))
            response = _door(request, code_form=form)
            response.status_code = 429
            return response
        form.add_error("code", _("Koodi ei kelpaa. Tarkista se tai pyydä opettajalta uusi."))
    return _door(request, code_form=form)


@login_not_required
@csrf_protect
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_with_link(request: HttpRequest, token: str) -> HttpResponse:
    """A page with one button: programs that look through mail follow links, but press nothing."""
    holder = services.ticket_holder(secret=token, at=clock.now())
    with translation.override(spoken(holder.language) if holder else "fi"):
        if request.method == "GET":
            context = {"is_spent": holder is None, "next": request.GET.get("next", "")}
            return render(request, "accounts/link.html", context)
        if not _let_in(request, token):
            return render(request, "accounts/link.html", {"is_spent": True}, status=422)
    return redirect(_next(request))


def _let_in(request: HttpRequest, secret: str) -> bool:
    """Sign in by ticket, outside the password's lock-out: a class's typos come from one address.

    A ticket of 58 bits is not guessed; a program that tries is stopped by a limit of its own.
    """
    user = services.ticket_holder(secret=secret, at=clock.now())
    if user is not None:
        login(request, user, backend=TICKET_BACKEND)
    return user is not None


def _door(
    request: HttpRequest, *, form: SignInForm | None = None, code_form: CodeForm | None = None
) -> HttpResponse:
    context = {
        "form": form or SignInForm(request),
        "code_form": code_form or CodeForm(),
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "demo_accounts": DEMO_ACCOUNTS if settings.PORTAL_DEMO else (),
        "demo_password": DEMO_PASSWORD,
    }
    has_errors = bool((form and form.errors) or (code_form and code_form.errors))
    return render(request, "accounts/sign_in.html", context, status=422 if has_errors else 200)


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if is_ours and wanted.startswith("/") else reverse("dashboards:home")


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    response = redirect("dashboards:home")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_GET
def account(request: PortalRequest) -> HttpResponse:
    """Who I am here, and what my roles let me do."""
    hours = dt.timedelta(seconds=settings.SESSION_COOKIE_AGE) // dt.timedelta(hours=1)
    context = {
        "roles": request.user.memberships.select_related("school", "group").order_by("begins"),
        "idle": settings.SESSION_IDLE_MINUTES[request.user.kind],
        "hours": hours,
        "today": clock.today(),
    }
    return render(request, "accounts/account.html", context)


@require_POST
def choose_language(request: PortalRequest) -> HttpResponse:
    """A family's or a pupil's own language; the staff's portal is Finnish."""
    form = LanguageForm(request.POST)
    if request.user.kind == User.Kind.STAFF or not form.is_valid():
        raise Http404
    services.choose_language(user=request.user, language=form.cleaned_data["language"])
    return redirect(_next(request))


@require_POST
def choose_mail(request: PortalRequest) -> HttpResponse:
    """Whether notices come by mail; to a guardian otherwise by letter. All are in the portal."""
    services.choose_mail(user=request.user, wants_mail=request.POST.get("wants_mail") == "1")
    return redirect("accounts:account")
