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
Kind = ConsultationHour.Kind
# Who offers what, when and where.
OFFERED = (
    (TEACHER, Kind.ELA, 1, dt.time(14, 15), "Pesä, 2. kerros"),
    (TEACHER, Kind.ELA, 3, dt.time(8, 15), "Pesä, 2. kerros"),
    ("veo", Kind.VEO, 2, dt.time(12, 30), "Poukaman pikkuhuone"),
    ("mentori", Kind.MENTOR, 3, dt.time(14, 30), "Opettajainhuone"),
)
TERM = dt.timedelta(weeks=12)


def raise_consultations(*, on: dt.date, at: dt.datetime) -> None:
    """Weekly hours, two bookings and one who waits. Raised again, it changes nothing."""
    teacher = User.objects.filter(username=TEACHER).first()
    if teacher is None or ConsultationHour.objects.filter(teacher=teacher).exists():
        return
    for username, kind, weekday, starts, place in OFFERED:
        offerer = User.objects.get(username=username)
        hours.offer_hour(
            hour=ConsultationHour(
                teacher=offerer,
                kind=kind,
                home_school=_home(offerer),
                weekday=weekday,
                starts=starts,
                part_minutes=30,
                parts=2,
                place=place,
                begins=on,
                ends=on + TERM,
            ),
            schools=[] if kind == Kind.VEO else School.objects.open_on(on),
            at=at,
        )
    _book(teacher, _home(teacher), at)
    sums.publish_sums(on=on)


def _home(person: User) -> School:
    return School.objects.get(membership__user=person, closed_on=None)


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
        waiting.join(who=colleagues[2], school=home, kind=Kind.MENTOR, at=at)
