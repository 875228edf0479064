"""Nobody gets twenty in a morning: what comes to one person's table is spread over school days."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Count
from django.urls import reverse

from absences.models import Alert
from notifications.models import Kind
from notifications.services import Draft
from schools.calendar import SchoolCalendar

# So many come to one person's table, or are told of one by one, on one morning.
A_MORNING = 8


class Tables:
    """How much lies on whose table, for each morning from a day on."""

    def __init__(self, on: dt.date, calendar: SchoolCalendar) -> None:
        self.on, self.calendar = on, calendar
        self.known: dict[int, Counter[dt.date]] = {}

    def lay(self, owner_ids: Iterable[int]) -> None:
        """Look up those whose tables are not known yet."""
        unknown = set(owner_ids) - self.known.keys()
        self.known |= {owner_id: Counter() for owner_id in unknown}
        rows = Alert.objects.open().filter(turn_on__gte=self.on, owner_id__in=unknown)
        counted = rows.order_by().values_list("owner_id", "turn_on").annotate(Count("pk"))
        for owner_id, day, count in counted:
            self.known[owner_id][day] = count

    def turn(self, owner_id: int | None) -> dt.date:
        """The first school day from today on whose table has room."""
        day = self.on
        if owner_id is None:
            return day
        table = self.known[owner_id]
        # In the last days of a school year the table may be full: then it is full.
        while table[day] >= A_MORNING and (later := self.calendar.add_school_days(day, 1)) > day:
            day = later
        table[day] += 1
        return day


def waiting_for_others() -> str:
    """The page of those that wait, but not for the reader."""
    return reverse("absences:alerts") + "?nayta=muut"


def gathered(drafts: Sequence[Draft], *, cause: str, title: str, path: str) -> list[Draft]:
    """Of more than a morning's worth to one colleague, one notice that names nobody."""
    by_person: dict[int, list[Draft]] = defaultdict(list)
    for one in drafts:
        by_person[one.recipient_id].append(one)
    found: list[Draft] = []
    for recipient_id, own in by_person.items():
        if len(own) <= A_MORNING:
            found += own
        else:
            found.append(Draft(recipient_id, Kind.ALERT_DIGEST, cause, title, path))
    return found
