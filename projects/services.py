"""Loading the projects of a content pack."""

from pathlib import Path
from typing import Literal

from django.db import transaction
from django.urls import reverse

from kemi_ecosystem.lib.upsert import Tally, link, prune, upsert
from projects.models import Project
from support import search
from support.content import PackRefusedError, Strict, bullets, checked, read_markdown, sections
from support.models import Measure, QualityCard

SECTIONS = ("Tavoite", "Mitä tehdään", "Miten näemme, että onnistuimme")


class ProjectIn(Strict):
    name: str
    slogan: str
    order: int
    phase: Literal["planning", "trial", "evaluation", "established", "ended"]
    years: str
    pictogram: str
    measures: list[str]
    cards: list[str]


@transaction.atomic
def load_projects(folder: Path) -> Tally:
    """Make the projects what `folder`/projects says. Raises PackRefusedError, changing nothing."""
    read = {}
    for path in sorted((folder / "projects").glob("*.md")):
        meta, body = read_markdown(path)
        slug = path.stem.split("-", 1)[1]
        read[slug] = (
            checked(f"projects/{path.name}", ProjectIn, meta),
            sections(path, body, SECTIONS),
        )
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
            rows[slug].pk: [_known(slug, known, one) for one in getattr(project, name)]
            for slug, (project, _text) in read.items()
        }
        tally.changed += link(field, pairs)
    tally.removed += prune(Project, wanted, by="slug")
    if tally.new or tally.changed or tally.removed:
        search.rebuild(_pages(), kinds=["project"])
    return tally


def _known(project: str, known: dict[str, int], slug: str) -> int:
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
            body=" ".join([one.slogan, *one.actions, *one.signs]),
        )
        for one in Project.objects.all()
    ]
