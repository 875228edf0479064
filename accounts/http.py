from django.http import HttpRequest

from accounts.models import User


class PortalRequest(HttpRequest):
    """A request whose user has signed in: what every view behind the door relies on."""

    user: User
