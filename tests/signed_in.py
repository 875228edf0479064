"""Browsers without a browser."""

from django.test import Client

from accounts.models import User


def as_(person: User) -> Client:
    """A client in which this person has signed in."""
    client = Client()
    client.force_login(person, backend="accounts.backends.PasswordBackend")
    return client
