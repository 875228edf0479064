"""The wishes that a child chooses from: read from the content pack, refused whole when wrong."""

from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings
from pydantic import BaseModel, ConfigDict, ValidationError

LANGUAGES = ("fi", "sv", "en", "uk", "ar")
OWN_WORDS = "omin-sanoin"


class Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    fi: str
    sv: str
    en: str
    uk: str
    ar: str

    def said(self, language: str) -> str:
        """The words in a language of the list, or in Finnish."""
        return str(getattr(self, language)) if language in LANGUAGES else self.fi


class WishChoice(Texts):
    slug: str
    pictogram: str
    measures: tuple[str, ...]
    leads_to_calm: bool = False
    # Homework and breaks between lessons: nothing for a child before school.
    from_school: bool = False


class Room(Texts):
    slug: str
    wishes: tuple[WishChoice, ...]


class KeyPicture(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    pictogram: str


class WishCatalogue(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rooms: tuple[Room, ...]
    keys: tuple[KeyPicture, ...]

    def choice(self, slug: str) -> WishChoice | None:
        return next((one for room in self.rooms for one in room.wishes if one.slug == slug), None)


class WrongWishesError(Exception):
    """The file cannot be used; the message names the place and the fault."""


def load(path: Path) -> WishCatalogue:
    """Raises WrongWishesError with the place of the first fault."""
    try:
        found = WishCatalogue.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise WrongWishesError(f"{path.name}: {error}") from error
    slugs = [one.slug for room in found.rooms for one in room.wishes]
    if twice := {slug for slug in slugs if slugs.count(slug) > 1}:
        raise WrongWishesError(f"{path.name}: {', '.join(sorted(twice))} is there twice")
    return found


def catalogue() -> WishCatalogue:
    """The pack's wishes, read anew when the file has changed."""
    path = Path(settings.CONTENT_DIR) / "wishes.yaml"
    return _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _load(path: Path, _stamp: int) -> WishCatalogue:
    return load(path)
