"""A staged file beside what is known of its schools on its days."""

import datetime as dt
from collections.abc import Mapping

from django.db import connection

from absences.bulk import NOTE, STAGE, Extent, marks
from absences.rules import StagedFile


def compare_staged(extent: Extent, *, latest: Mapping[str, dt.date]) -> StagedFile:
    """Count the staged rows, and the live notes of the same schools on the same days.

    `latest`: until which day a note of each class may be. Who let a later one in is not asked
    about it again.
    """
    late = " OR ".join(["(s.national_class = %s AND s.date > %s)"] * len(latest))
    values = [value for pair in latest.items() for value in pair]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*), COUNT(*) FILTER (WHERE ({late}) AND (n.id IS NULL "
            "OR n.date <> s.date)), COALESCE(SUM(s.minutes), 0), "
            "COUNT(n.id), COALESCE(SUM(s.minutes) FILTER (WHERE n.id IS NOT NULL), 0), "
            "COALESCE(SUM(n.minutes), 0), "
            "COUNT(*) FILTER (WHERE n.national_class <> s.national_class) "
            f"FROM {STAGE} s LEFT JOIN {NOTE} n ON n.key = s.key AND n.withdrawn_in_id IS NULL",
            values,
        )
        of_file: tuple[int, ...] = cursor.fetchone()
    of_known = known_between(extent.school_ids, extent.first, extent.last)
    return StagedFile(*(of_file + of_known))


def known_between(school_ids: tuple[int, ...], first: dt.date, last: dt.date) -> tuple[int, int]:
    """How many live notes these schools have on these days, and how many minutes in all."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*), COALESCE(SUM(n.minutes), 0) FROM {NOTE} n "
            "JOIN schools_pupil p ON p.id = n.pupil_id WHERE n.withdrawn_in_id IS NULL "
            f"AND n.date BETWEEN %s AND %s AND p.school_id IN ({marks(school_ids)})",
            [first, last, *school_ids],
        )
        rows, minutes = cursor.fetchone()
    return rows, minutes
