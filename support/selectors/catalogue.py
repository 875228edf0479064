"""What the pages of the catalogue show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext

from support.caches import FOR_SECONDS, MEASURES
from support.models import (
    Branch,
    Checklist,
    ContentPack,
    Measure,
    QualityCard,
    QualityPromise,
    Stage,
)
from support.tall_tree import TallTree, grow_tall
from support.tree import LeafIn, Limb, grow

PAGES: dict[str, str | None] = {
    "promises": "support:promises",
    "cards": "support:cards",
    "checklists": "support:checklists",
    "tree": "support:tree",
    "absences": "absences:alerts",
    "robot": "dashboards:robot",
    "projects": "projects:list",
    "consultation": "consultations:times",
    # Not built yet: shown as words, not as a way to nowhere.
    "families": None,
    "wishes": "wellbeing:classes",
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
    # None: this reader cannot open it, or there is none yet.
    url: str | None

    @property
    def is_coming(self) -> bool:
        """Not built yet, which is another thing than closed to this reader."""
        return PAGES[self.page] is None


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


def ecosystem(*, closed: Collection[str] = ()) -> Ecosystem:
    """What the pack says of the whole; before one is loaded, only its motto.

    `closed` names the pages that this reader cannot open: they are told as words.
    """
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
        pillars=tuple(_pillar(one, closed) for one in words["pillars"]),
        counts={
            "measures": Measure.objects.count(),
            "cards": QualityCard.objects.count(),
            "promises": QualityPromise.objects.count(),
            "checklists": Checklist.objects.count(),
        },
    )


def _pillar(words: dict[str, Any], closed: Collection[str]) -> Pillar:
    items = tuple(
        PillarItem(
            one["title"],
            one["text"],
            one["page"],
            None if one["page"] in closed else _url(one["page"]),
        )
        for one in words["items"]
    )
    return Pillar(words["slug"], words["name"], words["icon"], words["summary"], items)


def _url(page: str) -> str | None:
    name = PAGES[page]
    return reverse(name) if name else None


def pack_notice() -> str:
    """What the pack in use says of itself."""
    return ContentPack.objects.values_list("notice", flat=True).first() or ""


def measure_choices() -> list[tuple[int, str]]:
    """The measures by name, for a form."""
    return [(pk, name) for pk, _slug, name in _known_measures()]


def measure_names() -> dict[str, str]:
    """The measures' names by slug."""
    return {slug: name for _pk, slug, name in _known_measures()}


def _known_measures() -> list[tuple[int, str, str]]:
    """Remembered for five minutes: forms are met often, and measures seldom change."""
    found: list[tuple[int, str, str]] | None = cache.get(MEASURES)
    if found is None:
        found = list(Measure.objects.order_by("name").values_list("pk", "slug", "name"))
        cache.set(MEASURES, found, FOR_SECONDS)
    return found


@dataclass(frozen=True, slots=True)
class TreePage:
    """The tree as a drawing and as a list; a filter fades leaves and shortens the list."""

    limbs: list[Limb]
    tall: TallTree
    # The measures that are in use in the reader's own school.
    alive: frozenset[int]
    listed: list[tuple[Branch, list[Measure]]]
    count: int
    total: int


def branch_names() -> list[tuple[str, str]]:
    """Slug and name of every branch, in the order of the limbs."""
    return list(Branch.objects.values_list("slug", "name"))


def tree_page(
    wanted: dict[str, str],
    *,
    branches: Sequence[tuple[str, str]],
    alive: frozenset[int] = frozenset(),
) -> TreePage:
    """One statement. `branches` are all of them, as `branch_names` gives them."""
    # All leaves are drawn whatever the filter: those that it leaves out are faded.
    fits = Exists(_fitting(wanted).filter(pk=OuterRef("pk"))) if wanted else Value(value=True)
    measures = list(Measure.objects.for_tree().annotate(fits=fits))
    rows: dict[str, list[Any]] = {slug: [] for slug, _name in branches}
    for one in measures:
        rows[one.branch.slug].append(one)
    grown = [
        (
            slug,
            name,
            [LeafIn(m.slug, m.name, m.level, not m.fits, m.pk in alive) for m in rows[slug]],
        )
        for slug, name in branches
    ]
    kept = {slug: [one for one in many if one.fits] for slug, many in rows.items()}
    return TreePage(
        limbs=grow(grown),
        tall=grow_tall(grown),
        alive=alive,
        listed=[(many[0].branch, many) for many in kept.values() if many],
        count=sum(len(many) for many in kept.values()),
        total=len(measures),
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
    # A list shows none of the long texts.
    cards = QualityCard.objects.for_list().defer("why", "shows", "questions", "tomorrow")
    if branch := wanted.get("haara"):
        # A card that belongs to no branch is found by its measures.
        by_measures = Q(branch=None, measures__branch__slug=branch)
        cards = cards.filter(Q(branch__slug=branch) | by_measures).distinct()
    if stage := wanted.get("aste"):
        cards = cards.filter(**{f"for_{Stage(stage).value}": True})
    if need := wanted.get("tarve"):
        cards = cards.filter(needs__slug=need)
    if minutes := wanted.get("aika"):
        cards = cards.filter(minutes__lte=int(minutes))
    return list(cards)
