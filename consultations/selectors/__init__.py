"""What the pages of consultation hours show."""

from consultations.selectors.figures import figures_page
from consultations.selectors.times import (
    booking_page,
    calendar_entries,
    entry_for,
    matter_before,
    open_request,
    other_times,
    own_schools,
    week_page,
)

__all__ = [
    "booking_page",
    "calendar_entries",
    "entry_for",
    "figures_page",
    "matter_before",
    "open_request",
    "other_times",
    "own_schools",
    "week_page",
]
