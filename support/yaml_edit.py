"""Changing values of a YAML text and leaving every other byte, also comments, as it was."""

import re
from typing import Any

import yaml

# Words that mean the same with and without quotes, anywhere in a file.
PLAIN = re.compile(r"[A-Za-zÅÄÖåäö][\wåäöÅÄÖ]*(?:[ .?!/()–-]*[\wåäöÅÄÖ)])*[.?!]?")
WIDE = 10**6
Path = tuple[str | int, ...]


class YamlText:
    """A YAML text whose values can be set; `result()` is the text with them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
        self.data = yaml.safe_load(text)
        self._edits: list[tuple[int, int, str]] = []

    def set(self, path: Path, value: Any, *, unordered: bool = False) -> None:
        """Make the value at `path` this. One that it has already, in whatever style, is left."""
        data, node = self.data, self._root
        for step in path[:-1]:
            data, node = data[step], _child(node, step)
        last = path[-1]
        has_it = not isinstance(data, dict) or last in data
        if has_it and _same(data[last], value, unordered=unordered):
            return
        if has_it:
            self._replace(_child(node, last), value)
        else:
            start = node.start_mark
            self._edits.append(
                (start.index, start.index, f"{last}: {_flow(value)}\n{' ' * start.column}")
            )

    def _replace(self, node: Any, value: Any) -> None:
        start = node.start_mark.index
        if isinstance(node, yaml.SequenceNode) and not node.flow_style and value:
            end = self._end(node.value[-1])
            indent = "\n" + " " * node.start_mark.column
            self._edits.append((start, end, indent.join(f"- {_flow(one)}" for one in value)))
        else:
            self._edits.append((start, self._end(node), _flow(value)))

    def _end(self, node: Any) -> int:
        """Where the value itself ends: a block's mark stands after its last line break."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(last, tuple) else last)
        start: int = node.start_mark.index
        return start + len(self._text[start : node.end_mark.index].rstrip())

    def result(self) -> str:
        text = self._text
        for start, end, new in sorted(self._edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text


def line_of(text: str, path: Path) -> int | None:
    """The line, from 1, of the value at `path`, or of the nearest thing around it that exists."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    if node is None:
        return None
    for step in path:
        try:
            node = _child(node, step)
        except (KeyError, IndexError, TypeError):
            break
    return int(node.start_mark.line) + 1


def _child(node: Any, step: str | int) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step]
    if isinstance(node, yaml.MappingNode):
        return {key.value: value for key, value in node.value}[step]
    raise KeyError(step)


def _same(old: Any, new: Any, *, unordered: bool) -> bool:
    if isinstance(old, str) and isinstance(new, str):
        return old.strip() == new
    if unordered and isinstance(old, list):
        return sorted(old) == sorted(new)
    if isinstance(old, list) and isinstance(new, list):
        return [str(one).strip() for one in old] == new
    return bool(old == new)


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, list):
        return f"[{', '.join(_flow(one) for one in value)}]"
    if isinstance(value, str):
        return value if PLAIN.fullmatch(value) and _reads_back(value) else _quoted(value)
    return str(yaml.safe_dump(value)).split("\n", 1)[0]


def _reads_back(text: str) -> bool:
    """Within brackets, where a mark inside a word may mean something else."""
    try:
        return bool(yaml.safe_load(f"[{text}]") == [text])
    except yaml.YAMLError:
        return False


def _quoted(text: str) -> str:
    written: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=WIDE)
    return written.strip()
