"""Ways in: a password, or a ticket (a pupil's code, a guardian's link)."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.http import HttpRequest

from accounts.demo import DEMO_PASSWORD
from accounts.models import User


class TicketBackend(BaseBackend):
    """Keeps a session that a ticket opened; the ticket itself is looked up by the views."""

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


class PasswordBackend(ModelBackend):
    """The demo's public password opens nothing where there is no demo, whoever still has it."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if password == DEMO_PASSWORD and not settings.PORTAL_DEMO:
            return None
        found = super().authenticate(request, username=username, password=password, **kwargs)
        return found if isinstance(found, User) else None
