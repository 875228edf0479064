"""Signing in with a ticket: a pupil's code or a guardian's link."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from accounts import services
from accounts.models import User
from kemi_ecosystem.lib import clock


class TicketBackend(BaseBackend):
    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 (Django names it)
        *,
        code: str | None = None,
        **_credentials: Any,
    ) -> User | None:
        if not code:
            return None
        return services.ticket_holder(secret=code, at=clock.now())

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
