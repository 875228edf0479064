"""How the model in force counts: what an hour is, and which absences count."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, JSONField, Subquery

from absences.models import InterventionModel, InterventionStep
from absences.presets import COUNTED
from schools.models import this_year

Counting = InterventionModel.Counting
Trigger = InterventionStep.Trigger
# The steps that sum absences up; several ladders side by side may sum up different ones.
SUMS = (Trigger.HOURS, Trigger.PERCENT, Trigger.LESSONS)


class EveryList(Aggregate):
    """The lists of all rows as one list of lists, on either database."""

    function = "jsonb_agg"
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "json_group_array(json(%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, **extra)


@dataclass(frozen=True, slots=True)
class InForce:
    counting: Counting
    counted: frozenset[str]


def counting_columns(day: dt.date) -> dict[str, Subquery]:
    """For a statement about something else: what `in_force` makes the rule of."""
    models = InterventionModel.objects.active().filter(this_year(day))
    steps = InterventionStep.objects.filter(model__in=models.order_by(), trigger__in=SUMS)
    lists = steps.order_by().values("model").annotate(lists=EveryList("counted"))
    return {
        "counting": Subquery(models.order_by().values("counting")[:1]),
        "counted": Subquery(lists.values("lists")),
    }


def in_force(counting: str | None, counted: Iterable[Iterable[str]] | None) -> InForce:
    """As in Kemi, before there is a model or when nothing is summed up."""
    names = {one for names in counted or () for one in names}
    return InForce(Counting(counting or Counting.MINUTES_45), frozenset(names or COUNTED))


def counting_on(day: dt.date) -> InForce:
    """By the model in force on a day. One statement."""
    columns = counting_columns(day)
    models = InterventionModel.objects.active().filter(this_year(day))
    row = models.values_list("counting", columns["counted"]).first()
    return in_force(*row) if row else in_force(None, None)
