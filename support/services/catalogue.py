"""Loading a content pack: the whole of it, or nothing."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from kemi_ecosystem.lib.upsert import Tally, link, prune, upsert
from support import search, words
from support.caches import MEASURES
from support.content import Pack, bullets, fingerprint
from support.models import (
    Branch,
    Checklist,
    ChecklistItem,
    ContentPack,
    Indicator,
    Measure,
    Need,
    PackFile,
    QualityCard,
    QualityPromise,
    QualityValue,
    Screening,
    Stage,
    TextKind,
)
from support.services.sparing import Sparing

# Raise it when loading writes down more of a pack than it did: every pack is then loaded anew.
FORMAT = 3
KINDS = ("measure", "card", "promise", "checklist")


@transaction.atomic
def load_pack(pack: Pack, *, sparing: Sparing) -> Tally:
    """Make the catalogue what the pack says. The same pack twice changes nothing.

    Texts that were published in the portal stay as they are, unless `sparing` is off.
    """
    total = Tally()
    needs = _take(
        total, Need, {n.slug: {"name": n.name, "order": i} for i, n in enumerate(pack.needs)}
    )
    branches = _take(
        total,
        Branch,
        {
            b.slug: {"name": b.name, "summary": b.summary, "order": i}
            for i, b in enumerate(pack.branches)
        },
    )
    measures = _measures(pack, total, sparing, branches, needs)
    _cards(pack, total, sparing, {"branches": branches, "needs": needs, "measures": measures})
    _promises(pack, total, sparing)
    _checklists(pack, total, sparing, branches, measures)
    _screenings(pack, total)
    _prune(pack, total)
    sparing.record()
    files = {path: {"text": text} for path, text in pack.files().items()}
    upsert(PackFile, files, by="path")
    prune(PackFile, files, by="path")
    own = pack.pack.model_dump(exclude={"slug", "language"})
    rest = {"ecosystem": pack.ecosystem.model_dump(), "synonyms": pack.synonyms}
    _take(total, ContentPack, {pack.pack.slug: own | rest})
    total.removed += prune(ContentPack, [pack.pack.slug], by="slug")
    index_catalogue()
    cache.delete(MEASURES)
    return total


def index_catalogue() -> None:
    """Make the search find what the catalogue says now."""
    search.rebuild(_pages(), kinds=KINDS)
    ContentPack.objects.update(edition=uuid4().hex)


def mark_of(folder: Path) -> str:
    """Tells whether loading this folder again would bring anything: texts, or a better index."""
    return fingerprint(folder, also=f"{words.INDEX_VERSION} {FORMAT} {words.voikko() is not None}")


def rows_in_use(mark: str) -> int | None:
    """How many rows were loaded with this mark; None when another pack, or none, is in use."""
    return ContentPack.objects.filter(fingerprint=mark).values_list("rows", flat=True).first()


def remember(mark: str, *, rows: int) -> None:
    """Loading this mark again will leave alone what people have corrected by hand."""
    ContentPack.objects.update(fingerprint=mark, rows=rows)


def _take(total: Tally, model: Any, wanted: dict[Any, dict[str, Any]], by: str = "slug") -> Any:
    rows, tally = upsert(model, wanted, by=by)
    total.add(tally)
    return rows


def _stages(names: list[Any]) -> dict[str, bool]:
    return {f"for_{one.value}": one.value in names for one in Stage}


def _measures(pack: Pack, total: Tally, sparing: Sparing, branches: Any, needs: Any) -> Any:
    wanted, tags = {}, {}
    for branch, rows in pack.measures.items():
        for order, one in enumerate(rows):
            tags[one.slug] = one.needs
            wanted[one.slug] = {
                "name": one.name,
                "branch_id": branches[branch].pk,
                "order": order,
                "level": one.level,
                "setup_minutes": one.setup_minutes,
                "who": one.who,
                "pictogram": one.pictogram,
                "decision_required": one.decision_required,
                "teacher_summary": one.teacher.summary,
                "teacher_steps": one.teacher.steps,
                "teacher_watch": one.teacher.watch,
                "pupil_text": one.pupil,
                "guardian_text": one.guardian,
                **_stages(one.stages),
            }
    measures = _take(total, Measure, sparing.over(TextKind.MEASURE, wanted))
    pairs = {measures[slug].pk: [needs[n].pk for n in names] for slug, names in tags.items()}
    link(Measure.needs, pairs, total)
    return measures


def _cards(pack: Pack, total: Tally, sparing: Sparing, rows: dict[str, Any]) -> None:
    wanted = {
        slug: {
            "title": card.title,
            "order": card.order,
            "summary": card.summary,
            "branch_id": rows["branches"][card.branch].pk if card.branch else None,
            "level": card.level,
            "minutes": card.minutes,
            "pictogram": card.pictogram,
            "why": text["Miksi"],
            "shows": bullets(text["Näin se näkyy arjessa"]),
            "questions": bullets(text["Arvioi itse"]),
            "tomorrow": text["Kokeile huomenna"],
            **_stages(card.stages),
        }
        for slug, (card, text) in pack.cards.items()
    }
    cards = _take(total, QualityCard, sparing.over(TextKind.CARD, wanted))
    for field, names in ((QualityCard.needs, "needs"), (QualityCard.measures, "measures")):
        pairs = {
            cards[slug].pk: [rows[names][one].pk for one in getattr(card, names)]
            for slug, (card, _text) in pack.cards.items()
        }
        link(field, pairs, total)


def _promises(pack: Pack, total: Tally, sparing: Sparing) -> None:
    numbers = {one.number: {"name": one.name} for one in pack.indicators}
    indicators = _take(total, Indicator, numbers, by="number")
    values = _take(
        total,
        QualityValue,
        {
            v.slug: {"name": v.name, "summary": v.summary, "order": i}
            for i, v in enumerate(pack.promises.values)
        },
    )
    wanted = {
        one.slug: {
            "value_id": values[one.value].pk,
            "order": order,
            "slogan": one.slogan,
            "meaning": one.meaning,
            "shows": one.shows,
        }
        for order, one in enumerate(pack.promises.promises)
    }
    promises = _take(total, QualityPromise, sparing.over(TextKind.PROMISE, wanted))
    pairs = {
        promises[one.slug].pk: [indicators[n].pk for n in one.indicators]
        for one in pack.promises.promises
    }
    link(QualityPromise.indicators, pairs, total)


def _checklists(pack: Pack, total: Tally, sparing: Sparing, branches: Any, measures: Any) -> None:
    titles = {
        one.slug: {"title": one.title, "intro": one.intro, "order": order, **_stages(one.stages)}
        for order, one in enumerate(pack.checklists)
    }
    lists = _take(total, Checklist, sparing.over(TextKind.CHECKLIST, titles))
    rows = {
        f"{one.slug}/{item.slug}": (lists[one.slug].pk, order, item)
        for one in pack.checklists
        for order, item in enumerate(one.items)
    }
    wanted = {
        key: {
            "checklist_id": checklist,
            "branch_id": branches[item.branch].pk,
            "order": order,
            "text": item.text,
            "help": item.help,
        }
        for key, (checklist, order, item) in rows.items()
    }
    items = _take(total, ChecklistItem, sparing.over(TextKind.ITEM, wanted), by="key")
    pairs = {items[key].pk: [measures[m].pk for m in row[2].measures] for key, row in rows.items()}
    link(ChecklistItem.measures, pairs, total)


def _screenings(pack: Pack, total: Tally) -> None:
    wanted = {
        one.slug: one.model_dump(exclude={"slug"}) | {"order": order}
        for order, one in enumerate(pack.screenings)
    }
    _take(total, Screening, wanted)


def _prune(pack: Pack, total: Tally) -> None:
    """What the pack no longer has goes, the dependent things first."""
    item_keys = [f"{one.slug}/{item.slug}" for one in pack.checklists for item in one.items]
    total.removed += prune(ChecklistItem, item_keys)
    total.removed += prune(Checklist, [one.slug for one in pack.checklists], by="slug")
    total.removed += prune(QualityCard, pack.cards, by="slug")
    total.removed += prune(QualityPromise, [p.slug for p in pack.promises.promises], by="slug")
    total.removed += prune(QualityValue, [one.slug for one in pack.promises.values], by="slug")
    total.removed += prune(Indicator, [one.number for one in pack.indicators], by="number")
    total.removed += prune(Screening, [one.slug for one in pack.screenings], by="slug")
    total.removed += prune(Measure, pack.measure_slugs, by="slug")
    total.removed += prune(Need, [one.slug for one in pack.needs], by="slug")
    total.removed += prune(Branch, [one.slug for one in pack.branches], by="slug")


def _pages() -> list[search.Page]:
    pages = [
        search.Page(
            path=reverse("support:measure", args=[one.slug]),
            kind="measure",
            title=one.name,
            summary=one.teacher_summary,
            body="\n".join(
                [*one.teacher_steps, one.teacher_watch, one.pupil_text, one.guardian_text,
                 one.branch.name, *(need.name for need in one.needs.all())]
            ),
        )
        for one in Measure.objects.select_related("branch").prefetch_related("needs")
    ]  # fmt: skip
    pages += [
        search.Page(
            path=reverse("support:card", args=[one.slug]),
            kind="card",
            title=one.title,
            summary=one.summary,
            body="\n".join(
                [
                    *search.sentences(one.why),
                    *one.shows,
                    *one.questions,
                    *search.sentences(one.tomorrow),
                    *(need.name for need in one.needs.all()),
                ]
            ),
        )
        for one in QualityCard.objects.for_list()
    ]
    pages += [
        search.Page(
            path=f"{reverse('support:promises')}#{one.slug}",
            kind="promise",
            title=one.slogan,
            summary=one.meaning,
            body="\n".join(
                [*one.shows, one.value.name, *(each.name for each in one.indicators.all())]
            ),
        )
        for one in QualityPromise.objects.select_related("value").prefetch_related("indicators")
    ]
    return pages + [
        search.Page(
            path=reverse("support:checklist", args=[one.slug]),
            kind="checklist",
            title=one.title,
            summary=one.intro,
            body="\n".join(f"{item.text} {item.help}" for item in one.items.all()),
        )
        for one in Checklist.objects.for_page()
    ]
