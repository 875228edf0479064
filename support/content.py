"""The content pack as files: what an educator writes, checked before anything is loaded.

A pack that is wrong is refused whole, with the file and the reason.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeVar

import frontmatter
import yaml
from pydantic import TypeAdapter, ValidationError

from support.models import Stage
from support.pack_format import (
    Branches,
    BranchIn,
    CardIn,
    ChecklistIn,
    EcosystemIn,
    IndicatorIn,
    MeasureIn,
    NeedIn,
    PackIn,
    PromisesIn,
    ScreeningIn,
    Synonyms,
)
from support.yaml_edit import Path as At
from support.yaml_edit import line_of

Read = TypeVar("Read")
CARD_SECTIONS = ("Miksi", "Näin se näkyy arjessa", "Arvioi itse", "Kokeile huomenna")
CARD_POINTS = {"Näin se näkyy arjessa": (3, 6), "Arvioi itse": (3, 5)}
# libyaml where it is built in, ten times as fast.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
REASONS = {
    "missing": "puuttuu",
    "extra_forbidden": "kenttää ei tunneta",
    "string_type": "pitää olla tekstiä",
    "string_too_short": "on tyhjä",
    "string_too_long": "on liian pitkä: enintään {max_length} merkkiä",
    "string_pattern_mismatch": "on väärässä muodossa",
    "literal_error": "ei ole sallittu arvo; sallittuja ovat {expected}",
    "int_type": "pitää olla kokonaisluku",
    "int_parsing": "pitää olla kokonaisluku",
    "int_from_float": "pitää olla kokonaisluku",
    "bool_type": "pitää olla true tai false",
    "bool_parsing": "pitää olla true tai false",
    "greater_than": "pitää olla suurempi kuin {gt}",
    "greater_than_equal": "pitää olla vähintään {ge}",
    "less_than_equal": "saa olla enintään {le}",
    "list_type": "pitää olla luettelo",
    "too_short": "on liian vähän kohtia: vähintään {min_length}",
    "too_long": "on liikaa kohtia: enintään {max_length}",
    "model_type": "pitää olla kenttiä ja arvoja",
    "value_error": "{error}",
}


MOST_REASONS = 10


class PackRefusedError(Exception):
    """The pack is wrong somewhere: file, line and reason, up to ten of them, a line each."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


class Pack:
    """A whole pack, read and checked. Raises PackRefusedError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._reasons: list[str] = []
        self.pack: PackIn = self._file("pack.yaml", PackIn)
        self.branches: list[BranchIn] = self._file("branches.yaml", Branches)
        self.needs: list[NeedIn] = self._file("needs.yaml", list[NeedIn])
        self.indicators: list[IndicatorIn] = self._file("indicators.yaml", list[IndicatorIn])
        self.promises: PromisesIn = self._file("promises.yaml", PromisesIn)
        self.ecosystem: EcosystemIn = self._file("ecosystem.yaml", EcosystemIn)
        self.synonyms: list[list[str]] = self._file("search_words.yaml", Synonyms)
        self.measures: dict[str, list[MeasureIn]] = {
            branch.slug: self._file(f"measures/{branch.slug}.yaml", list[MeasureIn])
            for branch in self.branches or []
        }
        # Younger than the other files: a pack from before has none.
        has_screenings = (folder / "screenings.yaml").is_file()
        self.screenings: list[ScreeningIn] = (
            self._file("screenings.yaml", list[ScreeningIn]) if has_screenings else []
        )
        listed: list[tuple[str, ChecklistIn]] = [
            (name, self._file(name, ChecklistIn))
            for path in sorted((folder / "checklists").glob("*.yaml"))
            if (name := f"checklists/{path.name}")
        ]
        self.cards: dict[str, tuple[CardIn, dict[str, str]]] = {
            path.stem: self._try(self._card, path)
            for path in sorted((folder / "cards").glob("*.md"))
        }
        # References mean something only between files that can be read.
        self._stop_if_wrong()
        self._listed = sorted(listed, key=lambda one: _youngest_first(one[1]))
        self.checklists = [checklist for _name, checklist in self._listed]
        self.measure_slugs = {one.slug for rows in self.measures.values() for one in rows}
        self._check_repeats()
        self._check_references()
        self._stop_if_wrong()

    def files(self) -> dict[str, str]:
        """Path → text of all that is written in the pack, byte for byte."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes().decode()
            for path in sorted(self.folder.rglob("*"))
            if path.suffix in {".yaml", ".md"} and path.is_file()
        }

    def _try(self, read: Callable[..., Any], *arguments: Any) -> Any:
        """What `read` gives; when it refuses, None, and the reasons are remembered."""
        try:
            return read(*arguments)
        except PackRefusedError as refusal:
            self._reasons.extend(refusal.reasons)
            return None

    def _stop_if_wrong(self) -> None:
        if self._reasons:
            raise PackRefusedError(*self._reasons[:MOST_REASONS])

    def _file(self, name: str, kind: Any) -> Any:
        return self._try(self._yaml, name, kind)

    def _yaml(self, name: str, kind: Any) -> Any:
        path = self.folder / name
        try:
            text = path.read_text(encoding="utf-8")
            data = yaml.load(text, Loader=Loader)  # noqa: S506
        except FileNotFoundError:
            raise PackRefusedError(f"{name}: tiedosto puuttuu") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise PackRefusedError(f"{name}: {unreadable(error)}") from error
        return checked(name, kind, data, text)

    def _card(self, path: Path) -> tuple[CardIn, dict[str, str]]:
        name = f"cards/{path.name}"
        meta, body = read_markdown(path)
        card: CardIn = checked(name, CardIn, meta, head_of(path))
        text = sections(path, body, CARD_SECTIONS)
        check_points(name, text, CARD_POINTS)
        return card, text

    def _once(self, name: str, rows: Iterable[Any], *, at: At = (), key: str = "slug") -> None:
        places = ((name, (*at, number), row) for number, row in enumerate(rows))
        self._once_in_all(places, key=key)

    def _once_in_all(self, found: Iterable[tuple[str, At, Any]], *, key: str = "slug") -> None:
        """Each (file, place in it, row) has a name of its own; the line told is the later one's."""
        seen = set[Any]()
        for name, place, row in found:
            slug = getattr(row, key)
            if slug in seen:
                text = (self.folder / name).read_text(encoding="utf-8")
                line = _said(line_of(text, (*place, key)))
                self._reasons.append(f"{name}: ”{slug}” on kahdesti{line}")
            seen.add(slug)

    def _known(self, name: str, wanted: Iterable[Any], names: Iterable[Any], at: str = "") -> None:
        """Each wanted reference must be known; the line is where it stands after `at`."""
        for one in wanted:
            if one not in names:
                line = _line_with(self.folder / name, at, str(one))
                place = f"{name}, ”{at}”" if at else name
                self._reasons.append(f"{place}: tuntematon viittaus ”{one}”{line}")

    def _check_repeats(self) -> None:
        self._once("branches.yaml", self.branches)
        self._once("needs.yaml", self.needs)
        self._once("screenings.yaml", self.screenings)
        self._once("indicators.yaml", self.indicators, key="number")
        self._once("promises.yaml", self.promises.values, at=("values",))
        self._once("promises.yaml", self.promises.promises, at=("promises",))
        self._once_in_all(
            (f"measures/{branch}.yaml", (number,), row)
            for branch, rows in self.measures.items()
            for number, row in enumerate(rows)
        )
        self._once_in_all((name, (), checklist) for name, checklist in self._listed)
        for name, checklist in self._listed:
            self._once(name, checklist.items, at=("items",))

    def _check_references(self) -> None:
        """Every slug that one file names must stand in another."""
        branches = {one.slug for one in self.branches}
        needs = {one.slug for one in self.needs}
        self._known("measures", (p.stem for p in self.folder.glob("measures/*.yaml")), branches)
        for branch, rows in self.measures.items():
            for one in rows:
                self._known(f"measures/{branch}.yaml", one.needs, needs, one.slug)
        for slug, (card, _text) in self.cards.items():
            self._known(f"cards/{slug}.md", card.measures, self.measure_slugs)
            self._known(f"cards/{slug}.md", card.needs, needs)
            self._known(f"cards/{slug}.md", [card.branch] if card.branch else [], branches)
        for name, checklist in self._listed:
            for item in checklist.items:
                self._known(name, item.measures, self.measure_slugs, item.slug)
                self._known(name, [item.branch], branches, item.slug)
        numbers = {one.number for one in self.indicators}
        values = {one.slug for one in self.promises.values}
        for promise in self.promises.promises:
            self._known("promises.yaml", promise.indicators, numbers, promise.slug)
            self._known("promises.yaml", [promise.value], values, promise.slug)


def _line_with(path: Path, after: str, word: str) -> str:
    """Where `word` stands in a file, on or after the first line with `after`; "" if nowhere."""
    start = next(iter(_lines_with(path, after)), 1)
    return _said(next((line for line in _lines_with(path, word) if line >= start), None))


def _lines_with(path: Path, word: str) -> list[int]:
    """The lines, from 1, on which the whole word stands."""
    if not path.is_file():
        return []
    whole = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if whole.search(line)]


def _said(line: int | None) -> str:
    return f" (rivi {line})" if line else ""


def head_of(path: Path) -> str:
    """The fields at the head of a Markdown file, its first line kept, so that lines are right."""
    return path.read_text(encoding="utf-8").split("\n---", 1)[0]


def fingerprint(folder: Path, *, also: str) -> str:
    """What the files hold, as one number. `also` names what else decides the result."""
    total = hashlib.sha256(also.encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(f"\0{path.relative_to(folder).as_posix()}\0".encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def checked(name: str, kind: type[Read] | Any, data: Any, text: str = "") -> Any:
    """The data as `kind`. Raises PackRefusedError with each place and reason."""
    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        faults = error.errors(include_url=False)[:MOST_REASONS]
        reasons = (_reason(name, data, text, fault) for fault in faults)
        raise PackRefusedError(*reasons) from error


def _reason(name: str, data: Any, text: str, fault: Any) -> str:
    values = {key: str(value) for key, value in fault.get("ctx", {}).items()}
    values["expected"] = values.get("expected", "").replace(" or ", " tai ")
    reason = REASONS.get(fault["type"], "ei kelpaa").format_map(values)
    line = _said(line_of(text, fault["loc"])) if text else ""
    return f"{name}, {_place(data, fault['loc'])}: {reason}{line}"


def _place(data: Any, loc: tuple[int | str, ...]) -> str:
    """Where in a file: a row is called by its slug when it has one."""
    words: list[str] = []
    for step in loc:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
        words.append(_row(step, data) if isinstance(step, int) else step)
    return ", ".join(words) or "tiedosto"


def _row(number: int, data: Any) -> str:
    slug = data.get("slug") if isinstance(data, Mapping) else None
    return f"”{slug}”" if slug else f"kohta {number + 1}"


def read_markdown(path: Path) -> tuple[dict[str, Any], str]:
    """Front matter and body. Raises PackRefusedError."""
    try:
        post = frontmatter.load(str(path))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise PackRefusedError(f"{_short(path)}: {unreadable(error)}") from error
    if not post.metadata:
        raise PackRefusedError(
            f"{_short(path)}: tiedoston pitää alkaa tiedoilla kahden rivin --- välissä (rivi 1)"
        )
    return dict(post.metadata), post.content


def _short(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def sections(path: Path, body: str, names: tuple[str, ...]) -> dict[str, str]:
    """The body by its headings, which must be exactly these. Raises PackRefusedError."""
    before, *parts = re.split(r"^## +(.+?) *$", body, flags=re.MULTILINE)
    headings, texts = tuple(parts[0::2]), [text.strip() for text in parts[1::2]]
    if headings != names or before.strip() or not all(texts):
        wanted = ", ".join(names)
        line = _said(_odd_heading(path, body, headings, names))
        raise PackRefusedError(
            f"{_short(path)}: väliotsikoiden pitää olla {wanted}, ja jokaisen alla on tekstiä{line}"
        )
    return dict(zip(headings, texts, strict=True))


def _odd_heading(
    path: Path, body: str, headings: tuple[str, ...], names: tuple[str, ...]
) -> int | None:
    """The first line where the headings are not as they must be; what is missing is at the end."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if headings == names or not body.startswith("## "):
        return None
    pairs = zip_longest(headings, names)
    odd = next(found for found, name in pairs if found != name)
    return lines.index(f"## {odd}") + 1 if f"## {odd}" in lines else len(lines)


def bullets(text: str) -> list[str]:
    """The points of a Markdown list; a point may go on, indented, on the next lines."""
    joined = re.sub(r"\n[ \t]+", " ", text)
    return [line[2:].strip() for line in joined.splitlines() if line.startswith("- ")]


def check_points(name: str, text: dict[str, str], allowed: Mapping[str, tuple[int, int]]) -> None:
    """Lists hold nothing but points, and so many of them. Raises PackRefusedError."""
    for heading, (least, most) in allowed.items():
        lines = [line for line in text[heading].splitlines() if line.strip()]
        is_list = all(line.startswith(("- ", " ", "\t")) for line in lines)
        if not is_list or not least <= len(bullets(text[heading])) <= most:
            reason = f"otsikon ”{heading}” alla pitää olla {least}–{most} viivalla alkavaa kohtaa"
            raise PackRefusedError(f"{name}: {reason}")


def once(name: str, slugs: Iterable[Any]) -> None:
    seen = set[Any]()
    for slug in slugs:
        if slug in seen:
            raise PackRefusedError(f"{name}: ”{slug}” on kahdesti")
        seen.add(slug)


def unreadable(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return f"rivi {mark.line + 1}: tiedosto ei ole kelvollista YAML-kieltä"
    return "tiedostoa ei voi lukea; sen pitää olla UTF-8-tekstiä"


def _youngest_first(checklist: ChecklistIn) -> tuple[int, str]:
    return min(Stage.values.index(one) for one in checklist.stages), checklist.slug
