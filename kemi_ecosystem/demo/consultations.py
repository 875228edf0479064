"""The special-education teachers' and a mentor's hours in the demo city, some of them booked."""

import datetime as dt

from accounts.models import User
from consultations.models import ConsultationHour, Slot
from consultations.services import bookings, hours, sums, waiting
from consultations.services.bookings import Matter
from schools.models import Membership, School
from schools.roles import Role
from support.models import Measure, Need

TEACHER, COLLEAGUE = "ela", "opettaja"
TERM = dt.timedelta(weeks=12)


def raise_consultations(*, on: dt.date, at: dt.datetime) -> None:
    """A weekly hour, two bookings and one who waits. Raised again, it changes nothing."""
    teacher = User.objects.filter(username=TEACHER).first()
    if teacher is None or ConsultationHour.objects.filter(teacher=teacher).exists():
        return
    home = School.objects.get(
        membership__user=teacher, membership__role=Role.SPECIAL_TEACHER, closed_on=None
    )
    for weekday, starts in ((1, dt.time(14, 15)), (3, dt.time(8, 15))):
        hours.offer_hour(
            hour=ConsultationHour(
                teacher=teacher,
                kind=ConsultationHour.Kind.ELA,
                home_school=home,
                weekday=weekday,
                starts=starts,
                part_minutes=30,
                parts=2,
                place="Pesä, 2. kerros",
                begins=on,
                ends=on + TERM,
            ),
            schools=School.objects.open_on(on),
            at=at,
        )
    _book(teacher, home, at)
    _offer_one("veo", ConsultationHour.Kind.VEO, "Pienryhmän huone", on, at)
    _offer_one("mentori", ConsultationHour.Kind.MENTOR, "Opettajainhuoneen takka", on, at)
    sums.publish_sums(on=on)


def _offer_one(username: str, kind: str, place: str, on: dt.date, at: dt.datetime) -> None:
    """An hour on Wednesdays, for the own unit."""
    teacher = User.objects.get(username=username)
    home = School.objects.get(membership__user=teacher, closed_on=None)
    hour = ConsultationHour(
        teacher=teacher, kind=kind, home_school=home, weekday=2, starts=dt.time(13),
        part_minutes=30, parts=2, place=place, begins=on, ends=on + TERM,
    )  # fmt: skip
    hours.offer_hour(hour=hour, schools=[], at=at)


def _book(teacher: User, home: School, at: dt.datetime) -> None:
    others = Membership.objects.filter(school=home, role=Role.CLASS_TEACHER).order_by("user_id")
    colleagues = [User.objects.get(username=COLLEAGUE)]
    colleagues += [one.user for one in others.select_related("user") if one.user != colleagues[0]]
    slots = Slot.objects.free(at=at).filter(teacher=teacher).order_by("starts_at")[:2]
    words = ("Tunnin alku on levoton. Mistä aloittaisin?", "Miten tuen lukemista reaaliaineissa?")
    for slot, colleague, question in zip(slots, colleagues, words, strict=False):
        matter = Matter(
            topics=Need.objects.all()[:1], tried=Measure.objects.all()[:2], question=question
        )
        bookings.book(slot=slot, by=colleague, school=home, matter=matter, at=at)
    if len(colleagues) > 2:  # noqa: PLR2004 (the two have a time, the third waits for mentoring)
        waiting.join(who=colleagues[2], school=home, kind=ConsultationHour.Kind.MENTOR, at=at)
