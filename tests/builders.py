"""Small worlds for tests: what is not said is ordinary."""

import datetime as dt
from itertools import count
from zoneinfo import ZoneInfo

from absences.classes import NationalClass
from absences.models import LessonNote, NoteBatch, NoteType
from accounts.models import User
from schools.models import (
    Enrolment,
    Guardian,
    Guardianship,
    Holiday,
    Membership,
    Pupil,
    School,
    SchoolYear,
    TeachingGroup,
)
from schools.roles import Role
from support.models import Branch, Checklist, Measure, QualityCard, Screening

KEMI = ZoneInfo("Europe/Helsinki")
ON = dt.date(2026, 11, 20)
AT = dt.datetime(2026, 11, 20, 6, 15, tzinfo=KEMI)
YEAR = dt.date(2026, 8, 1)
_numbers = count(1)


def year(*, with_holidays: bool = True) -> SchoolYear:
    found, _made = SchoolYear.objects.get_or_create(
        begins=YEAR,
        defaults={
            "ends": dt.date(2027, 7, 31),
            "name": "2026–2027",
            "lessons_begin": dt.date(2026, 8, 11),
            "lessons_end": dt.date(2027, 6, 5),
        },
    )
    if with_holidays:
        Holiday.objects.get_or_create(
            school_year=found,
            name="syysloma",
            begins=dt.date(2026, 10, 12),
            defaults={"ends": dt.date(2026, 10, 16)},
        )
    return found


def school(key: str = "9901", name: str = "", **fields: object) -> School:
    name = name or f"Koulu {key}"
    return School.objects.create(key=key, name=name, slug=f"koulu-{key}", **fields)


def group(at_school: School, name: str = "7C", grade: int | None = 7) -> TeachingGroup:
    return TeachingGroup.objects.create(
        key=name, school=at_school, school_year=year(), name=name, grade=grade
    )


def pupil(in_group: TeachingGroup, key: str = "", **fields: object) -> Pupil:
    key = key or f"p{next(_numbers)}"
    fields = {"first_name": "Elsa", "last_name": "Kivelä"} | fields
    made = Pupil.objects.create(key=key, school=in_group.school, **fields)
    Enrolment.objects.create(pupil=made, group=in_group, begins=YEAR)
    return made


def staff(
    username: str,
    role: Role | None = None,
    *,
    at_school: School | None = None,
    in_group: TeachingGroup | None = None,
    ends: dt.date | None = None,
) -> User:
    user = User.objects.create(
        username=username,
        first_name=username.capitalize(),
        last_name="Virkanen",
        email=f"{username}@example.org",
    )
    if role:
        Membership.objects.create(
            user=user,
            role=role,
            school=at_school or (in_group.school if in_group else None),
            group=in_group,
            begins=YEAR,
            ends=ends,
        )
    return user


def guardian(of: Pupil, username: str = "maija", **fields: object) -> User:
    user = User.objects.create(
        username=username, first_name="Maija", email="maija@example.org", kind=User.Kind.GUARDIAN
    )
    row = Guardian.objects.create(key=username, first_name="Maija", user=user)
    Guardianship.objects.create(guardian=row, pupil=of, **fields)
    return user


def pupil_user(of: Pupil) -> User:
    user = User.objects.create(username=f"oppilas{of.pk}", kind=User.Kind.PUPIL)
    of.user = user
    of.save()
    return user


def batch(*schools: School, received: dt.datetime = AT, first: dt.date = YEAR) -> NoteBatch:
    made = NoteBatch.objects.create(
        source="testi.csv",
        received_at=received,
        first_date=first,
        last_date=max(ON, received.date()),
    )
    made.schools.set(schools)
    return made


def note_type(national_class: str = NationalClass.HEALTH) -> NoteType:
    found, _made = NoteType.objects.get_or_create(
        code="",
        name_key=national_class,
        defaults={"name": national_class, "national_class": national_class},
    )
    return found


def absent(
    who: Pupil,
    lessons: int,
    *,
    day: dt.date = dt.date(2026, 9, 1),
    kind: str = NationalClass.HEALTH,
    unresolved: bool = False,
) -> list[LessonNote]:
    """So many lessons of absence, five a day from `day` on."""
    known = NoteBatch.objects.first() or batch(who.school)
    rows = [
        LessonNote(
            key=f"t{next(_numbers)}",
            pupil=who,
            note_type=note_type(kind),
            national_class=kind,
            date=day + dt.timedelta(days=n // 5),
            lesson=n % 5 + 1,
            minutes=45,
            unresolved=unresolved,
            batch=known,
        )
        for n in range(lessons)
    ]
    return LessonNote.objects.bulk_create(rows)


def measure(slug: str = "tauko", name: str = "Lyhyt tauko") -> Measure:
    """A leaf of the tree, without the whole pack."""
    branch, _made = Branch.objects.get_or_create(
        slug="oppimisymparisto", defaults={"name": "Oppimisympäristö", "summary": "", "order": 0}
    )
    found, _made = Measure.objects.get_or_create(
        slug=slug,
        defaults={
            "name": name,
            "branch": branch,
            "order": 0,
            "level": "arrangement",
            "setup_minutes": 2,
            "teacher_steps": [],
        },
    )
    return found


def checklist(items: int = 3) -> Checklist:
    """A checklist without the whole pack: each item leads to a measure of its own."""
    made, _new = Checklist.objects.get_or_create(
        slug="lista", defaults={"title": "Yleisen tuen muistilista", "intro": "", "order": 0}
    )
    for order in range(made.items.count(), items):
        leaf = measure(f"keino-{order}", f"Keino {order}")
        item = made.items.create(
            key=f"lista/{order}", branch=leaf.branch, order=order, text=f"Kohta {order}."
        )
        item.measures.add(leaf)
    return made


def card(slug: str = "koe") -> QualityCard:
    found, _made = QualityCard.objects.get_or_create(
        slug=slug,
        defaults={
            "title": "Koe",
            "order": 1,
            "summary": "Koe",
            "level": "arrangement",
            "minutes": 2,
            "pictogram": "1F332",
            "why": "Koe",
            "shows": ["a", "b", "c"],
            "questions": ["Kuulen?", "Näen?"],
            "tomorrow": "Koe",
        },
    )
    return found


def screening(slug: str = "lukeminen", *, grade: int = 7, month: int = 11) -> Screening:
    found, _made = Screening.objects.get_or_create(
        slug=slug,
        defaults={
            "name": "Lukeminen",
            "subject": "reading",
            "grades": [grade],
            "month": month,
            "who": "Luokanvalvoja",
            "how": "Yhdellä tunnilla.",
            "order": 1,
        },
    )
    return found
