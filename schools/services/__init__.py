"""Writes to the school world."""

from schools.services.years import add_public_holidays, ensure_school_year

__all__ = ["add_public_holidays", "ensure_school_year"]
