"""Writes to the school world."""

import datetime as dt

import holidays as public_holidays
from django.db import transaction

from schools.calendar import year_bounds
from schools.models import Holiday, SchoolYear


@transaction.atomic
def ensure_school_year(*, on: dt.date) -> SchoolYear:
    """The school year of a day, made when it is missing. Breaks are the city's to give."""
    begins, ends = year_bounds(on)
    year, _made = SchoolYear.objects.get_or_create(
        begins=begins, defaults={"ends": ends, "name": f"{begins.year}–{ends.year}"}
    )
    return year


@transaction.atomic
def add_public_holidays(*, year: SchoolYear) -> None:
    """Finland's public holidays that fall on weekdays of the school year."""
    finnish = public_holidays.country_holidays(
        "FI", years=(year.begins.year, year.ends.year), language="fi"
    )
    Holiday.objects.bulk_create(
        [
            Holiday(school_year=year, name=name, begins=day, ends=day)
            for day, name in sorted(finnish.items())
            if year.begins <= day <= year.ends and day.weekday() < 5  # noqa: PLR2004
        ],
        ignore_conflicts=True,
    )
