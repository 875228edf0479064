"""How long things take. Pure."""

import datetime as dt
from collections.abc import Callable

# An answer is promised to the child within a week.
REPLY_WITHIN = dt.timedelta(days=7)
# "Did it help?" is asked four to six weeks after the trial begins.
ASK_AFTER = dt.timedelta(weeks=5)
LONGEST_ROUND = dt.timedelta(weeks=4)

# A child's call waits for one adult so long, in school time; then the next one hears of it, too.
PASS_CALL_AFTER = dt.timedelta(hours=1)
SCHOOL_OPENS, SCHOOL_CLOSES = dt.time(8), dt.time(16)
# A call made so late may be read only when the school opens again.
LAST_HOUR = dt.timedelta(hours=1)
# A call is days old at most; further back, or ahead, nothing is reckoned.
FARTHEST = 60

IsSchoolDay = Callable[[dt.date], bool]


def is_school_time(now: dt.datetime, is_school_day: IsSchoolDay) -> bool:
    """Whether adults are at school to hear of it. Local wall-clock time."""
    return is_school_day(now.date()) and SCHOOL_OPENS <= now.time() < SCHOOL_CLOSES


def next_school_day(after: dt.date, is_school_day: IsSchoolDay) -> dt.date | None:
    """The first school day after a day; None when none is in sight, as in June."""
    days = (after + dt.timedelta(days=number) for number in range(1, FARTHEST))
    return next((day for day in days if is_school_day(day)), None)


def school_time_between(
    begins: dt.datetime, ends: dt.datetime, is_school_day: IsSchoolDay
) -> dt.timedelta:
    """How much school time has gone by; nights, weekends and holidays do not count."""
    total = dt.timedelta()
    day = max(begins.date(), ends.date() - dt.timedelta(days=FARTHEST))
    while day <= ends.date():
        if is_school_day(day):
            opens = dt.datetime.combine(day, SCHOOL_OPENS, begins.tzinfo)
            closes = dt.datetime.combine(day, SCHOOL_CLOSES, begins.tzinfo)
            total += max(min(ends, closes) - max(begins, opens), dt.timedelta())
        day += dt.timedelta(days=1)
    return total


def use_cause(wish_id: int) -> str:
    """The name under which a wish's trial is known in the catalogue."""
    return f"wish:{wish_id}"
