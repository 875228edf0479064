"""Refusals that a person reads."""


class SlotTakenError(Exception):
    """Somebody else was faster, or the time is no longer offered. The text says so in Finnish."""


class HourRefusedError(Exception):
    """The pattern cannot be kept: it overlaps another, or makes no time at all."""
