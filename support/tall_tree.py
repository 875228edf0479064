"""The same tree for a narrow page and for fingers: a spruce, its leaves far enough apart to touch.

The drawing is at least 312 CSS pixels wide on a phone of 360: a leaf has its 44 to be touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from support.tree import Leaf, LeafIn

WIDTH = 312.0
MIDDLE = WIDTH / 2
TOUCH = 22.0
# The leaves of a row, from the trunk outwards on each side.
PLACES = (36.0, 82.0, 128.0)
ROW = 56.0
TOP, LABEL, ROOTS = 30.0, 52.0, 70.0
RISE = 16.0
SIDES = (-1, 1)
# Outer leaves hang from a bough that bends down, as a spruce's do.
SAG = (0.0, 4.0, 12.0)
SIZE = 1.15


@dataclass(frozen=True, slots=True)
class TallLimb:
    name: str
    slug: str
    count: int
    label_y: float
    boughs: tuple[str, ...]
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class TallTree:
    height: float
    trunk: str
    ground: str
    limbs: tuple[TallLimb, ...]


def grow_tall(branches: Sequence[tuple[str, str, Sequence[LeafIn]]]) -> TallTree:
    """The tree from its top to its roots: slug, name and leaves of each branch."""
    limbs, y = [], TOP
    for slug, name, leaves in branches:
        limb, y = _limb(slug, name, leaves, y)
        limbs.append(limb)
    foot = y + ROOTS
    top, hip, sole = f"{TOP:.0f}", f"{foot - 26:.0f}", f"{foot:.0f}"
    trunk = (
        f"M154,{top} L158,{top} L169,{hip} Q172,{foot - 8:.0f} 196,{sole} "
        f"L116,{sole} Q140,{foot - 8:.0f} 143,{hip} Z"
    )
    ground = f"M20,{foot:.0f} Q{MIDDLE:.0f},{foot - 14:.0f} {WIDTH - 20:.0f},{foot:.0f}"
    return TallTree(foot + 12, trunk, ground, tuple(limbs))


def _limb(slug: str, name: str, leaves: Sequence[LeafIn], y: float) -> tuple[TallLimb, float]:
    a_row = len(PLACES) * len(SIDES)
    boughs, placed = [], []
    for n, leaf in enumerate(leaves):
        row, at = divmod(n, a_row)
        # Left, right, left …: both sides fill alike from the trunk outwards.
        place, side = divmod(at, len(SIDES))
        base = y + LABEL + row * ROW
        placed.append(_leaf(leaf, SIDES[side], place, base))
    for row in range(-(-len(leaves) // a_row)):
        held = min(a_row, len(leaves) - row * a_row)
        for side in range(min(held, len(SIDES))):
            places = (held - side + 1) // len(SIDES)
            boughs.append(_bough(SIDES[side], places, y + LABEL + row * ROW))
    rows = -(-len(leaves) // a_row)
    count = sum(1 for leaf in leaves if not leaf.is_faded)
    limb = TallLimb(name, slug, count, y + 24, tuple(boughs), tuple(placed))
    return limb, y + LABEL + rows * ROW


def _bough(side: int, places: int, base: float) -> str:
    """From the trunk to the last leaf of its row."""
    tip = MIDDLE + side * (PLACES[places - 1] - 8)
    bend = MIDDLE + side * PLACES[places - 1] / 2
    sag = base + SAG[places - 1]
    return f"M{MIDDLE:.0f},{base - RISE:.0f} Q{bend:.0f},{base - RISE / 2:.0f} {tip:.0f},{sag:.0f}"


def _leaf(leaf: LeafIn, side: int, place: int, base: float) -> Leaf:
    return Leaf(
        leaf.slug,
        leaf.name,
        leaf.level,
        leaf.is_faded,
        leaf.is_alive,
        x=MIDDLE + side * PLACES[place],
        y=base + SAG[place],
        angle=20.0 if side > 0 else 160.0,
        size=SIZE,
    )
