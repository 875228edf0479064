"""What the pages for keeping the texts show."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Replace
from django.utils.text import capfirst

from accounts.models import User
from support.models import TextDraft, TextKind, TextSuggestion, TextVersion
from support.texts import EDITABLE, Difference, Fields, differences


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text in the list: where it stands and what waits on it."""

    kind: str
    slug: str
    title: str
    version: TextVersion | None
    suggestions: int
    has_draft: bool
    is_due: bool


@dataclass(frozen=True, slots=True)
class TextList:
    groups: list[tuple[str, str, list[TextRow]]]
    waiting: int
    due: int


def review_day(kind: str, slug: str) -> dt.date | None:
    """By when the text that is read now is to be looked at again."""
    found = TextVersion.objects.of(kind, slug).order_by("-number")
    return found.values_list("review_on", flat=True).first()


def text_list(user: User, *, on: dt.date) -> TextList:
    """Every text of the catalogue by its kind. Four statements, whatever their number."""
    latest = {
        (one.kind, one.slug): one for one in TextVersion.objects.latest_of_each().defer("fields")
    }
    pairs = TextSuggestion.objects.filter(state=TextSuggestion.State.OPEN)
    waiting = Counter(pairs.values_list("kind", "slug"))
    drafts = set(TextDraft.objects.filter(author=user).values_list("kind", "slug"))
    by_kind: dict[str, list[TextRow]] = {str(kind): [] for kind in EDITABLE}
    for at, title in sorted(_titles().items(), key=lambda one: one[1].casefold()):
        version = latest.get(at)
        is_due = bool(version and version.review_on and version.review_on <= on)
        row = TextRow(*at, title, version, waiting[at], at in drafts, is_due)
        by_kind[row.kind].append(row)
    due = sum(row.is_due for rows in by_kind.values() for row in rows)
    groups = [
        (kind, capfirst(str(EDITABLE[TextKind(kind)].model._meta.verbose_name_plural)), rows)
        for kind, rows in by_kind.items()
    ]
    return TextList(groups, waiting.total(), due)


def _titles() -> dict[tuple[str, str], str]:
    """(Kind, slug) → title of every text. One statement."""
    first, *rest = (
        one.model._default_manager.order_by()
        .annotate(
            kind_of=Value(str(kind), CharField()),
            shown=F(one.title_field),
            named=Replace(one.key, Value("/"), Value("__")),
        )
        .values_list("kind_of", "named", "shown")
        for kind, one in EDITABLE.items()
    )
    return {(kind, slug): title for kind, slug, title in first.union(*rest, all=True)}


@dataclass(frozen=True, slots=True)
class Step:
    """A version and how it differs from the one before it."""

    version: TextVersion
    changes: list[Difference]
    is_newest: bool


def history(kind: str, slug: str) -> list[Step]:
    """All versions, the newest first. One statement."""
    versions = list(TextVersion.objects.of(kind, slug).select_related("published_by"))
    return [
        Step(one, differences(kind, before.fields, one.fields) if before else [], n == 0)
        for n, (one, before) in enumerate(zip_longest(versions, versions[1:]))
    ]


@dataclass(frozen=True, slots=True)
class Shown:
    """A field of a text as a preview shows it."""

    label: Any
    value: Any
    is_list: bool
    is_markdown: bool


def shown(kind: str, fields: Fields) -> list[Shown]:
    return [
        Shown(one.label, fields[one.name], one.is_list, one.is_markdown)
        for one in EDITABLE[kind].fields
    ]


def own_suggestions(user: User, kind: str, slug: str) -> QuerySet[TextSuggestion]:
    return TextSuggestion.objects.filter(made_by=user, kind=kind, slug=slug)


def waiting_suggestions() -> list[tuple[TextSuggestion, str]]:
    """The open suggestions, the oldest first, with the titles of their texts."""
    rows = list(
        TextSuggestion.objects.filter(state=TextSuggestion.State.OPEN)
        .select_related("made_by")
        .order_by("made_at")
    )
    titles = _titles()
    return [(row, titles.get((row.kind, row.slug), row.slug)) for row in rows]
