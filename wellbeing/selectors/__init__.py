"""What the pages of the wish list show."""

from wellbeing.selectors.child import ChildPage, child_page, replies_for
from wellbeing.selectors.staff import (
    RoundPage,
    council_page,
    how_it_felt,
    round_page,
    school_rows,
)

__all__ = [
    "ChildPage",
    "RoundPage",
    "child_page",
    "council_page",
    "how_it_felt",
    "replies_for",
    "round_page",
    "school_rows",
]
