"""How a number about few people is told, so that two pages or two dates unmask nobody.

Plain hiding of small cells leaks: a sum beside its parts, or this week beside last week, gives the
hidden one away. So numbers leave the pupil's level only in steps of five, each rounded by itself.
"""

LEAST = 5


def in_fives(number: int) -> int:
    """The greatest multiple of five that is not more: 0 says "fewer than five, perhaps none"."""
    return number - number % LEAST


def is_told(answers: int) -> bool:
    """Whether so many people stand behind a figure that it may be told at all."""
    return answers >= LEAST


def band(number: int) -> tuple[int, int]:
    """The band a number is in, both ends told: 7 is in (5, 9)."""
    return in_fives(number), in_fives(number) + LEAST - 1
