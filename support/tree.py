"""The support tree as a drawing: pure geometry, the same leaves in the same places every time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

CROWN = (500.0, 500.0)
SEGMENTS = 26
LIMB_WIDTH = 15.0
TWIG = (24.0, 42.0)
LEAF_HALF = 15.0
# With more leaves than this on a limb they are drawn smaller, so that each can be hit.
ROOM = 16
GOLDEN = 0.618034
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class LeafIn:
    slug: str
    name: str
    level: str
    is_faded: bool
    # In use in the reader's own school.
    is_alive: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    slug: str
    name: str
    level: str
    is_faded: bool
    is_alive: bool
    x: float
    y: float
    angle: float
    size: float

    @property
    def transform(self) -> str:
        """Where and how the leaf's shape is laid, as SVG says it."""
        return f"translate({self.x} {self.y}) rotate({self.angle:.0f}) scale({self.size:.2f})"


@dataclass(frozen=True, slots=True)
class Limb:
    """One branch: its outline, its twigs and leaves, and where its name stands."""

    name: str
    slug: str
    count: int
    outline: str
    twigs: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Bough:
    """How a limb grows: two control points, its tip, its first leaf, the place of its name."""

    bend: Point
    reach: Point
    tip: Point
    first: float
    label: Point
    anchor: str


BOUGHS = (
    Bough((450, 420), (300, 415), (92, 395), 0.34, (24, 520), "start"),
    Bough((462, 372), (376, 312), (226, 160), 0.42, (196, 76), "middle"),
    Bough((498, 380), (502, 260), (500, 112), 0.40, (500, 34), "middle"),
    Bough((538, 372), (624, 312), (774, 160), 0.42, (804, 76), "middle"),
    Bough((550, 420), (700, 415), (908, 395), 0.34, (976, 520), "end"),
)


def grow(branches: Sequence[tuple[str, str, Sequence[LeafIn]]]) -> list[Limb]:
    """The limbs of the tree, from left to right: slug, name and leaves of each branch."""
    return [
        _limb(slug, name, leaves, bough)
        for (slug, name, leaves), bough in zip(branches, BOUGHS, strict=False)
    ]


def _limb(slug: str, name: str, leaves: Sequence[LeafIn], bough: Bough) -> Limb:
    placed = [_leaf(leaf, n, len(leaves), bough) for n, leaf in enumerate(leaves)]
    return Limb(
        name=name,
        slug=slug,
        count=sum(1 for leaf in leaves if not leaf.is_faded),
        outline=_outline(bough),
        twigs=tuple(twig for twig, _leaf_at in placed),
        leaves=tuple(leaf for _twig, leaf in placed),
        label_x=bough.label[0],
        label_y=bough.label[1],
        anchor=bough.anchor,
    )


def _at(bough: Bough, t: float) -> Point:
    """A point of the limb's middle line."""
    u = 1 - t
    weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
    points = (CROWN, bough.bend, bough.reach, bough.tip)
    return (
        sum(w * p[0] for w, p in zip(weights, points, strict=True)),
        sum(w * p[1] for w, p in zip(weights, points, strict=True)),
    )


def _direction(bough: Bough, t: float) -> float:
    here, there = _at(bough, max(0.0, t - 0.01)), _at(bough, min(1.0, t + 0.01))
    return math.atan2(there[1] - here[1], there[0] - here[0])


def _outline(bough: Bough) -> str:
    """The limb as a shape that grows thinner towards its tip."""
    left, right = [], []
    for n in range(SEGMENTS + 1):
        t = n / SEGMENTS
        x, y = _at(bough, t)
        across = _direction(bough, t) + math.pi / 2
        half = LIMB_WIDTH * (1 - t) ** 1.15 + 1.4
        left.append((x + math.cos(across) * half, y + math.sin(across) * half))
        right.append((x - math.cos(across) * half, y - math.sin(across) * half))
    return "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in [*left, *reversed(right)]) + " Z"


def _leaf(leaf: LeafIn, n: int, count: int, bough: Bough) -> tuple[str, Leaf]:
    """A leaf on its twig; sides alternate, lengths and angles vary a little, always the same."""
    is_tip = n == count - 1
    t = 1.0 if is_tip else bough.first + (1 - bough.first) * n / (count - 1)
    x, y = _at(bough, t)
    chance = (n * GOLDEN) % 1
    side = 1 if n % 2 else -1
    size = min(1.0, ROOM / count)
    turn = 0.0 if is_tip else side * (0.75 + 0.35 * chance)
    angle = _direction(bough, t) + turn
    length = 6.0 if is_tip else TWIG[0] + (TWIG[1] - TWIG[0]) * chance
    end = (x + math.cos(angle) * length, y + math.sin(angle) * length)
    bend = ((x + end[0]) / 2 + side * 3, (y + end[1]) / 2 - 4)
    half = LEAF_HALF * size
    return f"M{x:.1f},{y:.1f} Q{bend[0]:.1f},{bend[1]:.1f} {end[0]:.1f},{end[1]:.1f}", Leaf(
        leaf.slug,
        leaf.name,
        leaf.level,
        leaf.is_faded,
        leaf.is_alive,
        x=round(end[0] + math.cos(angle) * half, 1),
        y=round(end[1] + math.sin(angle) * half, 1),
        angle=round(math.degrees(angle), 0),
        size=round(size, 2),
    )
