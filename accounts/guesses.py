"""How often one address has guessed a secret wrong. Who has the right one is never kept out."""

from contextlib import suppress

from django.core.cache import cache
from django.http import HttpRequest

# From one address, in each web process: a whole school mistypes from one, and never so often.
MOST_WRONG = 300
FORGOTTEN_IN = 10 * 60


def guessed_too_often(request: HttpRequest, *, of: str) -> bool:
    """Count a wrong guess at secrets of one kind: has this address guessed too many?

    Ask after the secret has been found wrong. A right one opens even so: behind a city's proxy
    everybody may share an address, and nobody's guessing shuts the others out.
    """
    key = f"wrong-{of}:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, FORGOTTEN_IN)
    with suppress(ValueError):  # forgotten just now
        return cache.incr(key) > MOST_WRONG
    return False
