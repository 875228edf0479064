"""Unilukkari's round: planned, walked school by school, joined. Killed anywhere, it goes on.

The database holds the truth. One round can be open at a time (a unique key says so). Each school's
part is claimed by locking its row and walked in one transaction: whoever is killed leaves nothing
half done and no lock behind, and the next one who comes walks what is left.
"""

import datetime as dt
import logging
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from absences import bulk, findings
from absences.errors import RoundRefusedError
from absences.models import NoteBatch, PupilToCheck, RobotRound, RoundPart
from absences.services import raising, scouting
from absences.services.follow_up import follow_up
from absences.services.models import ensure_model
from absences.services.raising import Raiser
from absences.told import Reach
from kemi_ecosystem.lib import clock
from notifications.services import is_standing_still
from schools.calendar import SchoolCalendar, year_bounds
from schools.selectors import calendar_for

logger = logging.getLogger(__name__)
TRIES = 3
DAY = dt.timedelta(days=1)
WALKS_FROM, WALKS_UNTIL = dt.time(6, 15), dt.time(15)
OWN_FAULTS = (DatabaseError, ArithmeticError, LookupError, TypeError, ValueError)
Cause = RobotRound.Cause
State = RoundPart.State
LEDGER = ("pupils_checked", "alerts_new", "repeated", "suppressed", "notices")


@dataclass(slots=True)
class RoundReport:
    """What a round found that is new, for the ledger and for programs."""

    round: RobotRound
    alerts: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        walk = self.round
        return {
            "round": walk.pk,
            "date": walk.date.isoformat(),
            "model": f"{walk.model.slug} {walk.model.school_year.name} v{walk.model.version}",
            "pupils_checked": walk.pupils_checked,
            "alerts": self.alerts,
            "repeated": walk.repeated,
            "suppressed": walk.suppressed,
            "stale_sources": walk.stale_sources,
        }


def walk_round(
    *, on: dt.date, cause: str, at: dt.datetime, is_full: bool | None = None
) -> RoundReport:
    """Plan a round and walk it to the end, here and now.

    Whoever has been told is not told again: an alert is one row per pupil, step and window, and
    its notices are written with it. A round that somebody left open is walked to its end first.
    A second morning round of the same day is not walked.

    Raises RoundRefusedError for a day before the data begins, and when another round is being
    walked at this moment.
    """
    if (left := open_round()) and not walk_open(left, at=at):
        raise RoundRefusedError(_("Toinen kierros on juuri kesken. Yritä hetken päästä uudelleen."))
    walk, is_new = plan_round(on=on, cause=cause, at=at, is_full=is_full)
    if not is_new:
        return RoundReport(walk)
    if walk.is_open:
        walk_open(walk, at=at)
        walk.refresh_from_db()
    return RoundReport(walk, raising.as_json(walk) if walk.alerts_new else [])


def open_round() -> RobotRound | None:
    found = RobotRound.objects.filter(is_open=True)
    return found.first()


@transaction.atomic
def plan_round(
    *, on: dt.date, cause: str, at: dt.datetime, is_full: bool | None = None
) -> tuple[RobotRound, bool]:
    """Write a round and its parts, one for each school that has pupils. True when it is new.

    When nothing is new in any school, this is the whole round: it is joined at once.
    """
    started = time.monotonic()
    _refuse_at_standstill()
    newest = _newest_day(on, at)
    bulk.share_turn()
    model = ensure_model(on=on)
    if cause == Cause.SCHEDULED:
        known = RobotRound.objects.select_related("model__school_year")
        if walked := known.filter(date=on, cause=cause).first():
            return walked, False
    last = _last_round(at)
    calendar = calendar_for(on)
    if is_full is None:
        is_full = cause == Cause.BY_HAND or _is_new_week(last, on)
    missed = calendar.school_days_after(last.date, on) - 1 if last and last.date < on else 0
    try:
        walk = RobotRound.objects.create(
            date=on, cause=cause, model=model, started_at=at, is_open=True, is_full=is_full,
            missed_days=max(missed, 0), known=scouting.what_is_known(calendar),
            last_place=scouting.last_place(), data_until=newest,
            stale_sources=scouting.silent_sources(
                on=on, cause=cause, at=at, calendar=calendar
            ),
        )  # fmt: skip
    except IntegrityError:
        raise RoundRefusedError(_("Toinen kierros ehti alkaa ensin.")) from None
    parts = scouting.scout(walk, calendar=calendar)
    if not _left(parts):
        _join(walk, parts, calendar=calendar, at=_later(at, started))
    return walk, True


def _last_round(at: dt.datetime) -> RobotRound | None:
    """The last round; days that the clock was ahead of are freed first."""
    rounds = RobotRound.objects.filter(is_open=False).order_by("-date", "-finished_at")
    last = rounds.first()
    if last and last.started_at > at:
        free_days_ahead(at=at)
        last = rounds.filter(started_at__lte=at).first()
    return last


def _left(parts: Sequence[RoundPart]) -> bool:
    return any(part.state == State.WAITING for part in parts)


def _later(at: dt.datetime, started: float) -> dt.datetime:
    return at + dt.timedelta(seconds=time.monotonic() - started)


def _is_new_week(last: RobotRound | None, on: dt.date) -> bool:
    """Once a week everybody is looked at, whatever is believed to be new."""
    return last is None or last.date.isocalendar()[:2] != on.isocalendar()[:2]


def _refuse_at_standstill() -> None:
    if is_standing_still():
        raise RoundRefusedError(
            _("Portaali seisoo, koska se on palautettu varmuuskopiosta. Anna jatkaa: resume.")
        )


def _newest_day(on: dt.date, at: dt.datetime) -> dt.date | None:
    """The newest day that a note reaches. A round before the first one is refused.

    A day that has not come, and that no note reaches, would only make old things look older.
    """
    known = NoteBatch.objects.filter(undone_at=None).aggregate(
        first=Min("first_date"), last=Max("last_date")
    )
    first: dt.date | None = known["first"]
    newest: dt.date | None = known["last"]
    if first is None:
        raise RoundRefusedError(
            _("Kierrosta ei tehty: tuntimerkintöjä ei ole vielä tuotu. Tuo ne ensin.")
        )
    if on < first:
        reason = _(
            "Kierrosta ei tehty: merkinnät alkavat vasta %(first)s, ja pyysit päivää %(on)s."
        )
        raise RoundRefusedError(reason % {"first": f"{first:%-d.%-m.%Y}", "on": f"{on:%-d.%-m.%Y}"})
    today = clock.local_date(at)
    if on < year_bounds(today)[0]:
        raise RoundRefusedError(
            _("Kierrosta ei tehty: pyysit päivää lukuvuodelta, joka on jo päättynyt.")
        )
    if on > max(today, newest or on):
        raise RoundRefusedError(_("Kierrosta ei tehty: pyysit päivää, joka ei ole vielä tullut."))
    return min(newest, on) if newest else None


def walk_open(walk: RobotRound, *, at: dt.datetime) -> bool:
    """Walk what is left of a round and join it. False when others are still at it."""
    started = time.monotonic()
    while parts := list(walk.parts.filter(state=State.WAITING).values_list("pk", flat=True)):
        if not sum(walk_part(part_id=pk, at=at) for pk in parts):
            break
    return finish_round(round_id=walk.pk, at=_later(at, started))


def walk_part(*, part_id: int, at: dt.datetime) -> bool:
    """Walk one school. False when it is walked already or another worker is at it.

    An error of our own is counted; the third one leaves the school to the ledger's error count,
    so that one school cannot hold up the others, and every error is logged by its kind. A lost
    database is raised: whoever hands out the parts hands this one out again.
    """
    connection.ensure_connection()
    line = connection.connection
    try:
        with transaction.atomic():
            parts = RoundPart.objects.select_for_update(skip_locked=True, of=("self",))
            part = parts.select_related("round__model__school_year", "school").filter(
                pk=part_id, state=State.WAITING
            ).first()  # fmt: skip
            if part is None:
                return False
            bulk.share_turn()
            _walk_school(part, at)
            part.state = State.DONE
            part.save()
    except OWN_FAULTS as error:
        if connection.connection is not line:
            # The database was lost on the way: no fault of this school, which keeps its tries.
            raise
        _count_error(part_id, error)
    return True


def _count_error(part_id: int, error: Exception) -> None:
    _log(error)
    part = RoundPart.objects.filter(pk=part_id, state=State.WAITING)
    part.update(attempts=F("attempts") + 1, error=type(error).__name__)
    # Nobody of the school has been looked at: what the round wrote of it is undone.
    part.filter(attempts__gte=TRIES).update(state=State.FAILED, pupils_checked=0)


def _log(error: Exception) -> None:
    """Frames only: a database's message can hold the row that it refused."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("A part of a round failed: %s\n%s", type(error).__name__, frames)


def _walk_school(part: RoundPart, at: dt.datetime) -> None:
    walk = part.round
    calendar = calendar_for(walk.date)
    marks = scouting.marks_of(walk, school_id=part.school_id)
    whole = scouting.pupils_of(part.school_id)
    only = (
        whole if walk.is_full else list(scouting.pupils_to_look_at(walk, [part.school_id], marks))
    )
    found = findings.find(
        walk.model, on=walk.date, calendar=calendar, reach=Reach(only), whole=Reach(whole)
    )
    new = [one for one in found.new if not scouting.is_withheld(part, one.step.trigger)]
    part.repeated = len(found.repeated)
    part.suppressed = len(found.new) - len(new)
    Raiser(part, calendar, at).raise_all(new)
    if not part.is_silent and scouting.takes_marks(walk):
        marks = [one for one in marks if one.is_here]
        PupilToCheck.objects.filter(pk__in=[one.pk for one in marks]).delete()


@transaction.atomic
def finish_round(*, round_id: int, at: dt.datetime) -> bool:
    """Join a round whose parts have all been walked. True when it is finished, now or before."""
    walk = RobotRound.objects.select_for_update().get(pk=round_id)
    if not walk.is_open:
        return True
    parts = list(walk.parts.all())
    if _left(parts):
        return False
    _join(walk, parts, calendar=calendar_for(walk.date), at=at)
    return True


def _join(
    walk: RobotRound, parts: Sequence[RoundPart], *, calendar: SchoolCalendar, at: dt.datetime
) -> None:
    """Sum up what the schools' parts say, and follow up what has been told before."""
    for name in LEDGER:
        setattr(walk, name, sum(getattr(part, name) for part in parts))
    walk.errors = sum(part.state == State.FAILED for part in parts)
    walk.is_open, walk.finished_at = False, at
    try:
        # An error here must not keep the round open: what it wrote is undone alone.
        with transaction.atomic():
            walk.notices += follow_up(walk, calendar=calendar, at=at)
    except OWN_FAULTS as error:
        walk.errors += 1
        _log(error)
    walk.save()


def is_morning_round_due(*, at: dt.datetime) -> bool:
    """Between a quarter past six and three on a school day that has had no round yet.

    Not at one moment only: a beat that slept through a quarter past six still wakes the adults.
    """
    now = timezone.localtime(at)
    if not WALKS_FROM <= now.time() < WALKS_UNTIL or is_standing_still():
        return False
    if RobotRound.objects.filter(date=now.date(), cause=Cause.SCHEDULED).exists():
        return False
    return NoteBatch.objects.exists() and calendar_for(now.date()).is_school_day(now.date())


def free_days_ahead(*, at: dt.datetime) -> None:
    """What was walked while the clock was ahead was no morning round of its day.

    That day will have its own when it really comes.
    """
    ahead = RobotRound.objects.filter(cause=Cause.SCHEDULED, date__gt=clock.local_date(at))
    # Asked first: every minute's tick need not stand in line to write nothing.
    if ahead.exists():
        ahead.update(cause=Cause.BY_HAND)


def parts_left() -> list[int]:
    """The schools of the open round that nobody has walked yet."""
    parts = RoundPart.objects.filter(round__is_open=True, state=State.WAITING)
    return list(parts.order_by("pk").values_list("pk", flat=True))


def join(*, at: dt.datetime) -> None:
    """Finish the open round, if all of its schools have been walked."""
    if walk := open_round():
        finish_round(round_id=walk.pk, at=at)


def plan_morning_round(*, at: dt.datetime, on: dt.date | None = None) -> RobotRound | None:
    """Plan the scheduled round of a school day. None when there is nothing to plan."""
    on = on or clock.local_date(at)
    if open_round() or not calendar_for(on).is_school_day(on):
        return None
    try:
        walk, is_new = plan_round(on=on, cause=Cause.SCHEDULED, at=at)
    except RoundRefusedError as reason:
        logger.warning("No round: %s", reason)
        return None
    return walk if is_new else None
