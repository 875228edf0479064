"""The tree of a phone: every leaf can be touched, none lies on another or outside the picture."""

from itertools import combinations
from math import hypot

from hypothesis import given
from hypothesis import strategies as st

from support.tall_tree import TOUCH, WIDTH, grow_tall
from support.tree import LeafIn


def grown(*counts: int):
    def leaves(n: int, count: int) -> list[LeafIn]:
        return [LeafIn(f"l{n}-{m}", "Lehti", "group", is_faded=False) for m in range(count)]

    return grow_tall([(f"b{n}", "Haara", leaves(n, count)) for n, count in enumerate(counts)])


@given(st.lists(st.integers(0, 24), min_size=1, max_size=5))
def test_fingers_find_every_leaf(counts):
    tree = grown(*counts)
    leaves = [leaf for limb in tree.limbs for leaf in limb.leaves]

    assert len(leaves) == sum(counts)
    for leaf in leaves:
        assert TOUCH <= leaf.x <= WIDTH - TOUCH
        assert TOUCH <= leaf.y <= tree.height - TOUCH
    for one, other in combinations(leaves, 2):
        assert hypot(one.x - other.x, one.y - other.y) >= 2 * TOUCH, (one, other)
    for limb in tree.limbs:
        assert all(abs(leaf.y - limb.label_y) >= TOUCH for leaf in leaves)
