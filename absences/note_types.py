"""Which note type means what: names known from the start, and guesses for the others.

A guess is only ever shown to a person. What is not known is asked, never counted.
Names: domain material on the national classes and on two schools' real note-type sets.
"""

import re

from absences.classes import NationalClass as N
from kemi_ecosystem.lib.text import fold

KNOWN: dict[N, tuple[str, ...]] = {
    N.UNRESOLVED: (
        "Poissaolo (Selvitä)", "Selvitettävä poissaolo", "Selvittämätön poissaolo",
        "Poissaolo - selvitettävä", "(Poissa) Selvittämätön",
    ),
    N.HEALTH: (
        "Luvallinen poissaolo - Terveydellinen", "Terveydellisiin syihin liittyvä poissaolo",
        "(Poissa) Terveydelliset syyt", "Terveydelliset syyt",
    ),
    N.LEAVE: (
        "Luvallinen poissaolo - Ennalta anottu vapaa", "Ennalta anottu vapaa",
        "Luvallinen poissaolo - Koulun antamalla luvalla", "(Poissa) Ennalta anottu vapaa",
    ),
    N.OTHER_CLEARED: ("Muu selvitetty poissaolo", "(Poissa) Muu selvitetty poissaolo"),
    N.UNAUTHORISED: ("Luvaton poissaolo", "(Poissa) Luvaton poissaolo"),
    N.LATE: ("Myöhästyminen", "Luvallinen myöhästyminen", "Luvaton myöhästyminen"),
    N.ACTIVITY: (
        "Muu koulun toiminta / ei tunnilla", "Muu kouluntoiminta /ei tunnilla",
        "Muu koulun toiminta", "Oppitunnin ulkopuolisessa toiminnassa",
    ),
    N.PRAISE: ("Aktiivinen tuntityöskentely", "Tuntityöskentely aktiivista", "Aktiivinen"),
}  # fmt: skip
# Order matters: "luvaton" and "luvallinen" are both about leave of some kind.
TOKENS: tuple[tuple[str, N], ...] = (
    ("myohast", N.LATE),
    ("selvita", N.UNRESOLVED),
    ("selvittamat", N.UNRESOLVED),
    ("selvitettav", N.UNRESOLVED),
    ("luvaton", N.UNAUTHORISED),
    ("lintsa", N.UNAUTHORISED),
    ("ilman lupaa", N.UNAUTHORISED),
    ("luvatta", N.UNAUTHORISED),
    ("terve", N.HEALTH),
    ("saira", N.HEALTH),
    ("hammas", N.HEALTH),
    ("laakari", N.HEALTH),
    ("anottu", N.LEAVE),
    ("luvalla", N.LEAVE),
    ("loma", N.LEAVE),
    ("selvitetty", N.OTHER_CLEARED),
    ("toiminta", N.ACTIVITY),
    ("retki", N.ACTIVITY),
    ("kehu", N.PRAISE),
    ("kiitos", N.PRAISE),
    ("aktiivi", N.PRAISE),
    ("huom", N.REMARK),
    ("poissa", N.UNRESOLVED),
)


def name_key(name: str) -> str:
    """A name as it is compared: case, diacritics, dashes and spaces make no difference."""
    return re.sub(r"[^a-z0-9]+", " ", fold(name)).strip()[:160]


KNOWN_BY_KEY: dict[str, N] = {
    name_key(name): national_class for national_class, names in KNOWN.items() for name in names
}
CLASS_BY_KEY: dict[str, N] = {
    **{name_key(str(one.label)): one for one in N},
    **{name_key(one.value): one for one in N},
    "terveydellisiin syihin liittyva poissaolo": N.HEALTH,
    "terveydellinen": N.HEALTH,
    "luvaton": N.UNAUTHORISED,
    "selvittamaton": N.UNRESOLVED,
    "muu selvitetty": N.OTHER_CLEARED,
}


def known_class(name: str) -> N | None:
    return KNOWN_BY_KEY.get(name_key(name))


def national_class_named(text: str) -> N | None:
    """The national class that a file's own column for it names."""
    return CLASS_BY_KEY.get(name_key(text)) if text else None


def suggest_class(name: str) -> N | None:
    """A guess for a person to confirm."""
    key = name_key(name)
    return next((guess for token, guess in TOKENS if token in key), None)
