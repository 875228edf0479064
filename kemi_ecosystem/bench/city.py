"""A generated city of any size: schools, classes, pupils, their adults and their notes."""

import datetime as dt

from django.db import connection
from django.db.models import Min

from absences.classes import NationalClass
from absences.models import NoteBatch, NoteType
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
# A number, its square and a prime make a draw; other factors, another draw.
WRITE_NOTES = """
INSERT INTO absences_lessonnote (key, pupil_id, note_type_id, national_class, date, lesson, starts,
    minutes, unresolved, course, batch_id)
WITH RECURSIVE numbers(n) AS (
    SELECT CAST(%(from)s AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n < %(until)s),
kinds(first, last, note_type_id, name) AS (VALUES {kinds}),
drawn AS (SELECT n, n * (n + 48271) * 613 %% 2147483647 %% %(slots)s AS slot,
    n * (n + 69621) * 389 %% 2147483647 %% 100 AS share,
    n * (n + 16807) * 151 %% 2147483647 %% %(days)s AS day FROM numbers)
SELECT 'b' || (1000000000 + n),
    %(first_pupil)s + CASE WHEN slot < %(pupils)s THEN slot ELSE (slot - %(pupils)s) / 9 * 100 END,
    note_type_id, name, {on_day}, n %% 7 + 1, '', 45, name = 'unresolved', '', %(batch)s
FROM drawn JOIN kinds ON share BETWEEN first AND last ORDER BY 2
"""
NOTES_AT_ONCE = 250_000


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


def notes(count: int) -> None:
    """So many notes over the autumn; one pupil in a hundred is away ten times as much.

    The database writes them by itself: each number makes a note, in every city of a size the same.
    """
    batch = NoteBatch.objects.create(
        source="bench", received_at=AT, first_date=FIRST, last_date=ON, rows=count
    )
    batch.schools.set(School.objects.all())
    pupils = Pupil.objects.count()
    values = {
        "pupils": pupils,
        "slots": pupils + pupils // 100 * 9,
        "first_pupil": Pupil.objects.aggregate(first=Min("pk"))["first"],
        "first_day": FIRST,
        "days": (ON - FIRST).days,
        "batch": batch.pk,
    }
    on_day = "date(%(first_day)s, day || ' days')"
    if connection.vendor == "postgresql":
        on_day = "CAST(%(first_day)s AS date) + CAST(day AS integer)"
    sql = WRITE_NOTES.format(kinds=_kinds(), on_day=on_day)
    for start in range(0, count, NOTES_AT_ONCE):
        until = min(start + NOTES_AT_ONCE, count) - 1
        with connection.cursor() as cursor:
            cursor.execute(sql, {**values, "from": start, "until": until})
    settle()


def _kinds() -> str:
    """A row of SQL for each kind: between which numbers out of a hundred it is, and its type."""
    rows, begins = [], 0
    for kind, share in KINDS:
        made = NoteType.objects.create(name=kind, name_key=kind, national_class=kind)
        rows.append(f"({begins}, {begins + share - 1}, {made.pk}, '{kind.value}')")
        begins += share
    return ", ".join(rows)


def settle() -> None:
    """What PostgreSQL does by itself in the minutes after a large load."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
