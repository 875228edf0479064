import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import PortalRequest, posted
from consultations import selectors
from consultations.doors import for_bookers
from consultations.errors import SlotTakenError
from consultations.forms import BookingForm, OutcomeForm
from consultations.models import OFFERING_ROLES, Booking, ConsultationHour, Slot, Waiting
from consultations.rules import follow_up_day
from consultations.services import bookings, hours, outcomes, waiting
from consultations.services.bookings import Matter
from consultations.signatures import booking_of
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.query import positive_id
from schools.access import hats
from schools.roles import Role
from schools.selectors import calendar_for
from support.forms import HelpedForm


@require_GET
@for_bookers
def times(request: PortalRequest) -> HttpResponse:
    """The next free times, first free first; one's own; one's place in the line."""
    page = selectors.booking_page(
        request.user, on=clock.today(), at=clock.now(), wanted=request.GET.get("sivu")
    )
    roles = hats(request).roles
    context = {
        "page": page,
        "can_offer": bool(roles & OFFERING_ROLES),
        "is_special": Role.SPECIAL_TEACHER in roles,
    }
    return render(request, "consultations/times.html", context)


@require_http_methods(["GET", "POST"])
@for_bookers
def book(request: PortalRequest, slot_id: int) -> HttpResponse:
    """The third press: what it is about, if one wants to say, and done."""
    today, at = clock.today(), clock.now()
    free = Slot.objects.bookable_by(request.user, on=today, at=at)
    slot = free.select_related("hour", "teacher").filter(pk=slot_id).first()
    if slot is None:
        get_object_or_404(Slot.objects.serving(request.user, on=today), pk=slot_id)
        messages.warning(request, str(bookings.taken()))
        return redirect("consultations:times")
    form = _booking_form(request, slot, today)
    if request.method == "POST" and form.is_valid():
        return _booked(request, slot, form, at)
    status = 422 if form.errors else 200
    return render(request, "consultations/book.html", {"slot": slot, "form": form}, status=status)


def _booking_form(request: PortalRequest, slot: Slot, today: dt.date) -> BookingForm:
    """Begun with what was asked from a checklist, or with an earlier meeting; all may change."""
    words = slot.hour.words
    sent = posted(request)
    wanted = positive_id(sent.get("request")) if sent is not None else None
    earlier = positive_id(request.GET.get("jatkoa"))
    asked = None
    if words.is_about_support and (wanted or (sent is None and earlier is None)):
        asked = selectors.open_request(request.user, wanted=wanted)
    initial = selectors.matter_before(request.user, asked=asked, earlier=earlier)
    schools = selectors.own_schools(request.user, on=today)
    return BookingForm(
        sent,
        schools=schools,
        words=words,
        asked=asked.request if asked else None,
        initial=initial,
    )


def _booked(request: PortalRequest, slot: Slot, form: BookingForm, at: dt.datetime) -> HttpResponse:
    school = form.cleaned_data["school"]
    matter = Matter(**form.matter())
    try:
        made = bookings.book(slot=slot, by=request.user, school=school, matter=matter, at=at)
    except SlotTakenError as reason:
        messages.warning(request, str(reason))
        return redirect("consultations:times")
    messages.success(request, _("Aika on varattu. Muistutamme päivää ennen."))
    return redirect("consultations:booking", made.pk)


def _own_booking(request: PortalRequest, booking_id: int) -> Booking:
    visible = Booking.objects.visible_to(request.user)
    related = ("slot__hour", "slot__teacher", "booked_by", "school", "outcome")
    return get_object_or_404(visible.select_related(*related), pk=booking_id)


@require_GET
def booking(request: PortalRequest, booking_id: int) -> HttpResponse:
    """One meeting, for the two of them."""
    return _booking_page(request, _own_booking(request, booking_id))


def _booking_page(
    request: PortalRequest, found: Booking, form: OutcomeForm | None = None
) -> HttpResponse:
    at = clock.now()
    mine = found.booked_by_id == request.user.pk
    is_over = found.slot.ends_at <= at
    is_booked = found.state == Booking.State.BOOKED
    result = getattr(found, "outcome", None)
    if form is None and is_booked and is_over:
        start = follow_up_day(clock.today(), calendar_for(clock.today()).is_school_day)
        form = OutcomeForm(
            instance=result,
            today=clock.today(),
            words=found.slot.hour.words,
            initial={"follow_up_on": start},
        )
    free: list[Slot] = []
    if mine and is_booked:
        free = selectors.other_times(found, on=clock.today(), at=at, is_over=is_over)
    context = {
        "booking": found,
        "words": found.slot.hour.words,
        "is_mine": mine,
        "is_over": is_over,
        "can_change": is_booked and found.slot.starts_at > at,
        "others": free if found.slot.starts_at > at else [],
        "repeats": free if is_over else [],
        "outcome": result,
        "form": form,
        "today": clock.today(),
        "hold_open": found.state == Booking.State.HELD and mine,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "consultations/booking.html", context, status=status)


@require_POST
def cancel(request: PortalRequest, booking_id: int) -> HttpResponse:
    """The colleague lets the time go to the next one; the teacher cancels the time itself."""
    found, at = _own_booking(request, booking_id), clock.now()
    if found.slot.starts_at <= at:
        messages.warning(request, _("Aika on jo alkanut, joten sitä ei voi enää perua."))
        return redirect("consultations:booking", found.pk)
    if found.booked_by_id != request.user.pk:
        hours.cancel_slots(slots=[found.slot], at=at)
        messages.success(request, _("Aika on peruttu ja kollega tietää siitä."))
        return redirect("consultations:week")
    if found.state == Booking.State.HELD:
        waiting.pass_on(booking=found, at=at)
        messages.success(request, _("Selvä, aika tarjotaan seuraavalle. Olet yhä jonossa."))
    else:
        bookings.cancel(booking=found, at=at)
        messages.success(request, _("Aika on peruttu ja toinen osapuoli tietää siitä."))
    return redirect("consultations:times")


@require_POST
@for_bookers
def reschedule(request: PortalRequest, booking_id: int) -> HttpResponse:
    """To another free time, or the offered one accepted on its own page."""
    found, at = _own_booking(request, booking_id), clock.now()
    if found.booked_by_id != request.user.pk:
        raise Http404
    free = Slot.objects.bookable_by(request.user, on=clock.today(), at=at)
    same = free.filter(hour__kind=found.slot.hour.kind)
    slot = same.filter(pk=positive_id(request.POST.get("slot")) or 0).first()
    try:
        if found.state == Booking.State.HELD:
            waiting.accept(booking=found, at=at, seen=_seen(request))
        elif slot is None:
            raise bookings.taken()
        else:
            bookings.reschedule(booking=found, to=slot, at=at)
    except SlotTakenError as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, _("Aika on sinun. Muistutamme päivää ennen."))
    return redirect("consultations:booking", found.pk)


def _seen(request: HttpRequest) -> int | None:
    """Which change of the time the person had before the eyes."""
    said = request.POST.get("muutos", "")
    return 0 if said == "0" else positive_id(said)


@require_POST
def outcome(request: PortalRequest, booking_id: int) -> HttpResponse:
    """What the two agreed to try."""
    found = _own_booking(request, booking_id)
    if found.state != Booking.State.BOOKED or found.slot.ends_at > clock.now():
        raise Http404
    result = getattr(found, "outcome", None)
    form = OutcomeForm(
        request.POST, instance=result, today=clock.today(), words=found.slot.hour.words
    )
    if not form.is_valid():
        return _booking_page(request, found, form)
    outcomes.write_outcome(booking=found, at=clock.now(), **form.agreed)
    if found.booked_by_id == request.user.pk:
        messages.success(request, _("Sovittu on talletettu. Uusinnan voi varata heti."))
    else:
        messages.success(request, _("Sovittu on talletettu. Kollega voi varata uusinnan heti."))
    return redirect("consultations:booking", found.pk)


@require_POST
def helped(request: PortalRequest, booking_id: int) -> HttpResponse:
    found = _own_booking(request, booking_id)
    form = HelpedForm(request.POST)
    if not hasattr(found, "outcome") or not form.is_valid():
        raise Http404
    outcomes.answer(outcome=found.outcome, helped=form.cleaned_data["helped"], at=clock.now())
    messages.success(request, _("Kiitos vastauksesta."))
    return redirect("consultations:booking", found.pk)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """The signed address in a mail: one press takes the offered time, without signing in.

    Opening it changes nothing: mail servers open addresses, too.
    """
    try:
        booking_id = booking_of(token)
    except signing.BadSignature as unknown:
        raise Http404 from unknown
    related = Booking.objects.select_related("slot__hour", "slot__teacher", "booked_by")
    found = get_object_or_404(related, pk=booking_id)
    refusal = ""
    if request.method == "POST":
        try:
            waiting.accept(booking=found, at=clock.now(), seen=_seen(request))
        except SlotTakenError as reason:
            refusal = str(reason)
        found = related.get(pk=found.pk)
    context = {
        "booking": found,
        "refusal": refusal,
        "is_open": found.state == Booking.State.HELD and found.slot.state == Slot.State.OPEN,
    }
    status = 422 if refusal else 200
    return render(request, "consultations/offer.html", context, status=status)


@require_POST
@for_bookers
def join(request: PortalRequest) -> HttpResponse:
    kind = request.POST.get("kind", "")
    schools = selectors.own_schools(request.user, on=clock.today())
    school = schools.first()
    if kind not in ConsultationHour.Kind.values or school is None:
        raise Http404
    waiting.join(who=request.user, school=school, kind=kind, at=clock.now())
    messages.success(request, _("Olet jonossa. Kun aika vapautuu, tarjoamme sitä sinulle."))
    return redirect("consultations:times")


@require_POST
def leave(request: PortalRequest, waiting_id: int) -> HttpResponse:
    entry = get_object_or_404(Waiting, pk=waiting_id, who=request.user, ended_at=None)
    waiting.leave(entry=entry, at=clock.now())
    messages.success(request, _("Et ole enää jonossa."))
    return redirect("consultations:times")
