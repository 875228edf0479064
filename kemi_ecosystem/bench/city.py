"""A generated city of any size: schools, classes, pupils, their adults and their notes."""

import datetime as dt
import random
from collections.abc import Iterator

from absences.classes import NationalClass
from absences.models import LessonNote, NoteBatch, NoteType
from accounts.models import User
from schools import services as schools
from schools.models import Enrolment, Membership, Pupil, School, TeachingGroup
from schools.roles import Role

ON = dt.date(2026, 11, 20)
FIRST = dt.date(2026, 8, 11)
AT = dt.datetime(2026, 11, 20, 4, 15, tzinfo=dt.UTC)
PER_SCHOOL = 400
PER_CLASS = 20
CHUNK = 5000
# How a city's notes are spread: most pupils have some of everything, few are away a lot.
KINDS = (
    (NationalClass.HEALTH, 34), (NationalClass.PRAISE, 24), (NationalClass.LATE, 16),
    (NationalClass.LEAVE, 9), (NationalClass.OTHER_CLEARED, 6), (NationalClass.ACTIVITY, 6),
    (NationalClass.UNAUTHORISED, 4), (NationalClass.UNRESOLVED, 1),
)  # fmt: skip


def people(count: int) -> None:
    """Pupils in classes with a class teacher each, in schools with a head each."""
    year = schools.ensure_school_year(on=ON)
    number = max(1, count // PER_SCHOOL)
    School.objects.bulk_create(
        School(key=f"b{n}", name=f"Koulu {n}", slug=f"b{n}") for n in range(number)
    )
    homes = list(School.objects.order_by("pk"))
    TeachingGroup.objects.bulk_create(
        TeachingGroup(key=f"{n}", name=f"{n}", grade=n % 9 + 1, school=home, school_year=year)
        for home in homes
        for n in range(PER_SCHOOL // PER_CLASS)
    )
    groups = list(TeachingGroup.objects.order_by("pk"))
    names = [*(f"t{group.pk}" for group in groups), *(f"r{home.pk}" for home in homes)]
    User.objects.bulk_create([User(username=name, last_name=name) for name in names], 500)
    ids = dict(User.objects.values_list("username", "pk"))
    Membership.objects.bulk_create(
        [
            *(
                Membership(
                    user_id=ids[f"t{g.pk}"], role=Role.CLASS_TEACHER, school_id=g.school_id,
                    group=g, begins=year.begins,
                )
                for g in groups
            ),
            *(
                Membership(
                    user_id=ids[f"r{h.pk}"], role=Role.PRINCIPAL, school=h, begins=year.begins
                )
                for h in homes
            ),
        ],
        batch_size=500,
    )  # fmt: skip
    rows = (
        Pupil(key=str(n), first_name="E", last_name=f"O{n}", school=homes[n % number])
        for n in range(count)
    )
    Pupil.objects.bulk_create(rows, batch_size=CHUNK)
    by_school: dict[int, list[TeachingGroup]] = {}
    for group in groups:
        by_school.setdefault(group.school_id, []).append(group)
    Enrolment.objects.bulk_create(
        (
            Enrolment(
                pupil_id=pk, begins=year.begins,
                group=by_school[home][n // number % len(by_school[home])],
            )
            for n, (pk, home) in enumerate(
                Pupil.objects.order_by("pk").values_list("pk", "school_id")
            )
        ),
        batch_size=CHUNK,
    )  # fmt: skip


def notes(count: int, *, seed: int = 1) -> None:
    """So many notes over the autumn; one pupil in a hundred is away ten times as much."""
    batch = NoteBatch.objects.create(
        source="bench", received_at=AT, first_date=FIRST, last_date=ON, rows=count
    )
    batch.schools.set(School.objects.all())
    types = {
        kind: NoteType.objects.create(name=kind, name_key=kind, national_class=kind)
        for kind, _share in KINDS
    }
    LessonNote.objects.bulk_create(_rows(count, batch, types, seed), batch_size=CHUNK)


def _rows(
    count: int, batch: NoteBatch, types: dict[NationalClass, NoteType], seed: int
) -> Iterator[LessonNote]:
    rnd = random.Random(seed)  # noqa: S311 (a generated city)
    pupils = list(Pupil.objects.order_by("pk").values_list("pk", flat=True))
    weights = [10 if n % 100 == 0 else 1 for n in range(len(pupils))]
    chosen = rnd.choices(pupils, weights, k=count)
    kinds = rnd.choices([kind for kind, _ in KINDS], [share for _, share in KINDS], k=count)
    days = (ON - FIRST).days
    for n in range(count):
        kind = kinds[n]
        yield LessonNote(
            key=f"b{n}",
            pupil_id=chosen[n],
            note_type=types[kind],
            national_class=kind,
            date=FIRST + dt.timedelta(days=n % days),
            lesson=n % 7 + 1,
            minutes=45,
            unresolved=kind == NationalClass.UNRESOLVED,
            batch=batch,
        )
