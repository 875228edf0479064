"""How a measure lives: where it is in use, and what pupils who wished for it said afterwards."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce

from kemi_ecosystem.lib.hiding import band, in_fives, is_told
from support.models import (
    HELPED,
    ChecklistItem,
    ContentPack,
    Measure,
    MeasureEcho,
    MeasureUse,
    QualityCard,
)


def _in_use(school_ids: Iterable[int], on: dt.date) -> QuerySet[MeasureUse]:
    return MeasureUse.objects.filter(
        Q(ends=None) | Q(ends__gte=on), school__in=list(school_ids), begins__lte=on
    )


def alive(school_ids: Iterable[int], *, on: dt.date) -> frozenset[int]:
    """The measures in use in these schools on a day. No statement when there are no schools."""
    if not school_ids:
        return frozenset()
    return frozenset(_in_use(school_ids, on).values_list("measure", flat=True).distinct())


def pack_in_use() -> tuple[str, str]:
    """The edition of the catalogue and what its pack says of itself; empty before one is loaded."""
    return ContentPack.objects.values_list("edition", "notice").first() or ("", "")


@dataclass(frozen=True, slots=True)
class Mention:
    title: str
    slug: str
    is_card: bool


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """A leaf. `uses` is the band its number of uses in one's own school is in, both ends told;
    `answers` and `helped` are at least so many pupils, in fives, and 0 says "fewer than five".
    """

    measure: Measure
    mentions: list[Mention]
    is_in_use: bool
    uses: tuple[int, int]
    answers: int
    helped: int
    # What the content pack says of itself.
    notice: str


def measure_page(slug: str, *, school_ids: Iterable[int], on: dt.date) -> MeasurePage:
    """Three statements. Raises Measure.DoesNotExist."""
    echoes = MeasureEcho.objects.filter(source=MeasureUse.Source.WISH, is_told=True)
    found: Any = (
        Measure.objects.select_related("branch")
        .prefetch_related("needs")
        .annotate(
            use_count=_count(_in_use(school_ids, on)),
            echo_count=_count(echoes),
            helped_count=_count(echoes.filter(felt__gte=HELPED)),
            notice=Coalesce(
                Subquery(ContentPack.objects.values("notice")[:1]), Value("", TextField())
            ),
        )
        .get(slug=slug)
    )
    answers = found.echo_count if is_told(found.echo_count) else 0
    return MeasurePage(
        measure=found,
        mentions=_mentions(found.pk),
        is_in_use=bool(found.use_count),
        uses=band(found.use_count),
        answers=in_fives(answers),
        helped=in_fives(found.helped_count) if answers else 0,
        notice=found.notice,
    )


def _count(rows: QuerySet[Any]) -> Any:
    """How many of these rows hang on the measure of the outer query."""
    inner = rows.filter(measure=OuterRef("pk")).order_by().values("measure")
    return Coalesce(Subquery(inner.annotate(number=Count("pk")).values("number")), 0)


def _mentions(measure: int) -> list[Mention]:
    """The cards and the items of checklists that name the measure. One statement."""
    cards = QualityCard.objects.filter(measures=measure).order_by()
    items = ChecklistItem.objects.filter(measures=measure).order_by()
    rows = cards.annotate(kind=Value("a", CharField()), words=F("title"), at=F("slug")).values_list(
        "kind", "words", "at", "order"
    )
    more = items.annotate(
        kind=Value("b", CharField()), words=F("text"), at=F("checklist__slug")
    ).values_list("kind", "words", "at", "order")
    listed = sorted(rows.union(more, all=True), key=lambda one: (one[0], one[2], one[3]))
    return [Mention(words, at, kind == "a") for kind, words, at, _order in listed]
