"""Refusals that a child or a teacher reads."""


class WishRefusedError(Exception):
    """It cannot be done now; the message says why, kindly."""


class TooManyKeysError(WishRefusedError):
    """Three pictures have been guessed too often."""
