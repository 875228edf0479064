"""A page of the portal against an empty one in the same frame."""

from django.test import Client

from accounts.models import User
from kemi_ecosystem.bench.measure import Result, paired

RUNS = 25


def page(name: str, address: str, person: User, *, scale: str) -> Result:
    """The suite's settings route `/bench/empty/`."""
    client = Client()
    client.force_login(person, backend="accounts.backends.PasswordBackend")
    ratio, one, other = paired(
        lambda: client.get(address), lambda: client.get("/bench/empty/"), runs=RUNS
    )
    return Result(
        name=name,
        ratio=ratio,
        goal=4,
        against="an empty page in the same frame, same person",
        runs=RUNS,
        scale=scale,
        seconds=one,
        against_seconds=other,
    )
