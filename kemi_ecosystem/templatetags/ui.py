"""The components of the pages. templates/components/README.md shows one of each."""

from typing import Any

from django.template import Library
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kemi_ecosystem.lib import markdown, table_cards
from kemi_ecosystem.lib.staticfiles import is_collected

register = Library()


@register.simple_block_tag
def card(content: str, title: str = "", kind: str = "", level: int = 2) -> SafeString:
    """A card around its content; `kind` is a modifier: today, calm."""
    context = {"content": content, "title": title, "kind": kind, "level": level}
    return render_to_string("components/card.html", context)


@register.simple_block_tag
def note(content: str, kind: str = "") -> SafeString:
    """A coloured remark; `kind` is now, ok or bad."""
    return render_to_string("components/note.html", {"content": content, "kind": kind})


@register.simple_block_tag
def empty(content: str, title: str) -> SafeString:
    """What stands where there is nothing yet, and what to do next."""
    return render_to_string("components/empty.html", {"content": content, "title": title})


@register.simple_block_tag
def table(content: str, caption: str, kind: str = "") -> SafeString:
    """A table with its caption. On a phone its rows are cards; a matrix scrolls by itself."""
    if kind != "matrix":
        # Template output: escaped where it came from a person.
        content = SafeString(table_cards.label_cells(content))
    context = {"content": content, "caption": caption, "kind": kind or "cards"}
    return render_to_string("components/table.html", context)


@register.simple_tag
def badge(text: Any, kind: str = "") -> SafeString:
    """A word in a coloured frame. Lists hold a hundred of them: no template of its own."""
    modifier = f" badge--{kind}" if kind else ""
    return format_html('<span class="badge{}">{}</span>', modifier, text)


@register.simple_tag
def level_badge(thing: Any) -> SafeString:
    """The level of the 2025 law, told by word, colour and shape."""
    return badge(thing.get_level_display(), f"level badge--{thing.level}")


@register.inclusion_tag("components/stat.html")
def stat(value: Any, label: str) -> dict[str, Any]:
    return {"value": value, "label": label}


@register.inclusion_tag("components/pagination.html")
def pagination(page: Any, extra: str = "") -> dict[str, Any]:
    """`extra` is the rest of the query string, beginning with &."""
    return {"page": page, "extra": extra}


@register.simple_tag
def script(name: str) -> SafeString:
    """A script of our own, by its static name; the page works without it."""
    return format_html('<script src="{}" defer></script>', static(name))


@register.simple_tag
def pictogram(code: str, size: str = "") -> SafeString:
    """An OpenMoji picture that says nothing more than the words beside it."""
    kind = "pictogram pictogram--large" if size == "large" else "pictogram"
    name = f"openmoji/{code}.svg"
    if not is_collected(name):
        # Loaded while the portal runs: the picture itself is collected at the next start.
        return SafeString("")
    return format_html(
        '<img class="{}" src="{}" alt="" width="56" height="56" loading="lazy">', kind, static(name)
    )


@register.filter
def markdown_text(text: str) -> SafeString:
    return markdown.render(text)
