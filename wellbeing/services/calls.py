"""A child wants an adult to get in touch today: nobody's silence may end the matter."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import record
from kemi_ecosystem.lib import clock
from schools.calendar import SchoolCalendar
from schools.models import Pupil
from schools.selectors import calendar_for
from wellbeing.models import CallForAdult
from wellbeing.rules import (
    LAST_HOUR,
    PASS_CALL_AFTER,
    SCHOOL_OPENS,
    is_school_time,
    next_school_day,
    school_time_between,
)
from wellbeing.services.adults import adult_for
from wellbeing.services.telling import tell_of_calls


def called_by(pupil: Pupil) -> list[CallForAdult]:
    """The child's calls that nobody has taken yet, the first first."""
    rows = CallForAdult.objects.filter(pupil=pupil, taken_at=None).select_related("to")
    return list(rows.order_by("asked_at", "pk"))


def is_old(called: list[CallForAdult], *, on: dt.date) -> bool:
    """Whether all of it was said before this day."""
    return all(clock.local_date(one.asked_at) < on for one in called)


@transaction.atomic
def call_for_adult(*, pupil: Pupil, at: dt.datetime) -> User | None:
    """An adult hears of it at once, and who it is behind the sign-in. None when nobody is left.

    While a call waits, a second press of the same day changes nothing; on a later day those who
    were called hear of it once more.
    """
    Pupil.objects.select_for_update().get(pk=pupil.pk)
    on = clock.local_date(at)
    if waiting := called_by(pupil):
        if is_old(waiting, on=on):
            tell_of_calls(waiting, at=at, cause=f":again:{on}")
        return waiting[0].to
    if (adult := adult_for(pupil, on=on)) is None:
        return None
    _call(pupil, adult, at)
    record(actor=pupil.user, action="call", subject_type="pupil", subject_key=pupil.key, at=at)
    return adult


def _call(pupil: Pupil, adult: User, at: dt.datetime) -> None:
    call, _is_new = CallForAdult.objects.get_or_create(
        pupil=pupil, to=adult, taken_at=None, defaults={"asked_at": at}
    )
    tell_of_calls([call], at=at)


@transaction.atomic
def take_call(*, call: CallForAdult, by: User, at: dt.datetime) -> None:
    """Somebody has been in touch: whoever else was called need not.

    A page left open from an earlier call ends no newer one.
    """
    Pupil.objects.select_for_update().get(pk=call.pupil_id)
    call.refresh_from_db(fields=["taken_at"])
    if call.taken_at is not None:
        return
    CallForAdult.objects.filter(pupil_id=call.pupil_id, taken_at=None).update(taken_at=at)
    record(actor=by, action="call-taken", subject_type="pupil", subject_key=call.pupil.key, at=at)


@dataclass(frozen=True, slots=True)
class Heard:
    """When an adult will likely read a call that is made now; its notice leaves at once."""

    is_school_time: bool
    # Today may be too short: the page says so, and gives the numbers to ring.
    is_late: bool
    next_day: dt.date | None


def heard(*, at: dt.datetime) -> Heard:
    now = timezone.localtime(at)
    is_school_day = calendar_for(now.date()).is_school_day
    is_open = is_school_time(now, is_school_day)
    left = school_time_between(now, now + dt.timedelta(days=1), lambda day: day == now.date())
    # Before the school opens in the morning, the next school day is today.
    is_early = is_school_day(now.date()) and now.time() < SCHOOL_OPENS
    return Heard(
        is_school_time=is_open,
        is_late=is_open and left <= LAST_HOUR,
        next_day=now.date() if is_early else next_school_day(now.date(), is_school_day),
    )


def pass_calls_on(*, at: dt.datetime) -> int:
    """A call that has waited an hour of school time goes to the next adult as well.

    When all have been told, each hears of it again on every school day until somebody has been in
    touch. Returns how many notices were new.
    """
    now = timezone.localtime(at)
    calendar = calendar_for(now.date())
    if not is_school_time(now, calendar.is_school_day):
        return 0
    waiting = defaultdict(list)
    here = Pupil.objects.here(now.date())
    rows = CallForAdult.objects.filter(taken_at=None, pupil__in=here).select_related("pupil", "to")
    for one in rows.order_by("asked_at", "pk"):
        waiting[one.pupil_id].append(one)
    return sum(_pass_on(calls, calendar, at=at) for calls in waiting.values())


@transaction.atomic
def _pass_on(calls: list[CallForAdult], calendar: SchoolCalendar, *, at: dt.datetime) -> int:
    pupil, now = calls[0].pupil, timezone.localtime(at)
    Pupil.objects.select_for_update().get(pk=pupil.pk)
    if not CallForAdult.objects.filter(pupil=pupil, taken_at=None).exists():
        return 0
    newest = timezone.localtime(calls[-1].asked_at)
    if school_time_between(newest, now, calendar.is_school_day) < PASS_CALL_AFTER:
        return 0
    told = {one.to_id for one in calls}
    adult = adult_for(pupil, on=now.date(), told=told)
    if adult is not None:
        _call(pupil, adult, at)
        return 1
    if newest.date() == now.date():
        return 0
    return tell_of_calls(calls, at=at, cause=f":{now.date()}")
