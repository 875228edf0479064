"""Tables that a phone shows as cards: every cell learns the name of its column.

The theme lays the cells out below each other, and a browser may then forget that they were a
table. So each element says its role aloud.
"""

import html
import re
from dataclasses import dataclass, field

TAG = re.compile(r"<(/?)(thead|tbody|tr|th|td)\b([^>]*)>")
ANY_TAG = re.compile(r"<[^>]+>")
COLSPAN = re.compile(r'colspan="(\d+)"')
ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


@dataclass
class _Table:
    """Where the reader stands: in which column, and what the columns are called."""

    labels: list[str] = field(default_factory=list)
    is_head: bool = False
    column: int = 0
    opened_at: int = 0
    is_wrapped: bool = False


def label_cells(content: str) -> str:
    """The rows of a table with a role on each element, and each cell with its column's name."""
    table, out, end = _Table(), [], 0
    for tag in TAG.finditer(content):
        out.append(content[end : tag.start()])
        closing, name, attributes = tag.groups()
        write = _close if closing else _open
        out.append(write(table, content, tag, name, attributes))
        end = tag.end()
    out.append(content[end:])
    return "".join(out)


def _open(table: _Table, content: str, tag: re.Match[str], name: str, attributes: str) -> str:
    if name in {"thead", "tbody"}:
        table.is_head = name == "thead"
    if name == "tr":
        table.column = 0
    if name not in {"th", "td"}:
        return f'<{name}{attributes} role="{ROLES[name]}">'
    table.opened_at = tag.end()
    if name == "th":
        role = "columnheader" if table.is_head else "rowheader"
        return f'<th{attributes} role="{role}">'
    label = table.labels[table.column] if table.column < len(table.labels) else ""
    # A cell with nothing in it stays empty: the theme leaves it out of the card.
    table.is_wrapped = not content.startswith("</td>", tag.end())
    inside = "<div>" if table.is_wrapped else ""
    return f'<td{attributes} role="cell" data-label="{label}">{inside}'


def _close(table: _Table, content: str, tag: re.Match[str], name: str, _attributes: str) -> str:
    if name not in {"th", "td"}:
        return tag.group()
    if table.is_head:
        words = html.unescape(ANY_TAG.sub("", content[table.opened_at : tag.start()]))
        table.labels.append(html.escape(" ".join(words.split())))
    table.column += _width(content, table.opened_at)
    return "</div></td>" if name == "td" and table.is_wrapped else tag.group()


def _width(content: str, opened_at: int) -> int:
    """How many columns the cell that was opened there stands in."""
    span = COLSPAN.search(content, content.rindex("<", 0, opened_at), opened_at)
    return int(span.group(1)) if span else 1
