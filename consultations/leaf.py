"""What colleagues tried for a topic, told on a measure's leaf from five cases up."""

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from consultations.models import Outcome
from kemi_ecosystem.lib.hiding import LEAST, in_fives
from support.models import Helped

HELPED = (Helped.YES, Helped.SOME)


def tried_for(measure_id: int) -> list[str]:
    """One sentence for each topic that at least five meetings were about. In steps of five."""
    rows = (
        Outcome.objects.filter(measures=measure_id, took_place=True)
        .order_by()
        .values_list("booking__topics__name")
        .annotate(
            count=Count("pk", distinct=True),
            helped=Count("pk", distinct=True, filter=Q(helped__in=HELPED)),
        )
        .filter(count__gte=LEAST, booking__topics__name__isnull=False)
        .order_by("-count")
    )
    words = _("%(topic)s: kollegat ovat kokeilleet tätä vähintään %(count)d kertaa.")
    more = _(
        "%(topic)s: kollegat ovat kokeilleet tätä vähintään %(count)d kertaa, ja ainakin "
        "%(helped)d kertaa se auttoi."
    )
    return [
        (more if helped >= LEAST else words)
        % {"topic": topic, "count": in_fives(count), "helped": in_fives(helped)}
        for topic, count, helped in rows
    ]
