"""What the pages of consultation hours show."""

from consultations.selectors.figures import figures_page
from consultations.selectors.times import (
    booking_entry,
    booking_page,
    calendar_entries,
    matter_before,
    open_request,
    other_times,
    own_schools,
    week_page,
)

__all__ = [
    "booking_entry",
    "booking_page",
    "calendar_entries",
    "figures_page",
    "matter_before",
    "open_request",
    "other_times",
    "own_schools",
    "week_page",
]
