"""Who belongs where: schools, years, groups, pupils, guardians and the roles of the staff."""

from schools.models.people import (
    Enrolment,
    ErasedPupil,
    Guardian,
    Guardianship,
    Membership,
    Pupil,
    PupilQuerySet,
    Substitution,
)
from schools.models.places import (
    Holiday,
    Person,
    School,
    SchoolYear,
    TeachingGroup,
    active_on,
    this_year,
)

__all__ = [
    "Enrolment",
    "ErasedPupil",
    "Guardian",
    "Guardianship",
    "Holiday",
    "Membership",
    "Person",
    "Pupil",
    "PupilQuerySet",
    "School",
    "SchoolYear",
    "Substitution",
    "TeachingGroup",
    "active_on",
    "this_year",
]
