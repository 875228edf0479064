"""Writing the catalogue back into the pack's files: only what differs is touched."""

import re
from typing import Any

from support.content import CARD_SECTIONS, bullets
from support.models import (
    Branch,
    Checklist,
    Indicator,
    Measure,
    Need,
    PackFile,
    QualityCard,
    QualityPromise,
    QualityValue,
    Screening,
    Stage,
)
from support.yaml_edit import YamlText

Files = dict[str, str]
SCREENING_FIELDS = ("name", "subject", "grades", "month", "who", "how")
HEAD = re.compile(r"\A(---[ \t]*\r?\n)(.*?)(^---[ \t]*\r?$)", re.DOTALL | re.MULTILINE)


def pack_files() -> Files:
    """The files of the pack in use, with every text as it stands in the catalogue now."""
    files = dict(PackFile.objects.values_list("path", "text"))
    if not files:
        return files
    _rows(files, "branches.yaml", (), Branch.objects.all(), ("name", "summary"))
    _rows(files, "needs.yaml", (), Need.objects.all(), ("name",))
    _rows(files, "indicators.yaml", (), Indicator.objects.all(), ("name",), by="number")
    _rows(files, "promises.yaml", ("values",), QualityValue.objects.all(), ("name", "summary"))
    if "screenings.yaml" in files:
        _rows(files, "screenings.yaml", (), Screening.objects.all(), SCREENING_FIELDS)
    _promises(files)
    _measures(files)
    _cards(files)
    _checklists(files)
    return files


def _rows(files: Files, name: str, under: tuple[str, ...], rows: Any, fields: tuple[str, ...],
          by: str = "slug") -> None:  # fmt: skip
    """Plain columns of rows that a file lists under the same names."""
    text = YamlText(files[name])
    known = {getattr(row, by): row for row in rows}
    listed = text.data[under[0]] if under else text.data
    for place, entry in enumerate(listed):
        for field in fields:
            text.set((*under, place, field), getattr(known[entry[by]], field))
    files[name] = text.result()


def _promises(files: Files) -> None:
    text = YamlText(files["promises.yaml"])
    rows = QualityPromise.objects.select_related("value").prefetch_related("indicators")
    known = {row.slug: row for row in rows}
    for place, entry in enumerate(text.data["promises"]):
        row, at = known[entry["slug"]], ("promises", place)
        text.set((*at, "value"), row.value.slug)
        text.set((*at, "slogan"), row.slogan)
        text.set((*at, "meaning"), row.meaning)
        text.set((*at, "shows"), row.shows)
        numbers = [one.number for one in row.indicators.all()]
        text.set((*at, "indicators"), numbers, unordered=True)
    files["promises.yaml"] = text.result()


def _measures(files: Files) -> None:
    known = {row.slug: row for row in Measure.objects.prefetch_related("needs")}
    for name in [one for one in files if one.startswith("measures/")]:
        text = YamlText(files[name])
        for place, entry in enumerate(text.data):
            _measure(text, place, known[entry["slug"]])
        files[name] = text.result()


def _measure(text: YamlText, place: int, row: Measure) -> None:
    plain = {
        ("name",): row.name,
        ("level",): row.level,
        ("setup_minutes",): row.setup_minutes,
        ("who",): row.who,
        ("teacher", "summary"): row.teacher_summary,
        ("teacher", "steps"): row.teacher_steps,
        ("teacher", "watch"): row.teacher_watch,
        ("pupil",): row.pupil_text,
        ("guardian",): row.guardian_text,
    }
    for path, value in plain.items():
        text.set((place, *path), value)
    if row.decision_required != text.data[place].get("decision_required", False):
        text.set((place, "decision_required"), row.decision_required)
    _tags(text, (place,), row)


def _tags(text: YamlText, at: tuple[str | int, ...], row: Any) -> None:
    stages = [one.value for one in Stage if getattr(row, f"for_{one.value}")]
    text.set((*at, "stages"), stages, unordered=True)
    if hasattr(row, "needs"):
        text.set((*at, "needs"), [one.slug for one in row.needs.all()], unordered=True)


def _cards(files: Files) -> None:
    rows = QualityCard.objects.select_related("branch").prefetch_related("needs", "measures")
    for row in rows:
        name = f"cards/{row.slug}.md"
        found = HEAD.match(files[name])
        if found is None:
            continue
        head = YamlText(found[2])
        for field in ("title", "summary", "level", "minutes"):
            head.set((field,), getattr(row, field))
        head.set(("branch",), row.branch.slug if row.branch else None)
        measures = [one.slug for one in row.measures.all()]
        head.set(("measures",), measures, unordered=True)
        _tags(head, (), row)
        wanted = dict(
            zip(CARD_SECTIONS, (row.why, row.shows, row.questions, row.tomorrow), strict=True)
        )
        body = with_sections(files[name][found.end() :], wanted)
        files[name] = f"{found[1]}{head.result()}{found[3]}{body}"


def with_sections(body: str, wanted: dict[str, Any]) -> str:
    """A Markdown body whose sections say this: a list becomes points. The rest stays as it is."""
    pieces = re.split(r"(^## +.+? *\r?$)", body, flags=re.MULTILINE)
    for n in range(1, len(pieces), 2):
        value = wanted[pieces[n].removeprefix("##").strip()]
        old = pieces[n + 1].strip()
        is_same = bullets(old) == value if isinstance(value, list) else old == value
        if not is_same:
            new = "\n".join(f"- {one}" for one in value) if isinstance(value, list) else value
            start = pieces[n + 1].index(old)
            pieces[n + 1] = pieces[n + 1][:start] + new + pieces[n + 1][start + len(old) :]
    return "".join(pieces)


def _checklists(files: Files) -> None:
    known = {row.slug: row for row in Checklist.objects.for_page()}
    for name in [one for one in files if one.startswith("checklists/")]:
        text = YamlText(files[name])
        row = known[text.data["slug"]]
        text.set(("title",), row.title)
        text.set(("intro",), row.intro)
        _tags(text, (), row)
        items = {one.key: one for one in row.items.all()}
        for place, entry in enumerate(text.data["items"]):
            item, at = items[f"{row.slug}/{entry['slug']}"], ("items", place)
            text.set((*at, "text"), item.text)
            text.set((*at, "help"), item.help)
            text.set((*at, "branch"), item.branch.slug)
            measures = [one.slug for one in item.measures.all()]
            text.set((*at, "measures"), measures, unordered=True)
        files[name] = text.result()
