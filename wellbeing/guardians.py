"""Up to which grade a city lets guardians see a child's wishes."""

from django.conf import settings


def guardians_see(grade: int | None) -> bool:
    """Whether the city lets guardians see the wishes of this grade; no grade is before school."""
    until: int = settings.WISHES_GUARDIANS_UNTIL_GRADE
    return 0 < until >= (grade or 0)
