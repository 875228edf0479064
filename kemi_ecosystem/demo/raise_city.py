"""Raising the demo city: its people by services, its data through the importers like anybody's."""

import datetime as dt
import random
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import make_password

from absences import services as absences
from absences.models import Alert, Reaction, RobotRound
from accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from accounts.models import User
from kemi_ecosystem.demo.city import LAST_NAMES, SCHOOLS, DemoSchool
from kemi_ecosystem.demo.consultations import raise_consultations
from kemi_ecosystem.demo.files import make_pupils, write_notes, write_roster
from kemi_ecosystem.demo.wishes import raise_wishes
from kemi_ecosystem.demo.workshop import raise_workshop
from schools import services as schools
from schools.calendar import SchoolCalendar
from schools.models import (
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
from schools.selectors import calendar_for
from wilma.models import ImportRun
from wilma.services.notes import import_notes
from wilma.services.roster import import_roster
from wilma.services.runs import Delivery

Say = Callable[[str], None]
KEMI = ZoneInfo("Europe/Helsinki")
MORNING = dt.time(6, 15)
# The weeks before today on whose Mondays the demo's robot has walked, too.
ROUNDS_BACK = (5, 3, 1)
ANSWERED = 0.7


def raise_city(*, pupils: int, seed: int, at: dt.datetime, say: Say) -> None:
    """A school year of life up to today. The same numbers, seed and day give the same city."""
    rnd = random.Random(seed)  # noqa: S311 (a fictional city, not a secret)
    today = at.astimezone(KEMI).date()
    _school_year(today)
    _schools()
    folder = settings.PORTAL_HOME / "demo"
    folder.mkdir(exist_ok=True)
    people = make_pupils(pupils, rnd)
    roster, notes = folder / "oppilaat.csv", folder / "tuntimerkinnat.csv"
    write_roster(roster, people)
    _must(import_roster(Delivery(roster, roster.name, by=None, at=at)))
    say(f"{len(people)} oppilasta")
    _staff(today)
    _family()
    raise_consultations(on=today, at=at)
    raise_wishes(on=today, at=at, seed=seed)
    raise_workshop(on=today, at=at)
    rows = write_notes(notes, people, calendar_for(today), until=today, seed=seed)
    _must(import_notes(Delivery(notes, notes.name, by=None, at=at)))
    say(f"{rows} tuntimerkintää")
    say(f"{_walk(today, at, rnd)} herätystä")


def _must(run: ImportRun) -> None:
    if run.status != ImportRun.Status.IMPORTED:
        message = f"{run.file_name}: {run.reason or run.report}"
        raise RuntimeError(message)


def _school_year(today: dt.date) -> None:
    year = schools.ensure_school_year(on=today)
    first, second = year.begins.year, year.ends.year
    year.lessons_begin, year.lessons_end = dt.date(first, 8, 11), dt.date(second, 6, 5)
    year.save()
    schools.add_public_holidays(year=year)
    for name, begins, ends in (
        ("syysloma", _monday(first, 42), _monday(first, 42) + dt.timedelta(days=4)),
        ("joululoma", dt.date(first, 12, 21), dt.date(second, 1, 6)),
        ("talviloma", _monday(second, 10), _monday(second, 10) + dt.timedelta(days=4)),
    ):
        Holiday.objects.get_or_create(
            school_year=year, name=name, begins=begins, defaults={"ends": ends}
        )


def _monday(year: int, week: int) -> dt.date:
    return dt.date.fromisocalendar(year, week, 1)


def _schools() -> None:
    for one in SCHOOLS:
        School.objects.get_or_create(
            key=one.key,
            defaults={
                "name": one.name,
                "slug": one.name.lower().replace(" ", "-").replace("ä", "a"),
                "stage": one.stage,
                "welfare_disclosure": "automatic" if one.key == "9903" else "off",
            },
        )
    for one in SCHOOLS:
        if one.merged_into:
            target = School.objects.get(key=one.merged_into)
            School.objects.filter(key=one.key).update(
                merged_into=target, closed_on=SchoolYear.objects.latest("begins").begins
            )


def _staff(today: dt.date) -> None:
    """A head for each school, a class teacher for each class, and the demo's own accounts."""
    begins = schools.ensure_school_year(on=today).begins
    for account in DEMO_ACCOUNTS:
        user = _user(account.username, account.first_name, account.last_name)
        user.password = make_password(DEMO_PASSWORD)
        user.is_staff = user.is_superuser = account.role == Role.ADMINISTRATOR
        user.save()
        school = School.objects.filter(key=account.place).first()
        group = TeachingGroup.objects.filter(school=school, name=account.group).first()
        _give(user, Role(account.role), school, group, begins)
    for one in SCHOOLS:
        _school_staff(one, begins)


def _school_staff(one: DemoSchool, begins: dt.date) -> None:
    school = School.objects.get(key=one.key)
    role = Role.DAYCARE_DIRECTOR if one.stage == School.Stage.ECEC else Role.PRINCIPAL
    if one.head[0] and not Membership.objects.filter(school=school, role=role).exists():
        head = _user(f"johtaja.{one.key}", *one.head)
        _give(head, role, school, None, begins)
    taught = Membership.objects.filter(role=Role.CLASS_TEACHER).values("group_id")
    for number, group in enumerate(school.groups.exclude(pk__in=taught).order_by("pk")):
        names = ("Aino", "Pekka", "Sirpa", "Juha", "Tuula", "Ari", "Helena", "Matti", "Outi")
        name = (names[number % len(names)], LAST_NAMES[(group.pk * 5) % len(LAST_NAMES)])
        teacher = _user(f"ope.{one.key}.{group.pk}", *name)
        wanted = Role.EARLY_EDUCATOR if group.grade is None else Role.CLASS_TEACHER
        _give(teacher, wanted, school, group, begins)


def _user(username: str, first_name: str, last_name: str) -> User:
    user, _made = User.objects.get_or_create(
        username=username,
        defaults={
            "first_name": first_name,
            "last_name": last_name,
            "email": f"{username}@example.org",
            "password": make_password(None),
        },
    )
    return user


def _give(
    user: User, role: Role, school: School | None, group: TeachingGroup | None, begins: dt.date
) -> None:
    Membership.objects.get_or_create(
        user=user, role=role, school=school, group=group, begins=begins
    )


def _family() -> None:
    """One pupil who signs in with a code, and the guardian of a child in the teacher's class."""
    child = (
        Pupil.objects.filter(enrolments__group__name="7C", nondisclosure=False)
        .order_by("key")
        .first()
    )
    if child is None:
        return
    pupil = _user("oppilas", child.first_name, child.last_name)
    pupil.kind, pupil.email = User.Kind.PUPIL, ""
    pupil.save()
    child.user = pupil
    child.save(update_fields=["user"])
    guardian = _user("huoltaja", "Maija", child.last_name)
    guardian.kind = User.Kind.GUARDIAN
    guardian.save()
    row, _made = Guardian.objects.get_or_create(
        key="demo-huoltaja",
        defaults={"first_name": "Maija", "last_name": child.last_name, "user": guardian},
    )
    Guardianship.objects.get_or_create(guardian=row, pupil=child)


def _walk(today: dt.date, at: dt.datetime, rnd: random.Random) -> int:
    """Rounds of some past Mondays, most of whose alerts have been answered, and today's."""
    calendar = calendar_for(today)
    for weeks in ROUNDS_BACK:
        day = today - dt.timedelta(weeks=weeks, days=today.weekday())
        if not _has_been(day, calendar):
            continue
        morning = dt.datetime.combine(day, MORNING, KEMI)
        absences.walk_round(on=day, cause=RobotRound.Cause.SCHEDULED, at=morning)
        _answer(day, rnd, keep_shown=weeks == min(ROUNDS_BACK))
    absences.walk_round(on=today, cause=RobotRound.Cause.BY_HAND, at=at)
    return Alert.objects.count()


def _has_been(day: dt.date, calendar: SchoolCalendar) -> bool:
    begins = calendar.lessons_begin or day
    return calendar.is_school_day(day) and day >= begins + dt.timedelta(days=7)


def _answer(day: dt.date, rnd: random.Random, *, keep_shown: bool) -> None:
    answered = dt.datetime.combine(day + dt.timedelta(days=2), dt.time(13, 40), KEMI)
    for alert in Alert.objects.open().filter(raised_on=day).exclude(owner=None).order_by("pk"):
        # The demo's own teacher has answered the old ones and finds the last week's waiting.
        if alert.owner is None:
            continue
        is_shown = alert.owner.username == DEMO_ACCOUNTS[0].username
        if not keep_shown if is_shown else rnd.random() < ANSWERED:
            absences.react(
                alert=alert,
                by=alert.owner,
                kind=rnd.choice([Reaction.Kind.CALL, Reaction.Kind.TALK, Reaction.Kind.MEETING]),
                with_whom=rnd.choice([Reaction.With.GUARDIAN, Reaction.With.PUPIL]),
                next_check=day + dt.timedelta(weeks=4),
                at=answered,
            )
