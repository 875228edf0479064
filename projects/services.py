"""Loading the projects of a content pack."""

import re
from pathlib import Path
from typing import Literal

from django.db import transaction
from django.urls import reverse
from pydantic import Field

from kemi_ecosystem.lib.upsert import Tally, link, prune, upsert
from projects.models import Project
from support import search
from support.content import (
    PackRefusedError,
    bullets,
    check_points,
    checked,
    head_of,
    once,
    read_markdown,
    sections,
)
from support.dump import HEAD, with_sections
from support.models import Measure, QualityCard
from support.pack_format import Pictured, fits
from support.yaml_edit import YamlText

# 05-lukutsemppi.md: the number orders the folder, the rest is the page's address.
NAME = re.compile(r"\d+-([a-z0-9]+(?:-[a-z0-9]+)*)")
SECTIONS = ("Tavoite", "Mitä tehdään", "Miten näemme, että onnistuimme")
POINTS = {"Mitä tehdään": (1, 10), "Miten näemme, että onnistuimme": (1, 10)}


class ProjectIn(Pictured):
    name: str = fits(Project, "name")
    slogan: str = fits(Project, "slogan")
    order: int = Field(ge=0, le=9999)
    phase: Literal["planning", "trial", "evaluation", "established", "ended"]
    years: str = fits(Project, "years")
    measures: list[str]
    cards: list[str]


def _read(folder: Path) -> dict[str, tuple[ProjectIn, dict[str, str]]]:
    found = [_file(path) for path in sorted((folder / "projects").glob("*.md"))]
    once("projects", (slug for slug, _project, _text in found))
    return {slug: (project, text) for slug, project, text in found}


def _file(path: Path) -> tuple[str, ProjectIn, dict[str, str]]:
    name = f"projects/{path.name}"
    named = NAME.fullmatch(path.stem)
    if named is None:
        raise PackRefusedError(f"{name}: tiedoston nimen pitää olla muotoa 01-hankkeen-nimi.md")
    meta, body = read_markdown(path)
    project: ProjectIn = checked(name, ProjectIn, meta, head_of(path))
    text = sections(path, body, SECTIONS)
    check_points(name, text, POINTS)
    return named[1], project, text


@transaction.atomic
def load_projects(folder: Path) -> Tally:
    """Make the projects what `folder`/projects says. Raises PackRefusedError, changing nothing."""
    read = _read(folder)
    wanted = {
        slug: {
            "name": one.name,
            "slogan": one.slogan,
            "order": one.order,
            "phase": one.phase,
            "years": one.years,
            "pictogram": one.pictogram,
            "goal": text["Tavoite"],
            "actions": bullets(text["Mitä tehdään"]),
            "signs": bullets(text["Miten näemme, että onnistuimme"]),
        }
        for slug, (one, text) in read.items()
    }
    rows, tally = upsert(Project, wanted, by="slug")
    measures = dict(Measure.objects.values_list("slug", "pk"))
    cards = dict(QualityCard.objects.values_list("slug", "pk"))
    for field, name, known in (
        (Project.measures, "measures", measures),
        (Project.cards, "cards", cards),
    ):
        pairs = {
            rows[slug].pk: [_pk(slug, known, one) for one in getattr(project, name)]
            for slug, (project, _text) in read.items()
        }
        link(field, pairs, tally)
    tally.removed += prune(Project, wanted, by="slug")
    index_projects()
    return tally


def into_files(files: dict[str, str]) -> None:
    """Write the projects as they stand now into the pack's files (path → text)."""
    known = {row.slug: row for row in Project.objects.all()}
    for path in [one for one in files if one.startswith("projects/")]:
        named, parts = NAME.fullmatch(Path(path).stem), HEAD.match(files[path])
        if named is None or parts is None:
            continue
        row, head = known[named[1]], YamlText(parts[2])
        for field in ("name", "slogan", "phase", "years"):
            head.set((field,), getattr(row, field))
        wanted = dict(zip(SECTIONS, (row.goal, row.actions, row.signs), strict=True))
        body = with_sections(files[path][parts.end() :], wanted)
        files[path] = f"{parts[1]}{head.result()}{parts[3]}{body}"


def index_projects() -> None:
    """Make the search find what the projects say now."""
    search.rebuild(_pages(), kinds=["project"])


def _pk(project: str, known: dict[str, int], slug: str) -> int:
    if slug not in known:
        raise PackRefusedError(f"projects: {project}: tuntematon viittaus ”{slug}”")
    return known[slug]


def _pages() -> list[search.Page]:
    return [
        search.Page(
            path=reverse("projects:project", args=[one.slug]),
            kind="project",
            title=one.name,
            summary=one.goal,
            body="\n".join([one.slogan, *one.actions, *one.signs]),
        )
        for one in Project.objects.all()
    ]
