"""What the pages of the catalogue show."""

from support.selectors.catalogue import (
    cards_for,
    ecosystem,
    measure_choices,
    measure_names,
    pack_notice,
    tree_page,
)

__all__ = [
    "cards_for",
    "ecosystem",
    "measure_choices",
    "measure_names",
    "pack_notice",
    "tree_page",
]
