"""What changes the catalogue of support and what is known of its use."""

from support.services.catalogue import (
    index_catalogue,
    load_pack,
    mark_of,
    remember,
    rows_in_use,
)
from support.services.sparing import Sparing
from support.services.uses import begin_use, end_uses, record_echo, switch_use

__all__ = [
    "Sparing",
    "begin_use",
    "end_uses",
    "index_catalogue",
    "load_pack",
    "mark_of",
    "record_echo",
    "remember",
    "rows_in_use",
    "switch_use",
]
