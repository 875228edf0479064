import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import PortalRequest, posted
from consultations import selectors
from consultations.doors import for_offerers, kinds_of
from consultations.errors import HourRefusedError, SlotTakenError
from consultations.forms import AwayForm, ChangeHourForm, HourForm, MoveForm
from consultations.models import ConsultationHour, Slot
from consultations.selectors.times import Week
from consultations.services import hours as services
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.query import day_or
from schools.access import calendar, hats
from schools.calendar import year_bounds
from schools.models import School
from schools.roles import CITY_LEADERS, Capability

TERM_ENDS_MONTH = 12


@require_GET
@for_offerers
def week(request: PortalRequest) -> HttpResponse:
    """The week of the one who offers, on one page and on one sheet."""
    day = day_or(request.GET.get("viikko"), clock.today())
    page = selectors.week_page(request.user, day=day)
    context = _week_context(request, page, AwayForm())
    return render(request, "consultations/week.html", context)


def _week_context(request: PortalRequest, page: Week, away_form: AwayForm) -> dict[str, Any]:
    own = ConsultationHour.objects.visible_to(request.user).filter(ends__gte=clock.today())
    has_hours = bool(page.days) or own.exists()
    return {"page": page, "away_form": away_form, "now": clock.now(), "has_hours": has_hours}


@require_GET
@for_offerers
def hours(request: PortalRequest) -> HttpResponse:
    own = ConsultationHour.objects.visible_to(request.user).filter(ends__gte=clock.today())
    rows = own.select_related("home_school").prefetch_related("schools")
    return render(request, "consultations/hours.html", {"hours": rows})


@require_http_methods(["GET", "POST"])
@for_offerers
def new_hour(request: PortalRequest) -> HttpResponse:
    today = clock.today()
    own = selectors.own_schools(request.user, on=today)
    stages = set(own.values_list("stage", flat=True))
    form = HourForm(
        posted(request),
        own=own,
        kinds=kinds_of(request, stages=stages),
        today=today,
        initial={"begins": today, "ends": _term_end(today, request)},
    )
    if request.method == "POST" and form.is_valid():
        hour = form.save(commit=False)
        hour.teacher = request.user
        try:
            services.offer_hour(hour=hour, schools=form.cleaned_data["schools"], at=clock.now())
        except HourRefusedError as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Tunti on nyt kollegojen varattavissa."))
            return redirect("consultations:hours")
    status = 422 if form.errors else 200
    return render(request, "consultations/new_hour.html", {"form": form}, status=status)


def _term_end(today: dt.date, request: PortalRequest) -> dt.date:
    """The last day of the term that a day belongs to."""
    first, last = year_bounds(today)
    if today.year == first.year:
        return dt.date(first.year, TERM_ENDS_MONTH, 31)
    return calendar(request).lessons_end or last


@require_http_methods(["GET", "POST"])
@for_offerers
def hour(request: PortalRequest, hour_id: int) -> HttpResponse:
    """Change where a weekly hour is kept and for whom."""
    found = get_object_or_404(ConsultationHour.objects.visible_to(request.user), pk=hour_id)
    form = ChangeHourForm(posted(request), instance=found, today=clock.today())
    if request.method == "POST" and form.is_valid():
        services.change_hour(hour=found, schools=form.cleaned_data["schools"], at=clock.now())
        messages.success(
            request, _("Muutos on tallennettu. Jos paikka vaihtui, varanneet tietävät siitä.")
        )
        return redirect("consultations:hours")
    status = 422 if form.errors else 200
    return render(request, "consultations/hour.html", {"hour": found, "form": form}, status=status)


@require_POST
@for_offerers
def end_hour(request: PortalRequest, hour_id: int) -> HttpResponse:
    hour = get_object_or_404(ConsultationHour.objects.visible_to(request.user), pk=hour_id)
    gone = services.end_hour(hour=hour, on=clock.today(), at=clock.now())
    messages.success(request, _("Tunti päättyy tähän päivään."))
    if gone.times:
        messages.success(request, _cancelled(gone))
    return redirect("consultations:hours")


def _cancelled(gone: services.Cancelled) -> str:
    if not gone.times:
        return _("Ei ollut aikoja, jotka pitäisi perua.")
    if gone.told:
        words = ngettext(
            "%(count)d aika peruttiin. Varanneille kerrottiin.",
            "%(count)d aikaa peruttiin. Varanneille kerrottiin.",
            gone.times,
        )
    else:
        words = ngettext(
            "%(count)d aika peruttiin. Kukaan ei ollut varannut.",
            "%(count)d aikaa peruttiin. Kukaan ei ollut varannut.",
            gone.times,
        )
    return words % {"count": gone.times}


def _own_slot(request: PortalRequest, slot_id: int) -> Slot:
    coming = Slot.objects.filter(teacher=request.user, starts_at__gt=clock.now())
    return get_object_or_404(coming.select_related("hour"), pk=slot_id)


@require_http_methods(["GET", "POST"])
@for_offerers
def slot(request: PortalRequest, slot_id: int) -> HttpResponse:
    """Move one single time."""
    found = _own_slot(request, slot_id)
    form = MoveForm(posted(request), slot=found, at=clock.now())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            told = services.move_slot(
                slot=found, starts_at=data["starts_at"], place=data["place"], at=clock.now()
            )
        except (HourRefusedError, SlotTakenError) as reason:
            form.add_error(None, str(reason))
        else:
            said = (
                _("Aika on siirretty. Varanneelle kerrottiin.")
                if told
                else _("Aika on siirretty. Kukaan ei ollut varannut.")
            )
            messages.success(request, said)
            return _to_week_of(found.pk)
    status = 422 if form.errors else 200
    return render(request, "consultations/slot.html", {"slot": found, "form": form}, status=status)


@require_POST
@for_offerers
def cancel_slot(request: PortalRequest, slot_id: int) -> HttpResponse:
    gone = services.cancel_slots(slots=[_own_slot(request, slot_id)], at=clock.now())
    messages.success(request, _cancelled(gone))
    return _to_week_of(slot_id)


@require_POST
@for_offerers
def give_again(request: PortalRequest, slot_id: int) -> HttpResponse:
    try:
        services.give_again(slot=_own_slot(request, slot_id), at=clock.now())
    except HourRefusedError as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, _("Aika on taas varattavissa."))
    return _to_week_of(slot_id)


def _to_week_of(slot_id: int) -> HttpResponse:
    """Back to the week of which one time was changed, wherever it is now."""
    return _to_week(clock.local_date(Slot.objects.get(pk=slot_id).starts_at))


def _to_week(day: dt.date) -> HttpResponse:
    return redirect(f"{reverse('consultations:week')}?viikko={day}")


@require_POST
@for_offerers
def away(request: PortalRequest) -> HttpResponse:
    """Away: every time of these days is cancelled in one step."""
    form = AwayForm(request.POST)
    if not form.is_valid():
        page = selectors.week_page(request.user, day=clock.today())
        context = _week_context(request, page, form)
        return render(request, "consultations/week.html", context, status=422)
    gone = services.be_away(teacher=request.user, at=clock.now(), **form.cleaned_data)
    messages.success(request, _cancelled(gone))
    return _to_week(form.cleaned_data["first"])


@require_GET
def figures(request: PortalRequest) -> HttpResponse:
    """How the hours are used: a head's own unit, or all of them for the city's shapers."""
    mine = hats(request)
    today = clock.today()
    if mine.roles & CITY_LEADERS:
        schools = School.objects.open_on(today)
    elif mine.can(Capability.SEE_SCHOOL):
        schools = School.objects.where(request.user, Capability.SEE_SCHOOL, on=today)
    else:
        raise Http404
    wanted = request.GET.get("lukukausi", "")
    page = selectors.figures_page(schools, on=today, wanted=wanted)
    return render(request, "consultations/figures.html", {"page": page})
