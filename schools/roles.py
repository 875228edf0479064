"""Who may do what: the one table of roles, what each sees and what each can do.

A role belongs to a membership, a membership to a school or a group (or to the whole city), and it
has a beginning and an end. Rules are evaluated on the day they are asked: taking a role away acts
on the next page.
"""

import enum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    TEACHER = "teacher", _("opettaja")
    CLASS_TEACHER = "class_teacher", _("luokanopettaja tai luokanvalvoja")
    SPECIAL_TEACHER = "special_teacher", _("erityisopettaja (ELA tai VEO)")
    EARLY_EDUCATOR = "early_educator", _("varhaiskasvattaja")
    PRINCIPAL = "principal", _("rehtori")
    DAYCARE_DIRECTOR = "daycare_director", _("päiväkodin johtaja")
    WELFARE = "welfare", _("opiskeluhuollon työntekijä")
    COORDINATOR = "coordinator", _("koordinaattori")
    CITY_DIRECTOR = "city_director", _("sivistystoimen johto")
    ADMINISTRATOR = "administrator", _("pääkäyttäjä")


class Scope(enum.Enum):
    """Which pupils a role meets in its work."""

    GROUP = "the pupils of the membership's own group"
    SCHOOL = "the pupils of the membership's own school"
    NONE = "no pupils at all"


class Capability(enum.Enum):
    FOLLOW_ABSENCES = "sees alerts of the pupils in scope, and answers them"
    SEE_SCHOOL = "opens the school's own page"
    SEE_ROUNDS = "reads Unilukkari's ledger"
    IMPORT_DATA = "brings in rosters and lesson notes, maps note types"
    SHAPE_MODEL = "drafts, tries and puts in force the city's model of intervention"
    EDIT_CONTENT = "edits the catalogue of support"


SCOPE: dict[Role, Scope] = {
    Role.TEACHER: Scope.GROUP,
    Role.CLASS_TEACHER: Scope.GROUP,
    Role.EARLY_EDUCATOR: Scope.GROUP,
    Role.SPECIAL_TEACHER: Scope.SCHOOL,
    Role.PRINCIPAL: Scope.SCHOOL,
    Role.DAYCARE_DIRECTOR: Scope.SCHOOL,
    # Another controller's employee: sees what was disclosed to them, never a list of pupils.
    Role.WELFARE: Scope.NONE,
    Role.COORDINATOR: Scope.NONE,
    Role.CITY_DIRECTOR: Scope.NONE,
    # Technical work only: no pupil's content.
    Role.ADMINISTRATOR: Scope.NONE,
}

CAPABILITIES: dict[Capability, frozenset[Role]] = {
    Capability.FOLLOW_ABSENCES: frozenset(
        {Role.CLASS_TEACHER, Role.SPECIAL_TEACHER, Role.PRINCIPAL, Role.DAYCARE_DIRECTOR}
    ),
    Capability.SEE_SCHOOL: frozenset({Role.PRINCIPAL, Role.DAYCARE_DIRECTOR}),
    Capability.SEE_ROUNDS: frozenset(
        {
            Role.CLASS_TEACHER,
            Role.SPECIAL_TEACHER,
            Role.PRINCIPAL,
            Role.DAYCARE_DIRECTOR,
            Role.COORDINATOR,
            Role.CITY_DIRECTOR,
            Role.ADMINISTRATOR,
        }
    ),
    Capability.IMPORT_DATA: frozenset({Role.ADMINISTRATOR}),
    Capability.SHAPE_MODEL: frozenset({Role.COORDINATOR, Role.CITY_DIRECTOR, Role.ADMINISTRATOR}),
    Capability.EDIT_CONTENT: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
}

# The city's figures are for those who shape its work; the administrator keeps the portal.
CITY_LEADERS = frozenset({Role.COORDINATOR, Role.CITY_DIRECTOR})
CITY_ROLES = frozenset({*CITY_LEADERS, Role.ADMINISTRATOR})
GROUP_ROLES = frozenset(role for role, scope in SCOPE.items() if scope is Scope.GROUP)
SCHOOL_LEADERS = frozenset({Role.PRINCIPAL, Role.DAYCARE_DIRECTOR})
# A pupil under a non-disclosure order is seen only by those who must know.
NONDISCLOSURE_ROLES = frozenset({Role.CLASS_TEACHER, *SCHOOL_LEADERS})
