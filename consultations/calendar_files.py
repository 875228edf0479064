"""Consultation times as iCalendar (RFC 5545), in words that name nobody."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

PRODUCT = "-//Kemin hyvinvoinnin ekosysteemi//FI"
# The first turns of the rule that is in force.
SUMMER_TIME = dt.datetime(1996, 3, 31, 1, tzinfo=dt.UTC)
WINTER_TIME = dt.datetime(1996, 10, 27, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `uid` stays the same for ever; `sequence` grows with each change."""

    uid: str
    title: str
    begins: dt.datetime
    ends: dt.datetime
    place: str
    link: str
    sequence: int
    is_cancelled: bool


def calendar_file(entries: Iterable[Entry], *, name: str, at: dt.datetime) -> bytes:
    """A calendar that Outlook, Google and Apple read: local times with their time zone's rules."""
    return _file(entries, name=name, at=at, method="PUBLISH")


def cancellation(entry: Entry, *, name: str, at: dt.datetime) -> bytes:
    """What takes an event away again from the calendar into which it was put by hand."""
    return _file([entry], name=name, at=at, method="CANCEL")


def _file(entries: Iterable[Entry], *, name: str, at: dt.datetime, method: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"VALUE": "DURATION"})
    # The same for Outlook, which knows an older name of it.
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_time_zone(settings.TIME_ZONE))
    for entry in entries:
        event = _event(entry, at)
        if method == "CANCEL":
            # A cancellation is from somebody (RFC 5546): from the portal, not from a person.
            event.add("organizer", f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _time_zone(name: str) -> Timezone:
    """The zone's rules as yearly rules, not as a list of days: some programs read only the former.

    Summer time as the whole European Union has kept it since 1996: it turns at one o'clock UTC.
    """
    zone, second = ZoneInfo(name), dt.timedelta(seconds=1)
    made = Timezone()
    made.add("tzid", name)
    for part, turn in ((TimezoneDaylight, SUMMER_TIME), (TimezoneStandard, WINTER_TIME)):
        before = (turn - second).astimezone(zone)
        rule = part()
        rule.add("dtstart", before.replace(tzinfo=None) + second)
        rule.add("rrule", {"freq": "yearly", "bymonth": turn.month, "byday": "-1SU"})
        rule.add("tzoffsetfrom", before.utcoffset())
        rule.add("tzoffsetto", turn.astimezone(zone).utcoffset())
        made.add_component(rule)
    return made


def _event(entry: Entry, at: dt.datetime) -> Event:
    zone = ZoneInfo(settings.TIME_ZONE)
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", at.astimezone(dt.UTC))
    event.add("dtstart", entry.begins.astimezone(zone))
    event.add("dtend", entry.ends.astimezone(zone))
    event.add("summary", entry.title)
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("url", entry.link)
    if entry.place:
        event.add("location", entry.place)
    if not entry.is_cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", dt.timedelta(minutes=-15))
        event.add_component(alarm)
    return event
