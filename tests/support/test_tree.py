"""The tree's geometry: leaves that can be told apart and hit, in the same places every time."""

from itertools import combinations
from math import hypot

import pytest

from support.tree import LeafIn, grow


def leaves(count: int, *, faded: int = 0) -> list[LeafIn]:
    return [LeafIn(f"l{n}", f"Lehti {n}", "group", is_faded=n < faded) for n in range(count)]


def tree(*counts: int):
    return grow([(f"b{n}", f"Haara {n}", leaves(count)) for n, count in enumerate(counts)])


@pytest.mark.parametrize(
    "counts", [(15, 15, 15, 14, 15), (20,) * 5, (25,) * 5, (5, 30, 5, 1, 2)], ids=str
)
def test_no_two_leaves_touch_and_all_stay_in_the_picture(counts):
    placed = [leaf for limb in tree(*counts) for leaf in limb.leaves]

    for one, other in combinations(placed, 2):
        apart = hypot(one.x - other.x, one.y - other.y)
        assert apart >= 25 * min(one.size, other.size), (one, other)
    assert all(15 < leaf.x < 985 and 15 < leaf.y < 685 for leaf in placed)


def test_leaves_keep_clear_of_the_names_of_the_limbs():
    limbs = tree(15, 15, 15, 14, 15)

    for limb in limbs:
        for leaf in limb.leaves:
            is_beside = abs(leaf.x - limb.label_x) < 100
            assert not is_beside or not -20 < leaf.y - limb.label_y < 36, (limb.name, leaf)


def test_the_only_leaf_of_a_limb_grows_at_its_tip():
    [limb] = grow([("b", "Haara", leaves(1))])

    assert limb.leaves[0].x < 120


def test_a_limb_without_leaves_is_still_a_limb():
    [limb] = grow([("b", "Haara", [])])

    assert (limb.leaves, limb.count) == ((), 0)


def test_a_limb_counts_the_leaves_that_are_not_faded():
    [limb] = grow([("b", "Haara", leaves(5, faded=2))])

    assert limb.count == 3
    assert len(limb.leaves) == 5
