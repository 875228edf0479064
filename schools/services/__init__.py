"""Writes to the school world."""

from schools.services.places import close_school, merge_school, refuse_to_close_with_pupils
from schools.services.years import add_public_holidays, ensure_school_year

__all__ = [
    "add_public_holidays",
    "close_school",
    "ensure_school_year",
    "merge_school",
    "refuse_to_close_with_pupils",
]
