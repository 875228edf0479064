"""A city in which everybody is due."""

from schools.roles import Role
from tests import builders


def due_city(*, schools: int, pupils: int) -> None:
    """Each school has so many pupils past 25 hours, a class teacher, and a guardian of each."""
    for number in range(schools):
        home = builders.school(f"99{number:02}")
        group = builders.group(home)
        builders.staff(f"opettaja{number}", Role.CLASS_TEACHER, in_group=group)
        builders.batch(home)
        for place in range(pupils):
            child = builders.pupil(group, f"{number}-{place}")
            builders.absent(child, 26)
            builders.guardian(child, f"huoltaja{number}-{place}")
