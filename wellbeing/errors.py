"""Refusals that a child or a teacher reads."""


class WishRefusedError(Exception):
    """It cannot be done now; the message says why, kindly."""


class TooManyKeysError(WishRefusedError):
    """Three pictures have been guessed too often."""


class RoundOverError(WishRefusedError):
    """The class is not asked any more: the round has had its day while the child was writing."""


class KeyTakenError(WishRefusedError):
    """Another child of the class has the same three pictures."""
