"""The content pack as files: what an educator writes, checked before anything is loaded.

A pack that is wrong is refused whole, with the file and the reason.
"""

import re
from pathlib import Path
from typing import Any, Literal, TypeVar

import frontmatter
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Model = TypeVar("Model", bound=BaseModel)
Slug = str
StageName = Literal["ecec", "preprimary", "primary", "lower_secondary"]
LevelName = Literal["arrangement", "group", "individual"]
CARD_SECTIONS = ("Miksi", "Näin se näkyy arjessa", "Arvioi itse", "Kokeile huomenna")


class PackRefusedError(Exception):
    """The pack is wrong somewhere. The message names the file and the reason."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class PackIn(Strict):
    slug: Slug
    name: str
    version: str
    language: str
    notice: str


class BranchIn(Strict):
    slug: Slug
    name: str
    summary: str


class NeedIn(Strict):
    slug: Slug
    name: str


class TeacherIn(Strict):
    summary: str
    steps: list[str] = Field(min_length=3, max_length=5)
    watch: str


class MeasureIn(Strict):
    slug: Slug
    name: str
    level: LevelName
    stages: list[StageName] = Field(min_length=1)
    needs: list[Slug] = Field(min_length=1)
    setup_minutes: int = Field(gt=0)
    who: str
    pictogram: str
    decision_required: bool = False
    teacher: TeacherIn
    pupil: str = Field(max_length=70)
    guardian: str


class CardIn(Strict):
    title: str
    order: int
    summary: str
    stages: list[StageName] = Field(min_length=1)
    needs: list[Slug]
    branch: Slug | None
    level: LevelName
    minutes: int = Field(gt=0)
    measures: list[Slug]
    pictogram: str


class IndicatorIn(Strict):
    number: int
    name: str


class ValueIn(Strict):
    slug: Slug
    name: str
    summary: str


class PromiseIn(Strict):
    slug: Slug
    value: Slug
    slogan: str
    meaning: str
    shows: list[str] = Field(min_length=2)
    indicators: list[int]


class PromisesIn(Strict):
    values: list[ValueIn]
    promises: list[PromiseIn]


class ItemIn(Strict):
    slug: Slug
    text: str
    help: str
    branch: Slug
    measures: list[Slug]


class ChecklistIn(Strict):
    slug: Slug
    title: str
    stages: list[StageName]
    intro: str
    items: list[ItemIn] = Field(min_length=1)


class GoalIn(Strict):
    title: str
    text: str


class PillarItemIn(Strict):
    title: str
    text: str
    page: Literal[
        "promises", "cards", "checklists", "tree", "absences", "consultation", "families",
        "wishes", "projects", "robot",
    ]  # fmt: skip


class PillarIn(Strict):
    slug: Slug
    name: str
    icon: str
    summary: str
    items: list[PillarItemIn]


class EcosystemIn(Strict):
    title: str
    motto: str
    lead: str
    aim: str
    goals: list[GoalIn]
    pillars: list[PillarIn]


class Pack:
    """A whole pack, read and checked. Raises PackRefusedError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pack = self._one("pack.yaml", PackIn)
        self.branches = self._list("branches.yaml", BranchIn)
        self.needs = self._list("needs.yaml", NeedIn)
        self.indicators = self._list("indicators.yaml", IndicatorIn)
        self.promises = self._one("promises.yaml", PromisesIn)
        self.ecosystem = self._one("ecosystem.yaml", EcosystemIn)
        self.synonyms: list[list[str]] = self._yaml("search_words.yaml")
        self.measures = {
            branch.slug: self._list(f"measures/{branch.slug}.yaml", MeasureIn)
            for branch in self.branches
        }
        self.checklists = [
            self._one(f"checklists/{path.name}", ChecklistIn)
            for path in sorted((folder / "checklists").glob("*.yaml"), reverse=True)
        ]
        self.cards = {
            path.stem: self._card(path) for path in sorted((folder / "cards").glob("*.md"))
        }
        self._check_references()

    def _yaml(self, name: str) -> Any:
        path = self.folder / name
        try:
            return yaml.safe_load(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise PackRefusedError(f"{name}: tiedosto puuttuu") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise PackRefusedError(f"{name}: {_short(error)}") from error

    def _one(self, name: str, model: type[Model]) -> Model:
        return checked(name, model, self._yaml(name))

    def _list(self, name: str, model: type[Model]) -> list[Model]:
        rows = self._yaml(name)
        if not isinstance(rows, list):
            raise PackRefusedError(f"{name}: tiedostossa pitää olla luettelo")
        return [checked(f"{name}, kohta {n}", model, row) for n, row in enumerate(rows, start=1)]

    def _card(self, path: Path) -> tuple[CardIn, dict[str, str]]:
        meta, body = read_markdown(path)
        return checked(f"cards/{path.name}", CardIn, meta), sections(path, body, CARD_SECTIONS)

    def _check_references(self) -> None:
        """Every slug that one file names must stand in another, once."""
        measures = [one for branch in self.measures.values() for one in branch]
        self.measure_slugs = _unique("measures", [one.slug for one in measures])
        branches = _unique("branches.yaml", [one.slug for one in self.branches])
        needs = _unique("needs.yaml", [one.slug for one in self.needs])
        numbers = {one.number for one in self.indicators}
        values = {one.slug for one in self.promises.values}
        _unique("promises.yaml", [one.slug for one in self.promises.promises])
        for one in measures:
            _known(f"measures: {one.slug}", one.needs, needs)
        for slug, (card, _text) in self.cards.items():
            _known(f"cards/{slug}.md", card.measures, self.measure_slugs)
            _known(f"cards/{slug}.md", card.needs, needs)
            _known(f"cards/{slug}.md", [card.branch] if card.branch else [], branches)
        for promise in self.promises.promises:
            _known(f"promises.yaml: {promise.slug}", promise.indicators, numbers)
            _known(f"promises.yaml: {promise.slug}", [promise.value], values)
        for checklist in self.checklists:
            _unique(f"checklists: {checklist.slug}", [item.slug for item in checklist.items])
            for item in checklist.items:
                _known(f"checklists: {item.slug}", item.measures, self.measure_slugs)
                _known(f"checklists: {item.slug}", [item.branch], branches)


def checked(name: str, model: type[Model], data: Any) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PackRefusedError(f"{name}, {place}: {first['msg']}") from error


def read_markdown(path: Path) -> tuple[dict[str, Any], str]:
    """Front matter and body. Raises PackRefusedError."""
    try:
        post = frontmatter.load(str(path))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise PackRefusedError(f"{path.name}: {_short(error)}") from error
    return dict(post.metadata), post.content


def sections(path: Path, body: str, names: tuple[str, ...]) -> dict[str, str]:
    """The body by its headings, which must be exactly these. Raises PackRefusedError."""
    parts = re.split(r"^## +(.+?) *$", body, flags=re.MULTILINE)
    found = {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    if tuple(found) != names or not all(found.values()):
        wanted = ", ".join(names)
        raise PackRefusedError(f"{path.name}: väliotsikoiden pitää olla: {wanted}")
    return found


def bullets(text: str) -> list[str]:
    """The points of a Markdown list."""
    joined = re.sub(r"\n(?!- )\s*", " ", text)
    return [line[2:].strip() for line in joined.splitlines() if line.startswith("- ")]


def _unique(name: str, slugs: list[str]) -> set[str]:
    seen: set[str] = set()
    for slug in slugs:
        if slug in seen:
            raise PackRefusedError(f"{name}: ”{slug}” on kahdesti")
        seen.add(slug)
    return seen


def _known(name: str, wanted: list[Any], known: set[Any]) -> None:
    for one in wanted:
        if one not in known:
            raise PackRefusedError(f"{name}: tuntematon viittaus ”{one}”")


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
