"""What heads and the city are told of the hours: once a month, and never changed."""

from typing import ClassVar

from django.db import models

from schools.models import School


class TermSum(models.Model):
    """How one unit's hours were used from a term's first day to the end of a whole past month.

    Numbers of people are in steps of five, each rounded by itself (lib/hiding.py). Nothing that is
    written, corrected or erased afterwards changes a row: two days show no one between them.
    """

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    first = models.DateField()
    last = models.DateField()
    offered = models.PositiveSmallIntegerField()
    booked = models.PositiveSmallIntegerField()
    used = models.PositiveSmallIntegerField()
    waiting_days = models.PositiveSmallIntegerField(null=True)
    not_got = models.PositiveSmallIntegerField()
    # [topic, how many]; [first day of a week, how many asked]; [weekday, when it begins]
    topics = models.JSONField(default=list)
    weeks = models.JSONField(default=list)
    empty_hours = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["first", "last", "school__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "first", "last"], name="told_once_a_month"),
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {
            "id",
            "school",
            "first",
            "last",
            "offered",
            "booked",
            "used",
            "waiting_days",
            "not_got",
            "topics",
            "weeks",
            "empty_hours",
        }

    def __str__(self) -> str:
        return f"{self.school_id}: {self.first}–{self.last}"
