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
from support.models.evaluations import (
    DevelopmentGoal,
    EvaluationSummary,
    SavedCard,
    SelfEvaluation,
    Step,
)
from support.models.index import SearchDocument, SearchGram, SearchHit, SearchTerm
from support.models.keeping import PackFile, TextDraft, TextKind, TextSuggestion, TextVersion
from support.models.rounds import (
    PUPIL_ROUND_ROLES,
    WORKSHOP_ROLES,
    ChecklistAnswer,
    ChecklistRound,
    ConsultationRequest,
    Handover,
)
from support.models.screenings import CityScreeningSum, Screening, ScreeningDone, ScreeningSum
from support.models.uses import HELPED, Helped, MeasureEcho, MeasureUse

__all__ = [
    "HELPED",
    "PUPIL_ROUND_ROLES",
    "WORKSHOP_ROLES",
    "Branch",
    "Checklist",
    "ChecklistAnswer",
    "ChecklistItem",
    "ChecklistRound",
    "CityScreeningSum",
    "ConsultationRequest",
    "ContentPack",
    "DevelopmentGoal",
    "EvaluationSummary",
    "Handover",
    "Helped",
    "Indicator",
    "Level",
    "Measure",
    "MeasureEcho",
    "MeasureUse",
    "Need",
    "PackFile",
    "QualityCard",
    "QualityPromise",
    "QualityValue",
    "SavedCard",
    "Screening",
    "ScreeningDone",
    "ScreeningSum",
    "SearchDocument",
    "SearchGram",
    "SearchHit",
    "SearchTerm",
    "SelfEvaluation",
    "Stage",
    "Step",
    "TextDraft",
    "TextKind",
    "TextSuggestion",
    "TextVersion",
]
