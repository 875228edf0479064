"""The pupil's wish list: rounds, lists, answers."""

from wellbeing.models.answers import CallForAdult, Reply
from wellbeing.models.rounds import (
    LOCKED,
    LONGEST_OWN,
    MOST_WISHES,
    MOST_WRONG_KEYS,
    OWN_CLASS,
    SHARED,
    NamelessList,
    Wish,
    WishList,
    WishRound,
)

__all__ = [
    "LOCKED",
    "LONGEST_OWN",
    "MOST_WISHES",
    "MOST_WRONG_KEYS",
    "OWN_CLASS",
    "SHARED",
    "CallForAdult",
    "NamelessList",
    "Reply",
    "Wish",
    "WishList",
    "WishRound",
]
