"""What a city's settings must be like."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

LAST_GRADE = 9


@register()
def guardians_grade(**_options: Any) -> list[CheckMessage]:
    """`WISHES_GUARDIANS_UNTIL_GRADE` is a grade, or 0 for "no guardian sees wishes"."""
    if 0 <= settings.WISHES_GUARDIANS_UNTIL_GRADE <= LAST_GRADE:
        return []
    words = f"WISHES_GUARDIANS_UNTIL_GRADE must be from 0 (no guardian) to {LAST_GRADE}."
    return [Error(words, id="wellbeing.E001")]
