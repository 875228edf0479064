"""Markdown that educators write, rendered safely: no raw HTML, no pictures, no foreign schemes."""

from functools import lru_cache
from pathlib import Path

import frontmatter
import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

TAGS = {"a", "blockquote", "br", "code", "em", "h2", "h3", "li", "ol", "p", "strong", "ul"}
SCHEMES = {"http", "https", "mailto"}


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def render(text: str) -> SafeString:
    html = nh3.clean(
        _parser().render(text), tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES
    )
    return SafeString(html)


@lru_cache(maxsize=32)
def page(path: Path) -> tuple[str, str, str]:
    """Title, summary and text of a page of the content pack."""
    post = frontmatter.load(str(path))
    return str(post["title"]), str(post["summary"]), post.content
