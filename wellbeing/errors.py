"""Refusals that a child or a teacher reads."""

from django.utils.translation import gettext as _


class WishRefusedError(Exception):
    """It cannot be done now; the message says why, kindly."""


class TooManyKeysError(WishRefusedError):
    """Three pictures have been guessed too often."""


class RoundOverError(WishRefusedError):
    """The class is not asked any more: the round has had its day while the child was writing."""

    def __str__(self) -> str:
        return _("Kysely ehti päättyä. Voit kertoa toiveesi opettajallesi.")


class KeyTakenError(WishRefusedError):
    """Another child of the class has the same three pictures."""
