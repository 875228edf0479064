"""What the pages of the wish list show."""

from wellbeing.selectors.child import (
    ChildPage,
    answered_in_class,
    child_page,
    for_guardian,
    sent_list,
    sent_lists,
)
from wellbeing.selectors.staff import (
    RoundPage,
    council_page,
    how_it_felt,
    round_page,
    school_rows,
    school_together,
)

__all__ = [
    "ChildPage",
    "RoundPage",
    "answered_in_class",
    "child_page",
    "council_page",
    "for_guardian",
    "how_it_felt",
    "round_page",
    "school_rows",
    "school_together",
    "sent_list",
    "sent_lists",
]
