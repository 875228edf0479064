"""What each is told at a step: the content pack's words, or the city's own in their place.

They are read behind the sign-in and in letters; a mail holds none of them.
"""

import datetime as dt
import string
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from absences.models import Alert, AlertRecipient, Hop, InterventionStep, StepWords
from accounts.models import User
from schools.models import Person, this_year

Audience = StepWords.Audience
# What may stand in braces, and what the preview puts there. Nothing in it is true of anybody.
FICTIONAL = {
    "school": "Lumilinnan koulu", "contact": "Liisa Lampela", "step": "Huoli kasvaa",
    "due": "27.11.",
}  # fmt: skip
# Outside the school's staff only this is told: how far the absences have come is not theirs here.
OUTSIDE = ("school", "contact")
OUTSIDERS = {Audience.GUARDIAN, Audience.WELFARE}
# The words of an audience for which the pack has none for what is asked.
ANY = "any"
LONGEST = 1200

Pack = dict[str, dict[str, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Topic:
    """To whom, about what: everything that is asked alike, or one step alone."""

    asks: str
    audience: str
    step_slug: str = ""

    @property
    def general(self) -> "Topic":
        return Topic(self.asks, self.audience)

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The staff's portal is Finnish; families read theirs in their own language."""
        return settings.LANGUAGES if self.audience == Audience.GUARDIAN else settings.LANGUAGES[:1]

    @property
    def places(self) -> dict[str, str]:
        """What may stand in braces, with what the preview puts there."""
        known = OUTSIDE if self.audience in OUTSIDERS else FICTIONAL
        return {name: FICTIONAL[name] for name in known}

    def refusal(self, text: str) -> str:
        """Why a text cannot be used; "" when it can. Only what is known may stand in braces."""
        try:
            places = [place for place in string.Formatter().parse(text) if place[1] is not None]
        except ValueError:
            return _("Aaltosulku on jäänyt auki. Kirjoita esimerkiksi {contact}.")
        # A format or a conversion would fail, or pad without end, only when the text is read.
        if any(spec or conversion for _text, _name, spec, conversion in places):
            return _("Kirjoita aaltosulkuihin vain kohdan nimi, esimerkiksi {contact}.")
        names = {name for _text, name, _spec, _conversion in places if name is not None}
        if strange := sorted(names - self.places.keys()):
            words = _("Tekstissä on kohta, jota ei tunneta: {%(name)s}. Käytettävissä: %(known)s.")
            known = ", ".join(f"{{{name}}}" for name in self.places)
            return words % {"name": strange[0], "known": known}
        if self.audience in OUTSIDERS and "contact" not in names:
            return _("Kerro, kehen voi ottaa yhteyttä: lisää kohta {contact}.")
        return ""

    def preview(self, text: str) -> str:
        """The text as it would be read, of a school and a teacher that do not exist."""
        return text.format(**self.places)


@lru_cache(maxsize=4)
def _pack(path: Path, _stamp: int) -> Pack:
    found: Pack = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def defaults() -> Pack:
    """The pack's words: audience → what is asked → language → text."""
    path = Path(settings.CONTENT_DIR) / "messages.yaml"
    return _pack(path, path.stat().st_mtime_ns)


def _packed(topic: Topic) -> dict[str, str]:
    told = defaults()[topic.audience]
    return told.get(topic.asks) or told.get(ANY) or told["talk"]


def text_for(topic: Topic, language: str) -> str:
    """The words in a language or else in Finnish. Not yet filled in.

    A step's own come before those of all that ask the same, and the city's before the pack's; but
    what the reader can read comes before what was written for this step in Finnish only. Whom to
    contact is filled in either way; whoever writes is told which languages read something else.
    """
    own = _own(topic).filter(language__in=[language, "fi"])
    found = {one.language: one.text for one in own.order_by("step_slug")}
    pack = _packed(topic)
    return found.get(language) or pack.get(language) or found.get("fi") or pack["fi"]


def _own(topic: Topic) -> QuerySet[StepWords]:
    slugs = {"", topic.step_slug}
    return StepWords.objects.filter(asks=topic.asks, audience=topic.audience, step_slug__in=slugs)


def own_words() -> set[tuple[str, str, str, str]]:
    """Where the city has its own: asks, step, audience and language."""
    rows = StepWords.objects.values_list("asks", "step_slug", "audience", "language")
    return set(rows)


def without_words(topic: Topic, own: set[tuple[str, str, str, str]]) -> list[str]:
    """The languages that read other words than the city's own just here, where it has any."""
    here = (topic.asks, topic.step_slug, topic.audience)
    missing = [name for code, name in topic.languages if (*here, code) not in own]
    return missing if len(missing) < len(topic.languages) else []


def waking_steps(*, on: dt.date) -> list[InterventionStep]:
    """The steps in force and those being drafted, each once, that wake anybody."""
    steps = InterventionStep.objects.filter(
        this_year(on, "model__"), model__state__in=["active", "draft"]
    ).exclude(trigger=InterventionStep.Trigger.ALWAYS)
    found: dict[str, InterventionStep] = {}
    for step in steps.order_by("model__state", "order", "pk"):
        found[step.slug] = step  # of the two versions the draft's, which sorts after the active
    return list(found.values())


def told_to(alert: Alert, *, audience: str, language: str) -> str:
    """What this alert says to one audience."""
    topic = Topic(alert.step.asks, audience, alert.step_slug)
    return _filled(alert, text_for(topic, language))


def _filled(alert: Alert, text: str) -> str:
    return text.format(
        school=alert.school.name,
        contact=str(alert.owner) if alert.owner else alert.school.name,
        step=alert.step.name,
        due=f"{alert.due_on:%-d.%-m.}",
    )


def reader_columns(user: Person) -> dict[str, Any]:
    """For a statement about alerts: as whom a colleague reads each, and the city's words for that.

    Whose turn it is reads as such; to whom an alert went on, as that; else as was told at first.
    """
    hops = Hop.objects.filter(alert=OuterRef("pk"), to=user.pk).exclude(kind=Hop.Kind.REMINDER)
    hop = Subquery(hops.order_by("-hopped_on", "-pk").values("kind")[:1])
    told = AlertRecipient.objects.filter(
        alert=OuterRef("pk"), user=user.pk, role__in=Audience.values
    )
    role = Subquery(told.values("role")[:1])
    deputy = Exists(hops.filter(kind=Hop.Kind.DEPUTY))
    own = StepWords.objects.filter(
        Q(step_slug="") | Q(step_slug=OuterRef("step_slug")),
        asks=OuterRef("step__asks"),
        audience=OuterRef("read_as"),
        language="fi",
    )
    return {
        "read_as": Case(
            When(deputy, then=Value(Audience.DEPUTY.value)),
            When(owner=user.pk, then=Value(Audience.CLASS_TEACHER.value)),
            # Another controller's employee reads the words without hours, however it was told.
            When(Exists(told.filter(role=Audience.WELFARE)), then=Value(Audience.WELFARE.value)),
            default=Coalesce(hop, role, Value("")),
            output_field=CharField(),
        ),
        "own_words": Subquery(own.order_by("-step_slug").values("text")[:1]),
    }


def told_to_reader(alert: Alert) -> str:
    """What a colleague is told; "" when it was never told to this one. With `reader_columns`."""
    audience: str = alert.read_as  # type: ignore[attr-defined]
    own: str | None = alert.own_words  # type: ignore[attr-defined]
    if not audience:
        return ""
    return _filled(alert, own or _packed(Topic(alert.step.asks, audience))["fi"])


def save(*, topic: Topic, language: str, text: str, by: User, at: dt.datetime) -> None:
    """Keep the city's own words; what would be read without them removes them."""
    here: dict[str, Any] = {
        "asks": topic.asks, "step_slug": topic.step_slug, "audience": topic.audience,
        "language": language,
    }  # fmt: skip
    if text.strip() == without_own(topic, language).strip():
        StepWords.objects.filter(**here).delete()
        return
    words = {"text": text.strip(), "changed_by": by, "changed_at": at}
    StepWords.objects.update_or_create(**here, defaults=words)


def without_own(topic: Topic, language: str) -> str:
    """What is read when the city has no words of its own just here."""
    if topic.step_slug:
        return text_for(topic.general, language)
    return _packed(topic).get(language, "")
