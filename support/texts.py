"""Which texts of the catalogue can be edited, field by field, and how two of them differ."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from support.models import Checklist, ChecklistItem, Measure, QualityCard, QualityPromise, TextKind

Fields = dict[str, Any]
WORDS = re.compile(r"(\s+)")
# A title in the middle of a text would tear the pack's file apart.
TITLE_LINE = re.compile(r"^\s*#", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Field:
    """One editable field. `least` and `most` points make it a list, a point a line."""

    name: str
    label: Any
    rows: int = 0
    least: int = 0
    most: int = 0
    is_markdown: bool = False

    @property
    def is_list(self) -> bool:
        return bool(self.most)


@dataclass(frozen=True, slots=True)
class Editable:
    model: type[models.Model]
    page: str
    fields: tuple[Field, ...]
    # The column that names a row; a "/" in it is "__" in addresses and versions.
    key: str = "slug"

    @property
    def title_field(self) -> str:
        return self.fields[0].name

    def read(self, row: Any) -> Fields:
        return {one.name: getattr(row, one.name) for one in self.fields}

    def named(self, slugs: Iterable[str]) -> models.QuerySet[Any]:
        """The rows of these texts."""
        manager: Any = self.model._default_manager
        rows: models.QuerySet[Any] = manager.filter(
            **{f"{self.key}__in": [slug.replace("__", "/") for slug in slugs]}
        )
        return rows

    def slug_of(self, row: Any) -> str:
        return str(getattr(row, self.key)).replace("/", "__")

    def url(self, slug: str) -> str:
        """The page that shows the text."""
        if self.key == "key":
            return reverse(self.page, args=[slug.split("__", 1)[0]])
        if self.page == "support:promises":
            return f"{reverse(self.page)}#{slug}"
        return reverse(self.page, args=[slug])


# The limits of lists are the pack's (pack_format.py, content.py): what is published can be dumped
# and loaded again.
EDITABLE: Mapping[str, Editable] = {
    TextKind.MEASURE: Editable(
        Measure,
        "support:measure",
        (
            Field("name", _("Nimi")),
            Field("teacher_summary", _("Opettajalle yhdellä lauseella"), rows=2),
            Field("teacher_steps", _("Näin pääset alkuun"), rows=5, least=3, most=5),
            Field("teacher_watch", _("Mistä huomaat")),
            Field("who", _("Kuka")),
            Field("pupil_text", _("Oppilaan sanoin")),
            Field("guardian_text", _("Huoltajalle"), rows=3),
        ),
    ),
    TextKind.CARD: Editable(
        QualityCard,
        "support:card",
        (
            Field("title", _("Otsikko")),
            Field("summary", _("Tiivistys")),
            Field("why", _("Miksi"), rows=6, is_markdown=True),
            Field("shows", _("Näin se näkyy arjessa"), rows=6, least=3, most=6),
            Field("questions", _("Arvioi itse"), rows=5, least=3, most=5),
            Field("tomorrow", _("Kokeile huomenna"), rows=4, is_markdown=True),
        ),
    ),
    TextKind.PROMISE: Editable(
        QualityPromise,
        "support:promises",
        (
            Field("slogan", _("Iskulause")),
            Field("meaning", _("Mitä se tarkoittaa"), rows=3),
            Field("shows", _("Mistä sen huomaa"), rows=4, least=2, most=10),
        ),
    ),
    TextKind.CHECKLIST: Editable(
        Checklist,
        "support:checklist",
        (Field("title", _("Otsikko")), Field("intro", _("Johdanto"), rows=4)),
    ),
    TextKind.ITEM: Editable(
        ChecklistItem,
        "support:checklist",
        (Field("text", _("Väite")), Field("help", _("Apu"), rows=2)),
        key="key",
    ),
}


class LinesField(forms.CharField):
    """A list of sentences, one on each line."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        """A JSON column offers its coders; lines need none."""
        super().__init__(**{k: v for k, v in options.items() if k not in {"encoder", "decoder"}})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


@dataclass(frozen=True, slots=True)
class Difference:
    label: Any
    before: SafeString
    after: SafeString


def differences(kind: str, before: Fields, after: Fields) -> list[Difference]:
    """The fields that differ, each side by side with what went and what came marked."""
    return [
        Difference(one.label, *_marked(_plain(before[one.name]), _plain(after[one.name])))
        for one in EDITABLE[kind].fields
        if before.get(one.name) != after.get(one.name)
    ]


def _plain(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)


def _marked(before: str, after: str) -> tuple[SafeString, SafeString]:
    old, new = WORDS.split(before), WORDS.split(after)
    steps = difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    return (
        _side(("del", "".join(old[a:b]), how != "equal") for how, a, b, _c, _d in steps),
        _side(("ins", "".join(new[c:d]), how != "equal") for how, _a, _b, c, d in steps),
    )


def _side(pieces: Iterable[tuple[str, str, bool]]) -> SafeString:
    return format_html_join("", "{}", ((_piece(*one),) for one in pieces))


def _piece(tag: str, text: str, is_changed: bool) -> str:  # noqa: FBT001
    if not is_changed or not text.strip():
        return text
    # The tags are ours; the text is escaped.
    return format_html("<del>{}</del>" if tag == "del" else "<ins>{}</ins>", text)
