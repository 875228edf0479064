"""What the uses of measures call the answers that began them."""

from collections.abc import Iterable

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from support.models import MeasureUse

BEGINS = "reaction:"


def reaction_cause(reaction_id: int) -> str:
    return f"{BEGINS}{reaction_id}"


# The same, where the database makes it of a reaction.
CAUSE_OF_REACTION = Concat(Value(BEGINS), Cast("pk", CharField()))


def measures_tried(reaction_ids: Iterable[int]) -> dict[int, list[str]]:
    """The names of what was tried with each reaction, in one statement."""
    causes = {reaction_cause(pk): pk for pk in reaction_ids}
    found: dict[int, list[str]] = {}
    uses = MeasureUse.objects.filter(cause__in=causes).order_by("measure__name")
    for cause, name in uses.values_list("cause", "measure__name"):
        found.setdefault(causes[cause], []).append(name)
    return found
