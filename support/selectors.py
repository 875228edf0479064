"""What the pages of the catalogue show."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from support.models import (
    Branch,
    Checklist,
    ContentPack,
    Measure,
    QualityCard,
    QualityPromise,
    Stage,
)
from support.tree import LeafIn, Limb, grow

PAGES: dict[str, str | None] = {
    "promises": "support:promises",
    "cards": "support:cards",
    "checklists": "support:checklists",
    "tree": "support:tree",
    "absences": "absences:alerts",
    "robot": "dashboards:robot",
    "projects": "projects:list",
    # Not built yet: shown as words, not as a way to nowhere.
    "consultation": None,
    "families": None,
    "wishes": None,
}


@dataclass(frozen=True, slots=True)
class Goal:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PillarItem:
    title: str
    text: str
    page: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Pillar:
    slug: str
    name: str
    icon: str
    summary: str
    items: tuple[PillarItem, ...]


@dataclass(frozen=True, slots=True)
class Ecosystem:
    """The whole of it on one page: the aim, the goals and the four pillars."""

    title: str = ""
    motto: str = ""
    lead: str = ""
    aim: str = ""
    notice: str = ""
    goals: tuple[Goal, ...] = ()
    pillars: tuple[Pillar, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


def ecosystem() -> Ecosystem:
    """What the pack says of the whole; before one is loaded, only its motto."""
    pack = ContentPack.objects.first()
    if pack is None:
        return Ecosystem(motto=gettext("Tuki kuuluu kaikille."))
    words: dict[str, Any] = pack.ecosystem
    return Ecosystem(
        title=words["title"],
        motto=words["motto"],
        lead=words["lead"],
        aim=words["aim"],
        notice=pack.notice,
        goals=tuple(Goal(one["title"], one["text"]) for one in words["goals"]),
        pillars=tuple(_pillar(one) for one in words["pillars"]),
        counts={
            "measures": Measure.objects.count(),
            "cards": QualityCard.objects.count(),
            "promises": QualityPromise.objects.count(),
            "checklists": Checklist.objects.count(),
        },
    )


def _pillar(words: dict[str, Any]) -> Pillar:
    items = tuple(
        PillarItem(one["title"], one["text"], one["page"], _url(one["page"]))
        for one in words["items"]
    )
    return Pillar(words["slug"], words["name"], words["icon"], words["summary"], items)


def _url(page: str) -> str | None:
    name = PAGES[page]
    return reverse(name) if name else None


def pack_notice() -> str:
    """What the pack in use says of itself."""
    return ContentPack.objects.values_list("notice", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class TreePage:
    """The tree as a drawing and as a list; a filter fades leaves and shortens the list."""

    limbs: list[Limb]
    listed: list[tuple[Branch, list[Measure]]]
    count: int
    total: int
    notice: str


def tree_page(wanted: dict[str, str]) -> TreePage:
    measures = list(Measure.objects.for_tree())
    branches = list(Branch.objects.all())
    # All leaves are drawn whatever the filter: those that it leaves out are faded.
    kept = {one.pk for one in (_fitting(wanted).only("pk") if wanted else measures)}
    by_branch = {
        branch.pk: [one for one in measures if one.branch_id == branch.pk] for branch in branches
    }
    limbs = grow(
        [
            (
                branch.slug,
                branch.name,
                [LeafIn(m.slug, m.name, m.level, m.pk not in kept) for m in by_branch[branch.pk]],
            )
            for branch in branches
        ]
    )
    listed = [(b, [m for m in by_branch[b.pk] if m.pk in kept]) for b in branches]
    return TreePage(
        limbs=limbs,
        listed=[(branch, rows) for branch, rows in listed if rows],
        count=len(kept),
        total=len(measures),
        notice=pack_notice(),
    )


def _fitting(wanted: dict[str, str]) -> QuerySet[Measure]:
    fitting = Measure.objects.all()
    if branch := wanted.get("haara"):
        fitting = fitting.filter(branch__slug=branch)
    if stage := wanted.get("aste"):
        fitting = fitting.filter(**{f"for_{Stage(stage).value}": True})
    if minutes := wanted.get("aika"):
        fitting = fitting.filter(setup_minutes__lte=int(minutes))
    if need := wanted.get("tarve"):
        fitting = fitting.filter(needs__slug=need)
    return fitting


def cards_for(wanted: dict[str, str]) -> list[QualityCard]:
    cards = QualityCard.objects.for_list()
    if stage := wanted.get("aste"):
        cards = cards.filter(**{f"for_{Stage(stage).value}": True})
    if need := wanted.get("tarve"):
        cards = cards.filter(needs__slug=need)
    if minutes := wanted.get("aika"):
        cards = cards.filter(minutes__lte=int(minutes))
    return list(cards)
