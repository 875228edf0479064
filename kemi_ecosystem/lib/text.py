"""Small things about words."""

import unicodedata


def fold(text: str) -> str:
    """Lower case, without diacritics: how people type and how headers vary (ä→a, ö→o, å→a)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
