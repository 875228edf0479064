"""A person's rights over their data: a copy of it all, and its erasure (GDPR articles 15, 17)."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import ForeignKey, Model, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import AuditEvent
from accounts.services import keyed_digest, record
from kemi_ecosystem.lib.commands import RefusedError
from notifications.models import Notification
from schools.models import ErasedPupil, Guardian, Pupil
from wellbeing.models import CallForAdult

NEVER_TOLD = {"password", "digest"}


def find_pupil(key: str) -> Pupil:
    """The pupil of a key. Raises RefusedError when there is none."""
    found = Pupil.objects.filter(key=key.strip()).first()
    if found:
        return found
    if day := forgotten_on(key):
        raise RefusedError(
            _("Tämän avaimen oppilas poistettiin portaalista %s. Mitään ei ole jäljellä.")
            % date_format(day, "j.n.Y")
        )
    raise RefusedError(_("Tällä avaimella ei ole oppilasta. Tarkista avain: mitään ei tehty."))


def forgotten_on(key: str) -> dt.date | None:
    """The day when the pupil of this key was erased; None when nobody was, or came back since."""
    if Pupil.objects.filter(key=key.strip()).exists():
        return None
    erased = ErasedPupil.objects.filter(key_digest=keyed_digest(key.strip())).first()
    return localtime(erased.erased_at).date() if erased else None


def everything_about(pupil: Pupil) -> dict[str, list[dict[str, Any]]]:
    """All rows that hang on this pupil, by model: what an app adds is found by its relations."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in _hanging_on(pupil):
        rows[one._meta.label].append(_as_words(one))
    trail = AuditEvent.objects.filter(_trail_of(pupil)).order_by("at", "pk")
    rows[AuditEvent._meta.label] = [_as_words(one) for one in trail]
    guardians = Guardian.objects.filter(pupils=pupil)
    rows[Guardian._meta.label] = [_as_words(one) for one in guardians]
    return dict(rows)


def as_json(pupil: Pupil) -> str:
    content = everything_about(pupil)
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def _hanging_on(pupil: Pupil) -> Iterator[Model]:
    collector = NestedObjects(using=DEFAULT_DB_ALIAS)
    collector.collect([pupil])
    if pupil.user:
        collector.collect([pupil.user])
    for rows in collector.data.values():
        yield from sorted(rows, key=lambda one: str(one.pk))
    for queryset in collector.fast_deletes:
        yield from queryset


def _as_words(one: Model) -> dict[str, Any]:
    """A row as a person reads it: what a field points to in words, no secrets."""
    told: dict[str, Any] = {}
    for field in one._meta.concrete_fields:
        if field.name in NEVER_TOLD:
            continue
        value = getattr(one, field.attname)
        if isinstance(field, ForeignKey) and value is not None:
            value = str(getattr(one, field.name))
        told[field.name] = value
    return told


def _subjects(pupil: Pupil) -> set[str]:
    """What the audit trail and the notices call this pupil's rows."""
    alerts = {str(pk) for pk in pupil.alerts.values_list("pk", flat=True)}
    return {pupil.key, *alerts}


def _trail_of(pupil: Pupil) -> Q:
    own = Q(actor_id=pupil.user_id) if pupil.user_id else Q(pk=None)
    return Q(subject_key__in=_subjects(pupil)) | own


@transaction.atomic
def forget(pupil: Pupil, *, at: dt.datetime) -> dict[str, int]:
    """Erase everything about this pupil. Returns how many rows of each model went.

    The trail of who read what stays without a way back to the child: its keys are emptied.
    """
    counts = {label: len(rows) for label, rows in everything_about(pupil).items() if rows}
    paths = _paths(pupil)
    AuditEvent.objects.filter(_trail_of(pupil)).update(subject_key="")
    Notification.objects.filter(paths).delete()
    ErasedPupil.objects.get_or_create(
        key_digest=keyed_digest(pupil.key), defaults={"erased_at": at}
    )
    guardians = list(Guardian.objects.filter(pupils=pupil))
    user = pupil.user
    pupil.delete()
    if user:
        user.delete()
    _forget_lone(guardians)
    record(actor=None, action="forget", subject_type="pupil", subject_key="", at=at)
    return counts


def _paths(pupil: Pupil) -> Q:
    """The notices that lead to this pupil's alerts, calls or case."""
    found = Q(path=reverse("absences:case", args=[pupil.pk]))
    for pk in pupil.alerts.values_list("pk", flat=True):
        found |= Q(path=reverse("absences:alert", args=[pk]))
    for call in CallForAdult.objects.filter(pupil=pupil):
        found |= Q(path=reverse("wellbeing:call", args=[call.pk]))
    return found


def _forget_lone(guardians: Iterable[Guardian]) -> None:
    for one in guardians:
        if not one.pupils.exists():
            user = one.user
            one.delete()
            if user:
                user.delete()


def forget_again(*, at: dt.datetime) -> int:
    """Erase those whom a restored backup brought back. Returns how many."""
    digests = set(ErasedPupil.objects.values_list("key_digest", flat=True))
    if not digests:
        return 0
    back = [one for one in Pupil.objects.iterator() if keyed_digest(one.key) in digests]
    for pupil in back:
        forget(pupil, at=at)
    return len(back)
