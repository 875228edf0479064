"""The national classes of lesson notes (2023), with what each means for a round.

Schools keep note types of their own and map them to these (domain: Visma, "Kansalliset
poissaololuokitukset"). Lateness, school activity and praise live in the same table and are no
absences.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NationalClass(models.TextChoices):
    HEALTH = "health", _("terveydellinen syy")
    LEAVE = "leave", _("ennalta anottu vapaa")
    OTHER_CLEARED = "other_cleared", _("muu selvitetty poissaolo")
    UNAUTHORISED = "unauthorised", _("luvaton poissaolo")
    UNRESOLVED = "unresolved", _("selvittämätön poissaolo")
    LATE = "late", _("myöhästyminen")
    ACTIVITY = "activity", _("muu koulun toiminta")
    PRAISE = "praise", _("myönteinen merkintä")
    REMARK = "remark", _("muu merkintä")


ABSENCES = frozenset(
    {
        NationalClass.HEALTH,
        NationalClass.LEAVE,
        NationalClass.OTHER_CLEARED,
        NationalClass.UNAUTHORISED,
        NationalClass.UNRESOLVED,
    }
)
# One lesson can carry an absence, a lateness and a word of praise: three notes, not one retyped.
FAMILY: dict[str, str] = {
    **dict.fromkeys(ABSENCES, "absence"),
    NationalClass.LATE: "late",
    NationalClass.ACTIVITY: "activity",
    NationalClass.PRAISE: "praise",
    NationalClass.REMARK: "remark",
}
