"""Search over the whole catalogue: four statements, whatever its size; no database's own search."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Count, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Length
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kemi_ecosystem.lib.text import fold
from kemi_ecosystem.lib.upsert import chunks
from support.models import ContentPack, SearchDocument, SearchGram, SearchHit, SearchTerm
from support.words import (
    ENDING,
    PART,
    SHORTEST,
    SLIP_LEAST,
    STEM,
    SYNONYM,
    asked,
    begins_with_slip,
    enough,
    forms_of,
    grams_of,
    likeness,
    strengths_of,
    words_of,
)

MARK = "<mark>"
MOST_WORDS = 6
MOST_TERMS = 300
PIECES = re.compile(r"([0-9A-Za-zÅÄÖåäöéü]+)")
MOST_RESULTS = 40
SENTENCE = re.compile(r"(?<=[.?!]) ")
# How much a word says by where it stands, in hundredths.
TITLE, SUMMARY, BODY = 200, 140, 110
# A result this much weaker than the best one is an echo, not an answer.
FAINT = 0.35
# A word that nothing answers this well may be mistyped; what it then means answers it so well.
SURE, SLIP = 0.6, 0.65
KINDS = {
    "measure": _("Tukitoimet"),
    "card": _("Laatukortit"),
    "checklist": _("Muistilistat"),
    "promise": _("Laatulupaukset"),
    "project": _("Hankkeet"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """Something to be found, as the apps that own it describe it: `body` a sentence a line."""

    path: str
    kind: str
    title: str
    summary: str
    body: str


def sentences(markdown: str) -> list[str]:
    """The sentences of a text whose lines are broken wherever they were full."""
    return SENTENCE.split(" ".join(markdown.split()))


@dataclass(frozen=True, slots=True)
class Result:
    kind: str
    path: str
    title: SafeString
    summary: SafeString
    quote: SafeString
    score: float


@transaction.atomic
def rebuild(pages: Iterable[Page], *, kinds: Iterable[str]) -> int:
    """Write the index of these kinds anew. Returns how many pages are findable."""
    SearchDocument.objects.filter(kind__in=list(kinds)).delete()
    pages = list(pages)
    documents = SearchDocument.objects.bulk_create(
        [SearchDocument(**asdict(page)) for page in pages],
        batch_size=500,
    )
    weights: dict[tuple[str, int], int] = defaultdict(int)
    for page, document in zip(pages, documents, strict=True):
        for text, weight in ((page.title, TITLE), (page.summary, SUMMARY), (page.body, BODY)):
            for word in set(words_of(text)):
                for form, strength in strengths_of(word).items():
                    held = weights[form, document.pk]
                    weights[form, document.pk] = max(held, round(weight * strength))
    terms = _terms({form for form, _at in weights})
    hits = ((terms[form], document, weight) for (form, document), weight in weights.items())
    _write(SearchHit, ("term_id", "document_id", "weight"), hits)
    SearchTerm.objects.filter(hits=None).delete()
    return len(documents)


def _terms(texts: set[str]) -> dict[str, int]:
    """The ids of these words; new ones are written with their letters in threes."""
    known: dict[str, int] = {}
    for chunk in chunks(sorted(texts)):
        known.update(SearchTerm.objects.filter(text__in=chunk).values_list("text", "pk"))
    new = SearchTerm.objects.bulk_create(
        [SearchTerm(text=text) for text in sorted(texts - known.keys())], batch_size=2000
    )
    grams = ((gram, term.pk) for term in new for gram in sorted(grams_of(term.text)))
    _write(SearchGram, ("gram", "term_id"), grams)
    return known | {term.text: term.pk for term in new}


def _write(
    model: type[models.Model], columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Tens of thousands of small rows, without an object for each."""
    table, values = model._meta.db_table, ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        # Names come from the models, values are parameters.
        insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"  # noqa: S608
        cursor.executemany(insert, list(rows))


def search(query: str) -> list[Result]:
    """The best pages for a query in any Finnish form, the best first."""
    words = asked(query, most=MOST_WORDS)
    if not words:
        return []
    matches = _matches(_query_forms(words))
    scores, terms = _scores(matches)
    ranked = _ranked(scores, words)
    documents = SearchDocument.objects.in_bulk([pk for pk, _score in ranked])
    return [
        _result(documents[pk], {matches[one].text for one in terms[pk]}, score)
        for pk, score in ranked
    ]


def by_kind(results: Iterable[Result]) -> list[tuple[str, list[Result]]]:
    """The results under the names of their kinds, the kind with the best result first."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for one in results:
        groups[one.kind].append(one)
    return [(str(KINDS.get(kind, kind)), many) for kind, many in groups.items()]


@dataclass(slots=True)
class Match:
    """A word of the index, and how well it answers each word of the query."""

    text: str
    likeness: dict[str, float]


def _query_forms(words: list[str]) -> dict[str, dict[str, float]]:
    """What each word of the query is looked for by: its base forms, its parts and its synonyms."""
    groups: list[list[str]] = ContentPack.objects.values_list("synonyms", flat=True).first() or []
    forms: dict[str, dict[str, float]] = {}
    for word in words:
        own = strengths_of(word)
        whole = {form for form, strength in own.items() if strength >= STEM}
        alike = (
            {fold(one) for one in group} for group in groups if whole & {fold(one) for one in group}
        )
        forms[word] = dict.fromkeys((one for group in alike for one in group), SYNONYM) | own
    return forms


def _matches(forms: dict[str, dict[str, float]]) -> dict[int, Match]:
    """The words of the index that answer the query, by id. One statement.

    The database keeps the words that share enough letters with the easiest form, and those that a
    mistyped word might mean; the few that are left are compared with each form here.
    """
    grams = {form: grams_of(form) for many in forms.values() for form in many}
    alike = (
        SearchGram.objects.filter(gram__in=sorted(frozenset().union(*grams.values())))
        .values("term_id", "term__text")
        .annotate(shared=Count("pk"))
        .filter(shared__gte=min(enough(one) for one in grams.values()))
        .annotate(is_alike=Value(1, IntegerField()))
        .values_list("term_id", "term__text", "is_alike")
    )
    rows = list(alike.union(_perhaps_meant(forms), all=True))
    found = {
        term_id: Match(text, {word: _best(many, text) for word, many in forms.items()})
        for term_id, text, is_alike in rows
        if is_alike
    }
    unsure = {
        word: fold(word)
        for word in forms
        if not any(match.likeness[word] >= SURE for match in found.values())
    }
    for term_id, text, is_alike in rows:
        hit = {word for word, typed in unsure.items() if begins_with_slip(typed, text)}
        if hit and not is_alike:
            match = found.setdefault(term_id, Match(text, dict.fromkeys(forms, 0.0)))
            match.likeness |= {word: max(match.likeness[word], SLIP) for word in hit}
    best = sorted(found, key=lambda pk: -max(found[pk].likeness.values()))
    return {pk: found[pk] for pk in best[:MOST_TERMS] if any(found[pk].likeness.values())}


def _perhaps_meant(words: Iterable[str]) -> QuerySet[Any]:
    """The words of the index that begin like a word of the query and are about as long."""
    near = Q(pk=None)
    for typed in map(fold, words):
        least, most = max(SLIP_LEAST, len(typed) - ENDING), len(typed) + 1
        near |= Q(text__startswith=typed[0], length__gte=least, length__lte=most)
    return (
        SearchTerm.objects.annotate(length=Length("text"))
        .filter(near)
        .annotate(is_alike=Value(0, IntegerField()))
        .values_list("pk", "text", "is_alike")
    )


def _best(forms: dict[str, float], text: str) -> float:
    """A part of a compound answers only as it is: short as it is, many another word begins so."""
    return max(
        strength * (likeness(form, text) if strength > PART else float(form == text))
        for form, strength in forms.items()
    )


def _scores(
    matches: dict[int, Match],
) -> tuple[dict[int, dict[str, float]], dict[int, set[int]]]:
    """Document id → how well it answers each word of the query, and by which terms."""
    scores: dict[int, dict[str, float]] = defaultdict(dict)
    terms: dict[int, set[int]] = defaultdict(set)
    hits = SearchHit.objects.filter(term_id__in=list(matches))
    for term_id, document_id, weight in hits.values_list("term_id", "document_id", "weight"):
        terms[document_id].add(term_id)
        known = scores[document_id]
        for word, alike in matches[term_id].likeness.items():
            if alike:
                known[word] = max(known.get(word, 0.0), alike * weight / 100)
    return scores, terms


def _ranked(scores: dict[int, dict[str, float]], words: list[str]) -> list[tuple[int, float]]:
    """Documents and their scores, the best first; faint echoes of the best are left out.

    A word that few documents hold says more than one that all of them hold.
    """
    spread = Counter(word for known in scores.values() for word in known)
    rarity = {word: math.log(1 + len(scores) / held) for word, held in spread.items()}
    totals = {
        pk: sum(score * rarity[word] for word, score in known.items()) * len(known) / len(words)
        for pk, known in scores.items()
    }
    faint = FAINT * max(totals.values(), default=0.0)
    ranked = sorted(totals.items(), key=lambda one: (-one[1], one[0]))
    return [one for one in ranked if one[1] >= faint][:MOST_RESULTS]


def _result(document: SearchDocument, terms: set[str], score: float) -> Result:
    title, summary = marked(document.title, terms), marked(document.summary, terms)
    return Result(
        kind=document.kind,
        path=document.path,
        title=title,
        summary=summary,
        quote=SafeString("") if MARK in title + summary else _quote(document.body, terms),
        score=score,
    )


def _quote(body: str, terms: set[str]) -> SafeString:
    """The first sentence that holds what was found."""
    lines = (marked(line, terms) for line in body.splitlines())
    return next((line for line in lines if MARK in line), SafeString(""))


def marked(text: str, terms: set[str]) -> SafeString:
    """The text, escaped, with the words that were found marked."""
    return format_html_join("", "{}", ((_piece(one, terms),) for one in PIECES.split(text)))


def _piece(text: str, terms: set[str]) -> str:
    is_hit = len(text) >= SHORTEST and bool(forms_of(text.lower()) & terms)
    return format_html("<mark>{}</mark>", text) if is_hit else text
