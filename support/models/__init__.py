"""The catalogue and its index."""

from support.models.catalogue import (
    Branch,
    Checklist,
    ChecklistItem,
    ContentPack,
    Indicator,
    Level,
    Measure,
    Need,
    QualityCard,
    QualityPromise,
    QualityValue,
    Stage,
)
from support.models.index import SearchDocument, SearchGram, SearchHit, SearchTerm

__all__ = [
    "Branch",
    "Checklist",
    "ChecklistItem",
    "ContentPack",
    "Indicator",
    "Level",
    "Measure",
    "Need",
    "QualityCard",
    "QualityPromise",
    "QualityValue",
    "SearchDocument",
    "SearchGram",
    "SearchHit",
    "SearchTerm",
    "Stage",
]
