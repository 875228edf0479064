"""From what was found to alerts, those who are told, and their notices: one transaction."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from absences import findings
from absences.evidence import Basis, evidence_of, newest_batch
from absences.findings import Finding
from absences.models import (
    Alert,
    AlertRecipient,
    Disclosure,
    RobotRound,
    RoundPart,
)
from absences.recipients import Circle, Told, circle_of
from absences.rules import Span
from absences.services.notices import notice_of
from absences.services.tables import Tables, gathered, waiting_for_others
from accounts.middleware import spoken
from kemi_ecosystem.lib import clock
from notifications import services as notifications
from notifications.models import Kind
from schools.calendar import SchoolCalendar
from schools.models import Pupil
from schools.roles import Role

NAMESPACE = uuid.UUID("d3f6b8a4-1a1c-5a0e-9a53-7c7f0a9f5b10")
CHUNK = 500
# After so many mornings without a round the notices of one person are one.
DIGEST_AFTER = 2
GROUND = "oppilas- ja opiskelijahuoltolaki 1287/2013, vain tunnistetiedot"


class Raiser:
    """Raises the alerts of one school's part of a round."""

    def __init__(self, part: RoundPart, calendar: SchoolCalendar, at: dt.datetime) -> None:
        self.part, self.walk, self.calendar, self.at = part, part.round, calendar, at
        # Whoever looks back in a round by hand wakes those who are there now, and from now on.
        self.today = max(self.walk.date, clock.local_date(at))
        prefetch_related_objects([self.walk.model], "steps")
        self.basis = Basis(self.walk.model, newest_batch(part.school_id))
        self.tables = Tables(self.today, calendar)

    def raise_all(self, found: Sequence[Finding]) -> None:
        """The heaviest first, so that they come to the table first."""
        heaviest = sorted(found, key=lambda one: (-one.step.order, -one.value, one.pupil_id))
        for start in range(0, len(heaviest), CHUNK):
            self._raise(heaviest[start : start + CHUNK])

    def _raise(self, chunk: Sequence[Finding]) -> None:
        here = Pupil.objects.here(self.today).select_related("school")
        pupils = here.in_bulk({finding.pupil_id for finding in chunk})
        kept = [finding for finding in chunk if finding.pupil_id in pupils]
        circle = circle_of(list(pupils.values()), on=self.today)
        minutes = self._minutes(kept)
        self.tables.lay([owner.pk for one in pupils.values() if (owner := circle.owner(one))])
        alerts = [self._alert(one, pupils[one.pupil_id], circle, minutes[one.span]) for one in kept]
        Alert.objects.bulk_create(alerts, batch_size=CHUNK)
        self.part.suppressed += len(chunk) - len(kept)
        self.part.alerts_new += len(alerts)
        self.part.notices += self._tell(alerts, circle)

    def _minutes(self, kept: Sequence[Finding]) -> dict[Span, dict[int, dict[str, int]]]:
        """By the days that were looked at: minutes by class, pupil by pupil."""
        by_span: dict[Span, list[int]] = defaultdict(list)
        for one in kept:
            by_span[one.span].append(one.pupil_id)
        return {
            span: findings.minutes_by_class(self.walk.model, ids, first=span.first, last=span.last)
            for span, ids in by_span.items()
        }

    def _alert(
        self, one: Finding, pupil: Pupil, circle: Circle, minutes: dict[int, dict[str, int]]
    ) -> Alert:
        owner = circle.owner(pupil)
        turn_on = self.tables.turn(owner.pk if owner else None)
        return Alert(
            id=uuid.uuid5(NAMESPACE, f"{pupil.pk}|{one.step.slug}|{one.window}"),
            pupil=pupil,
            school=pupil.school,
            group=circle.groups.get(pupil.pk),
            step=one.step,
            step_slug=one.step.slug,
            window=one.window,
            value=one.value,
            evidence=evidence_of(
                self.basis,
                one.step,
                span=one.span,
                value=one.value,
                minutes=minutes.get(pupil.pk, {}),
                days=one.days,
            ),
            covers_until=one.days[-1] if one.days else None,
            round=self.walk,
            raised_on=self.walk.date,
            turn_on=turn_on,
            due_on=self.calendar.add_school_days(turn_on, one.step.days_to_react),
            owner=owner,
        )

    def _tell(self, alerts: Sequence[Alert], circle: Circle) -> int:
        """Write who was told and their notices, in the transaction of the alerts themselves."""
        told_by_alert = {alert.pk: circle.told(alert.pupil, alert.step) for alert in alerts}
        recipients = [
            AlertRecipient(alert=alert, user=user, role=role)
            for alert in alerts
            for user, role in told_by_alert[alert.pk].values()
        ]
        AlertRecipient.objects.bulk_create(recipients, batch_size=CHUNK)
        log_disclosures(recipients, at=self.at)
        owners = {alert.owner_id for alert in alerts}
        drafts = [
            draft
            for alert in alerts
            for draft in self._drafts(alert, told_by_alert[alert.pk], owners)
        ]
        own = {(_cause(one), one.owner_id) for one in alerts}
        return notifications.notify(drafts=self._calm(drafts, own), at=self.at)

    def _drafts(
        self, alert: Alert, told: Told, owners: Collection[int | None]
    ) -> list[notifications.Draft]:
        """A guardian hears of the own child each time; a colleague of many things at once."""
        drafts = []
        for user, role in told.values():
            waits = alert.turn_on != self.today and user.pk == alert.owner_id
            if role != "guardian" and (waits or self.walk.missed_days >= DIGEST_AFTER):
                # A digest names nobody: it may be mailed whoever is in it.
                drafts.append(self._digest(user.pk, is_owner=user.pk in owners))
            else:
                with translation.override(spoken(user.language) if role == "guardian" else "fi"):
                    drafts.append(draft_of(alert, user.pk, role))
        return drafts

    def _calm(
        self, drafts: Sequence[notifications.Draft], own: Collection[tuple[str, int | None]]
    ) -> list[notifications.Draft]:
        """Of a whole class at once its head, too, hears once; families each of their own child.

        What comes to somebody's own table (`own`) is told one by one: no more than a morning's.
        """
        calm: list[notifications.Draft] = []
        others: list[notifications.Draft] = []
        for one in drafts:
            is_of_others = one.kind == Kind.ALERT and (one.cause, one.recipient_id) not in own
            (others if is_of_others else calm).append(one)
        return calm + gathered(
            others,
            # Not the digest's own: one may have both.
            cause=f"round:{self.walk.pk}:others",
            title=_("Unilukkari herätti tänä aamuna monesta oppilaasta. Katso, ketkä odottavat."),
            path=waiting_for_others(),
        )

    def _digest(self, user_id: int, *, is_owner: bool) -> notifications.Draft:
        """It leads to one's own table, or to what waits for others."""
        if self.walk.missed_days >= DIGEST_AFTER:
            title = _("Unilukkari on ollut poissa. Katso, ketkä odottavat.")
        else:
            title = _("Sinulle on useita herätyksiä. Ne tulevat pöydällesi usealle aamulle.")
        return notifications.Draft(
            recipient_id=user_id,
            kind=Kind.ALERT_DIGEST,
            cause=f"round:{self.walk.pk}",
            title=title,
            path=reverse("absences:alerts") if is_owner else waiting_for_others(),
        )


def draft_of(alert: Alert, user_id: int, role: str) -> notifications.Draft:
    if role == "guardian":
        kind, title = Kind.ALERT_FOR_GUARDIAN, _("Koulu kertoo poissaoloista")
    elif role == Role.WELFARE:
        # Another controller's employee: how far the absences have come is not told there.
        kind, title = Kind.ALERT, _("Koulu kertoo sinulle oppilaasta")
    else:
        kind = Kind.ALERT
        title = _("Unilukkari herätti: %(step)s") % {"step": alert.step.name.lower()}
    return notice_of(alert, to=user_id, kind=kind, cause=_cause(alert), title=title)


def _cause(alert: Alert) -> str:
    return f"alert:{alert.pk}"


def log_disclosures(told: Iterable[AlertRecipient], *, at: dt.datetime) -> None:
    """A line of each employee of another controller who is told, and on what ground."""
    Disclosure.objects.bulk_create(
        (
            Disclosure(alert=one.alert, to=one.user, ground=GROUND, disclosed_at=at)
            for one in told
            if one.role == Role.WELFARE
        ),
        ignore_conflicts=True,
    )


def as_json(walk: RobotRound) -> list[dict[str, Any]]:
    """The alerts of a round, as `robot_round --json` prints them."""
    rows = Alert.objects.filter(round=walk).order_by("school__key", "pupil__key", "step__order")
    wanted = ("pupil__key", "school__key", "step_slug", "step__trigger", "value", "step__threshold")
    return [
        {
            "pupil": pupil,
            "school": school,
            "step": step,
            "trigger": trigger,
            "value": float(value),
            "threshold": threshold,
        }
        for pupil, school, step, trigger, value, threshold in rows.values_list(*wanted)
    ]
