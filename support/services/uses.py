"""How the other apps say that a measure is in use, and how it felt."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from kemi_ecosystem.lib.hiding import LEAST
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
def switch_use(  # noqa: PLR0913
    *,
    measure: Measure | None,
    school: School,
    group: TeachingGroup | None,
    source: str,
    cause: str,
    begins: dt.date | None,
    on: dt.date,
) -> None:
    """This cause now uses this one measure, or none: what it used before has ended.

    Taking up again what had ended goes on from the new first day.
    """
    wanted = measure.pk if measure else None
    MeasureUse.objects.filter(cause=cause, ends=None).exclude(measure=wanted).update(ends=on)
    if measure is None:
        return
    MeasureUse.objects.update_or_create(
        measure=measure,
        cause=cause,
        defaults={
            "school": school, "group": group, "source": source,
            "begins": begins or on, "ends": None,
        },
    )  # fmt: skip


@transaction.atomic
def record_echo(
    *, measure: Measure, school: School, source: str, cause: str, felt: int, on: dt.date
) -> None:
    """How it felt, 1–5. Answering again replaces the answer.

    Answers are told five at a time: by the day on which a figure moves nobody's face is found.
    """
    Measure.objects.select_for_update().get(pk=measure.pk)
    MeasureEcho.objects.update_or_create(
        measure=measure,
        cause=cause,
        defaults={"school": school, "source": source, "felt": felt, "answered_on": on},
    )
    waiting = MeasureEcho.objects.filter(measure=measure, source=source, is_told=False)
    if waiting.count() >= LEAST:
        waiting.update(is_told=True)
