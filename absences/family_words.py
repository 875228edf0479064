"""The words for families: the content pack's, or the city's own in their place."""

import datetime as dt
import string
from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings
from django.utils.translation import gettext as _

from absences.models import Alert, FamilyWords
from accounts.models import User

# What may stand in braces, and what the preview puts there. Nothing in it is true of anybody.
FICTIONAL = {"school": "Lumilinnan koulu", "contact": "Liisa Lampela"}
LONGEST = 1200


@lru_cache(maxsize=4)
def _pack(path: Path, _stamp: int) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def defaults() -> dict[str, dict[str, str]]:
    """The pack's words: what is asked → language → text."""
    path = Path(settings.CONTENT_DIR) / "messages.yaml"
    return _pack(path, path.stat().st_mtime_ns)


def refusal(text: str) -> str:
    """Why a text cannot be used; "" when it can. Only what is known may stand in braces."""
    try:
        places = [place for place in string.Formatter().parse(text) if place[1] is not None]
    except ValueError:
        return _("Aaltosulku on jäänyt auki. Kirjoita esimerkiksi {contact}.")
    # A format or a conversion would fail, or pad without end, only when a family reads the text.
    if any(spec or conversion for _text, _name, spec, conversion in places):
        return _("Kirjoita aaltosulkuihin vain kohdan nimi, esimerkiksi {contact}.")
    names = {name for _text, name, _spec, _conversion in places if name is not None}
    if strange := sorted(names - FICTIONAL.keys()):
        words = _("Tekstissä on kohta, jota ei tunneta: {%(name)s}. Käytettävissä: %(known)s.")
        known = ", ".join(f"{{{name}}}" for name in FICTIONAL)
        return words % {"name": strange[0], "known": known}
    if "contact" not in names:
        return _("Kerro, kenelle perhe voi soittaa: lisää kohta {contact}.")
    return ""


def text_for(asks: str, language: str) -> str:
    """The words for what a step asks, in a language or else in Finnish. Not yet filled in."""
    own = FamilyWords.objects.filter(asks=asks, language__in=[language, "fi"])
    found = {one.language: one.text for one in own}
    pack = defaults().get(asks) or defaults()["talk"]
    return found.get(language) or pack.get(language) or found.get("fi") or pack["fi"]


def told_to_family(alert: Alert, *, language: str) -> str:
    """What this alert says to the family, with the school and whom to contact."""
    return fill(
        text_for(alert.step.asks, language),
        school=alert.school.name,
        contact=str(alert.owner) if alert.owner else alert.school.name,
    )


def fill(text: str, *, school: str, contact: str) -> str:
    return text.format(school=school, contact=contact)


def preview(text: str) -> str:
    """The text as a family would read it, of a school and a teacher that do not exist."""
    return text.format(**FICTIONAL)


def save(*, asks: str, language: str, text: str, by: User, at: dt.datetime) -> None:
    """Keep the city's own words; the pack's own text again removes them."""
    if text.strip() == defaults()[asks].get(language, "").strip():
        FamilyWords.objects.filter(asks=asks, language=language).delete()
        return
    FamilyWords.objects.update_or_create(
        asks=asks,
        language=language,
        defaults={"text": text.strip(), "changed_by": by, "changed_at": at},
    )
