"""What a card's own page shows: in few statements, for the frame around it asks some, too."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, Exists, F, Max, OuterRef, Prefetch, Subquery, Value

from schools.models import Person
from support.models import (
    ChecklistItem,
    ContentPack,
    Measure,
    MeasureUse,
    Need,
    QualityCard,
    SavedCard,
)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """How a card lives in the city: in how many groups, and when a measure was last begun."""

    last: dt.date | None
    groups: int


@dataclass(frozen=True, slots=True)
class CardLink:
    """Something that belongs to the card: a need, an item of a checklist, or a project."""

    kind: str
    title: str
    slug: str
    of: str


@dataclass(frozen=True, slots=True)
class CardPage:
    # Its measures have `is_alive`: in use in the reader's own schools.
    card: Any
    heartbeat: Heartbeat
    needs: list[CardLink]
    items: list[CardLink]
    projects: list[CardLink]

    @property
    def alive(self) -> list[Any]:
        return [one for one in self.card.measures.all() if one.is_alive]


def card_page(slug: str, user: Person, *, school_ids: frozenset[int]) -> CardPage:
    """Four statements. Raises QualityCard.DoesNotExist."""
    here = MeasureUse.objects.filter(measure=OuterRef("pk"), ends=None, school_id__in=school_ids)
    measures: Any = Measure.objects.select_related("branch").annotate(is_alive=Exists(here))
    saved = SavedCard.objects.filter(card=OuterRef("pk"), user_id=user.pk or 0)
    card = (
        QualityCard.objects.select_related("branch")
        .prefetch_related(Prefetch("measures", measures))
        .annotate(
            is_saved=Exists(saved),
            notice=Subquery(ContentPack.objects.order_by("pk").values("notice")[:1]),
        )
        .get(slug=slug)
    )
    known = MeasureUse.objects.filter(measure__cards=card).aggregate(
        last=Max("begins"), groups=Count("group", distinct=True)
    )
    links = _links(card)
    by_kind = {kind: [one for one in links if one.kind == kind] for kind in ("1", "2", "3")}
    return CardPage(
        card, Heartbeat(known["last"], known["groups"]), by_kind["1"], by_kind["2"], by_kind["3"]
    )


def _links(card: Any) -> list[CardLink]:
    """Needs, items and projects in one statement. A project is above this app: the card knows its
    own by their back reference.
    """
    nothing = Value("", output_field=CharField())

    def rows(found: Any, kind: str, *columns: Any) -> Any:
        return found.order_by().values_list(Value(kind, output_field=CharField()), *columns)

    needs = rows(Need.objects.filter(cards=card), "1", F("name"), F("slug"), nothing, F("order"))
    items = rows(
        ChecklistItem.objects.filter(measures__cards=card),
        "2", F("text"), F("checklist__slug"), F("checklist__title"), F("order"),
    )  # fmt: skip
    projects = rows(card.projects, "3", F("name"), F("slug"), nothing, F("order"))
    found = sorted(needs.union(items, projects), key=lambda row: (row[0], row[4]))
    return [CardLink(*row[:4]) for row in found]
