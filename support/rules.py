"""Terms, and the middle of what a unit answered. Pure."""

import datetime as dt
import statistics
from collections.abc import Sequence

FIRST_SPRING_MONTH, FIRST_AUTUMN_MONTH = 1, 8


def term_of(on: dt.date) -> str:
    """The half of a school year: "2026-2" from August to December, "2027-1" from January to July.

    Terms sort by their names.
    """
    return f"{on.year}-{2 if on.month >= FIRST_AUTUMN_MONTH else 1}"


def year_before(term: str) -> str:
    """The same half of the school year before."""
    year, half = term.split("-")
    return f"{int(year) - 1}-{half}"


def middle(answers: Sequence[int | None], *, least: int) -> int | None:
    """The middle answer of those who could say; None when fewer than `least` could.

    Not the mean: its decimals would tell how many answered what. Of two middle ones the lower.
    """
    said = [one for one in answers if one is not None]
    return statistics.median_low(said) if len(said) >= least else None


# What is found leads to something within this time.
ANSWER_WITHIN = dt.timedelta(weeks=2)
# From this day of its month on, a class that has not done a screening is reminded.
REMIND_FROM_DAY = 15


def screening_is_by(month: int, *, year_begins: dt.date) -> dt.date:
    """The last day by which a screening of a month is done in the school year that begins then."""
    year = year_begins.year + (month < year_begins.month)
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return following - dt.timedelta(days=1)
