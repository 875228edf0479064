"""Unilukkari's round: read, decide, record, tell. One transaction; safe to run twice."""

import datetime as dt
import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from absences import findings
from absences.errors import RoundRefusedError
from absences.findings import Finding
from absences.freshness import stale_sources
from absences.models import (
    Alert,
    AlertRecipient,
    InterventionModel,
    InterventionStep,
    NoteBatch,
    RobotRound,
)
from absences.recipients import Circle, circle_of
from absences.services.models import ensure_model
from kemi_ecosystem.lib import clock
from notifications import services as notifications
from notifications.models import Kind
from schools.calendar import SchoolCalendar
from schools.models import Pupil
from schools.selectors import calendar_for

logger = logging.getLogger(__name__)
NAMESPACE = uuid.UUID("d3f6b8a4-1a1c-5a0e-9a53-7c7f0a9f5b10")
CHUNK = 500


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


@transaction.atomic
def walk_round(*, on: dt.date, cause: str, at: dt.datetime) -> RoundReport:
    """Walk once over the whole city's notes up to and with a day.

    Whoever has been told is not told again: an alert is one row per pupil, step and window, and
    its notices are written with it. A second morning round of the same day is not walked.

    Raises RoundRefusedError for a day before the data begins.
    """
    _refuse_before_data(on)
    model = ensure_model(on=on)
    walk, is_new = _begin(model, on=on, cause=cause, at=at)
    report = RoundReport(walk)
    if not is_new:
        return report
    started = time.monotonic()
    calendar = calendar_for(on)
    found = findings.find(model, on=on)
    walk.repeated = found.repeated
    for chunk in _chunks(found.new):
        _raise_alerts(report, chunk, calendar, at)
    walk.finished_at = at + dt.timedelta(seconds=time.monotonic() - started)
    _finish(walk, on=on, calendar=calendar)
    return report


def _refuse_before_data(on: dt.date) -> None:
    first = NoteBatch.objects.aggregate(first=Min("first_date"))["first"]
    if first is None:
        raise RoundRefusedError(
            _("Kierrosta ei tehty: tuntimerkintöjä ei ole vielä tuotu. Tuo ne ensin.")
        )
    if on < first:
        reason = _(
            "Kierrosta ei tehty: merkinnät alkavat vasta %(first)s, ja pyysit päivää %(on)s."
        )
        raise RoundRefusedError(reason % {"first": f"{first:%-d.%-m.%Y}", "on": f"{on:%-d.%-m.%Y}"})


def _begin(
    model: InterventionModel, *, on: dt.date, cause: str, at: dt.datetime
) -> tuple[RobotRound, bool]:
    start = {"model": model, "started_at": at}
    if cause == RobotRound.Cause.SCHEDULED:
        return RobotRound.objects.select_related("model__school_year").get_or_create(
            date=on, cause=cause, defaults=start
        )
    return RobotRound.objects.create(date=on, cause=cause, **start), True


def _chunks(rows: Sequence[Finding]) -> Iterator[Sequence[Finding]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _raise_alerts(
    report: RoundReport, chunk: Sequence[Finding], calendar: SchoolCalendar, at: dt.datetime
) -> None:
    walk = report.round
    wanted = {finding.pupil_id for finding in chunk}
    here = Pupil.objects.here(walk.date).select_related("school")
    pupils = here.in_bulk(list(wanted))
    walk.suppressed += sum(1 for finding in chunk if finding.pupil_id not in pupils)
    circle = circle_of(list(pupils.values()), on=walk.date)
    evidence = _evidence(walk, list(pupils.values()))
    alerts = [
        _alert(walk, finding, pupils[finding.pupil_id], circle, evidence, calendar)
        for finding in chunk
        if finding.pupil_id in pupils
    ]
    Alert.objects.bulk_create(alerts, batch_size=CHUNK)
    report.alerts += [_as_json(alert) for alert in alerts]
    walk.alerts_new += len(alerts)
    walk.notices += _tell(alerts, circle, at)


def _evidence(walk: RobotRound, pupils: Sequence[Pupil]) -> dict[int, dict[str, Any]]:
    """What each alert rests on, in a form that can be read again in ten years."""
    first = walk.model.school_year.begins
    by_class = findings.minutes_by_class(
        [pupil.pk for pupil in pupils], first=first, last=walk.date
    )
    batches = _newest_batches({pupil.school_id for pupil in pupils})
    steps = walk.model.steps.all()
    common = {
        "ladder": [
            {"order": s.order, "name": s.name, "trigger": s.trigger, "threshold": s.threshold}
            for s in steps
        ],
        "from": first.isoformat(),
        "to": walk.date.isoformat(),
        "minutes_per_hour": walk.model.minutes_per_hour,
        "model": {
            "slug": walk.model.slug,
            "name": walk.model.name,
            "year": walk.model.school_year.name,
            "version": walk.model.version,
        },
    }
    return {
        pupil.pk: {
            **common,
            "minutes": by_class.get(pupil.pk, {}),
            "batch": batches.get(pupil.school_id),
        }
        for pupil in pupils
    }


def _newest_batches(school_ids: set[int]) -> dict[int, dict[str, Any]]:
    rows = NoteBatch.schools.through.objects.filter(school_id__in=school_ids)
    newest = dict(rows.values_list("school_id").annotate(Max("notebatch_id")))
    batches = NoteBatch.objects.in_bulk(set(newest.values()))
    return {
        school_id: {
            "id": pk,
            "source": batches[pk].source,
            "received_at": batches[pk].received_at.isoformat(),
            "last_date": str(batches[pk].last_date or ""),
        }
        for school_id, pk in newest.items()
    }


def _alert(
    walk: RobotRound,
    finding: Finding,
    pupil: Pupil,
    circle: Circle,
    evidence: dict[int, dict[str, Any]],
    calendar: SchoolCalendar,
) -> Alert:
    step = finding.step
    basis = evidence[pupil.pk] | {
        "trigger": step.trigger,
        "threshold": step.threshold,
        "counted": step.counted,
        "value": str(finding.value),
    }
    if finding.days:
        basis["days"] = [day.isoformat() for day in finding.days]
    return Alert(
        id=uuid.uuid5(NAMESPACE, f"{pupil.pk}|{step.slug}|{finding.window}"),
        pupil=pupil,
        school=pupil.school,
        group=circle.groups.get(pupil.pk),
        step=step,
        step_slug=step.slug,
        window=finding.window,
        value=finding.value,
        evidence=basis,
        covers_until=finding.days[-1] if finding.days else None,
        round=walk,
        raised_on=walk.date,
        due_on=calendar.add_school_days(walk.date, step.days_to_react),
        owner=circle.owner(pupil),
    )


def _tell(alerts: Sequence[Alert], circle: Circle, at: dt.datetime) -> int:
    """Write who was told and their notices, in the transaction of the alerts themselves."""
    recipients, drafts = [], []
    for alert in alerts:
        for user, role in circle.told(alert.pupil, alert.step).values():
            recipients.append(AlertRecipient(alert=alert, user=user, role=role))
            by_mail = bool(user.email) and not alert.pupil.nondisclosure
            drafts.append(_draft(alert, user.pk, role, by_mail=by_mail))
    AlertRecipient.objects.bulk_create(recipients, batch_size=CHUNK)
    return notifications.notify(drafts=drafts, at=at)


def _draft(alert: Alert, user_id: int, role: str, *, by_mail: bool) -> notifications.Draft:
    if role == "guardian":
        kind, title = Kind.ALERT_FOR_GUARDIAN, _("Koulu kertoo poissaoloista")
    else:
        kind = Kind.ALERT
        title = _("Unilukkari herätti: %(step)s") % {"step": alert.step.name.lower()}
    return notifications.Draft(
        recipient_id=user_id,
        kind=kind,
        cause=f"alert:{alert.pk}",
        title=title,
        path=reverse("absences:alert", args=[alert.pk]),
        by_mail=by_mail,
    )


def _as_json(alert: Alert) -> dict[str, Any]:
    step: InterventionStep = alert.step
    return {
        "pupil": alert.pupil.key,
        "school": alert.school.key,
        "step": step.slug,
        "trigger": step.trigger,
        "value": float(alert.value),
        "threshold": step.threshold,
    }


def _finish(walk: RobotRound, *, on: dt.date, calendar: SchoolCalendar) -> None:
    walk.pupils_checked = Pupil.objects.here(on).count()
    walk.data_until = NoteBatch.objects.aggregate(last=Max("last_date"))["last"]
    walk.stale_sources = [one.as_json() for one in stale_sources(on=on, calendar=calendar)]
    walk.save()


def walk_morning_round(*, at: dt.datetime, on: dt.date | None = None) -> int:
    """The scheduled round: on school mornings only. Returns how many alerts were new."""
    on = on or clock.local_date(at)
    if not calendar_for(on).is_school_day(on):
        return 0
    try:
        report = walk_round(on=on, cause=RobotRound.Cause.SCHEDULED, at=at)
    except RoundRefusedError as reason:
        logger.warning("No round: %s", reason)
        return 0
    return len(report.alerts)
