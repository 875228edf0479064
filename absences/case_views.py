from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from absences.case import case_page, followed_pupils, for_case
from absences.forms import WhyForm
from absences.why import Asker, model_on
from accounts import services as accounts
from accounts.http import PortalRequest
from kemi_ecosystem.lib import clock
from schools.access import calendar
from schools.models import Pupil


@require_GET
def case(request: PortalRequest, pupil_id: int) -> HttpResponse:
    """A pupil's year on one page. Every opening is written into the trail."""
    pupil = _opened(request, pupil_id)
    today = clock.today()
    page = case_page(pupil, on=today, calendar=calendar(request))
    context = {"page": page, "why_form": WhyForm(today=today, initial={"paiva": today})}
    return render(request, "absences/case.html", context)


@require_GET
def why(request: PortalRequest, pupil_id: int) -> HttpResponse:
    """Of one pupil and one day: why an adult was woken, or why not."""
    pupil = _opened(request, pupil_id)
    today = clock.today()
    asked = request.GET if "paiva" in request.GET else None
    form = WhyForm(asked, today=today, initial={"paiva": today})
    day = form.cleaned_data["paiva"] if form.is_valid() else None
    answers = []
    if day and (model := model_on(day)):
        answers = Asker(pupil, on=day, model=model, calendar=calendar(request)).ask()
    context = {"pupil": pupil, "form": form, "day": day, "answers": answers}
    return render(request, "absences/why.html", context, status=422 if form.errors else 200)


def _opened(request: PortalRequest, pupil_id: int) -> Pupil:
    """A pupil whom this person follows; that the year was opened stays in the trail."""
    today = clock.today()
    pupils = for_case(followed_pupils(request.user, on=today), on=today)
    pupil = get_object_or_404(pupils, pk=pupil_id)
    accounts.record(
        actor=request.user,
        action="read",
        subject_type="case",
        subject_key=pupil.key,
        at=clock.now(),
    )
    return pupil
