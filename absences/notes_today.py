"""How the notes of an alert stand today: its year as a picture, and what has been corrected."""

import datetime as dt
from collections import defaultdict

from django.db.models import Count, Sum

from absences.classes import ABSENCES
from absences.explain import cleared_since, corrected_since
from absences.models import Alert, InterventionModel, InterventionStep, LessonNote
from absences.rules import counted_minutes
from absences.year_picture import YearPicture, draw_year
from schools.calendar import SchoolCalendar
from schools.selectors import calendar_for


class NotesToday:
    """The live notes of the days that an alert looked at, by day and class; one statement."""

    def __init__(self, alert: Alert) -> None:
        self.alert, self.evidence = alert, alert.evidence
        self.first = dt.date.fromisoformat(self.evidence["from"])
        self.last = dt.date.fromisoformat(self.evidence["to"])
        notes = LessonNote.objects.live().within(self.first, self.last)
        rows = notes.filter(pupil_id=alert.pupil_id).order_by()
        by_notes = self.evidence.get("counting") == InterventionModel.Counting.NOTES
        # By notes, each note is as long as an hour.
        total = Count("pk") * self.evidence["minutes_per_hour"] if by_notes else Sum("minutes")
        self.rows = list(
            rows.values_list("date", "national_class", "unresolved").annotate(
                total=total, notes=Count("pk")
            )
        )

    def picture(self, calendar: SchoolCalendar) -> YearPicture:
        """The pupil's year so far."""
        per_hour = self.evidence["minutes_per_hour"]
        counts = set(self.evidence["counted"]) or ABSENCES
        counted: dict[dt.date, float] = defaultdict(float)
        other: dict[dt.date, float] = defaultdict(float)
        for date, national_class, _open, minutes, _notes in self.rows:
            if national_class in ABSENCES:
                lessons = round(minutes / per_hour, 2)
                (counted if national_class in counts else other)[date] += lessons
        if not calendar.covers(self.last):
            calendar = calendar_for(self.last)
        begins = calendar.lessons_begin or min([*counted, *other, self.last])
        return draw_year(counted, other, first=begins, last=self.last, calendar=calendar)

    def corrected(self) -> str:
        """Less is there now than when somebody was woken: so many hours, or days still open."""
        if self.evidence["trigger"] == InterventionStep.Trigger.UNRESOLVED_DAYS:
            still = {date for date, _class, is_open, _minutes, _notes in self.rows if is_open}
            days: list[str] = self.evidence.get("days", [])
            left = sum(dt.date.fromisoformat(one) in still for one in days)
            return cleared_since(left) if left < len(days) else ""
        counted = set(self.evidence["counted"])
        mine = [row for row in self.rows if row[1] in counted]
        minutes = sum(row[3] for row in mine)
        if minutes >= counted_minutes(self.evidence["minutes"], counted):
            return ""
        return corrected_since(self.evidence, minutes=minutes, notes=sum(row[4] for row in mine))
