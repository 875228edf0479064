"""Names as the database puts them together, where a page wants words and no rows."""

from django.db.models import Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, Left, NullIf, Trim


def short_name(pupil: str) -> Combinable:
    """`Pupil.short_name` of the pupil at this path."""
    last = Left(f"{pupil}__last_name", 1)
    return Concat(f"{pupil}__first_name", Value(" "), last, Value("."))


def full_name(user: str) -> Combinable:
    """What a user at this path is called: the name, or the user name for want of one."""
    whole = Trim(Concat(f"{user}__first_name", Value(" "), f"{user}__last_name"))
    return Coalesce(NullIf(whole, Value("")), f"{user}__username")
