"""How the other apps say that a measure is in use, and how it felt."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from schools.models import School, TeachingGroup
from support.models import Measure, MeasureEcho, MeasureUse


@transaction.atomic
def begin_use(
    *,
    measures: Iterable[Measure],
    school: School,
    group: TeachingGroup | None,
    source: str,
    cause: str,
    on: dt.date,
) -> None:
    """These measures are in use from this day. The same cause again changes nothing."""
    MeasureUse.objects.bulk_create(
        [
            MeasureUse(
                measure=one, school=school, group=group, source=source, cause=cause, begins=on
            )
            for one in measures
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def end_uses(*, causes: Iterable[str], on: dt.date) -> int:
    """What these causes began is no longer in use. Returns how many ended."""
    return MeasureUse.objects.filter(cause__in=list(causes), ends=None).update(ends=on)


@transaction.atomic
def record_echo(
    *, measure: Measure, school: School, source: str, cause: str, felt: int, on: dt.date
) -> None:
    """How it felt, 1–5. Answering again replaces the answer."""
    MeasureEcho.objects.update_or_create(
        measure=measure,
        cause=cause,
        defaults={"school": school, "source": source, "felt": felt, "answered_on": on},
    )
