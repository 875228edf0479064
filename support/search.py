"""Search over the whole catalogue. Two statements, whatever its size; no database's own search."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kemi_ecosystem.lib.text import fold
from kemi_ecosystem.lib.upsert import chunks
from support.models import ContentPack, SearchDocument, SearchGram, SearchHit, SearchTerm
from support.words import (
    SHORTEST,
    SYNONYM,
    WHOLE,
    forms_of,
    grams_of,
    likeness,
    strengths_of,
    words_of,
)

MOST_WORDS = 6
PIECES = re.compile(r"([0-9A-Za-zÅÄÖåäöéü]+)")
MOST_RESULTS = 40
TITLE, SUMMARY, BODY = 8, 3, 1


@dataclass(frozen=True, slots=True)
class Page:
    """Something to be found, as the apps that own it describe it."""

    path: str
    kind: str
    title: str
    summary: str
    body: str


@dataclass(frozen=True, slots=True)
class Result:
    kind: str
    path: str
    title: SafeString
    summary: SafeString
    score: float


@transaction.atomic
def rebuild(pages: Iterable[Page], *, kinds: Iterable[str]) -> int:
    """Write the index of these kinds anew. Returns how many pages are findable."""
    SearchDocument.objects.filter(kind__in=list(kinds)).delete()
    pages = list(pages)
    documents = SearchDocument.objects.bulk_create(
        [SearchDocument(path=p.path, kind=p.kind, title=p.title, summary=p.summary) for p in pages],
        batch_size=500,
    )
    weights: dict[tuple[str, int], int] = defaultdict(int)
    for page, document in zip(pages, documents, strict=True):
        for text, weight in ((page.title, TITLE), (page.summary, SUMMARY), (page.body, BODY)):
            for word in set(words_of(text)):
                for form in forms_of(word):
                    weights[form, document.pk] = max(weights[form, document.pk], weight)
    terms = _terms({form for form, _document in weights})
    SearchHit.objects.bulk_create(
        [
            SearchHit(term_id=terms[form], document_id=document, weight=weight)
            for (form, document), weight in weights.items()
        ],
        batch_size=2000,
    )
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
    SearchGram.objects.bulk_create(
        [SearchGram(gram=gram, term=term) for term in new for gram in sorted(grams_of(term.text))],
        batch_size=5000,
    )
    return known | {term.text: term.pk for term in new}


def search(query: str) -> list[Result]:
    """The best pages for a query in any Finnish form, the best first."""
    words = list(dict.fromkeys(words_of(query)))[:MOST_WORDS]
    if not words:
        return []
    forms = _query_forms(words)
    matched = _matched_terms(forms)
    scores: dict[int, dict[str, float]] = defaultdict(dict)
    found: dict[int, SearchDocument] = {}
    marks: dict[int, set[str]] = defaultdict(set)
    best = sorted(matched, key=lambda pk: -max(score for score, _ in matched[pk][1].values()))[:300]
    hits = SearchHit.objects.filter(term_id__in=best).select_related("document")
    for hit in hits:
        text, by_word = matched[hit.term_id]
        found[hit.document_id] = hit.document
        marks[hit.document_id].add(text)
        for word, (score, _form) in by_word.items():
            known = scores[hit.document_id].get(word, 0.0)
            scores[hit.document_id][word] = max(known, score * (1 + hit.weight / TITLE))
    ranked = sorted(
        scores,
        key=lambda pk: (-len(scores[pk]), -sum(scores[pk].values()), found[pk].title),
    )
    return [_result(found[pk], marks[pk], sum(scores[pk].values())) for pk in ranked[:MOST_RESULTS]]


def _query_forms(words: list[str]) -> dict[str, dict[str, float]]:
    """What each word of the query is looked for by: its base forms, its parts and its synonyms."""
    groups: list[list[str]] = ContentPack.objects.values_list("synonyms", flat=True).first() or []
    forms: dict[str, dict[str, float]] = {}
    for word in words:
        own = strengths_of(word)
        whole = {form for form, strength in own.items() if strength == WHOLE}
        alike = (
            {fold(one) for one in group} for group in groups if whole & {fold(one) for one in group}
        )
        forms[word] = dict.fromkeys((one for group in alike for one in group), SYNONYM) | own
    return forms


def _matched_terms(
    forms: dict[str, dict[str, float]],
) -> dict[int, tuple[str, dict[str, tuple[float, str]]]]:
    """Term id → its text and, per query word, the best likeness and the form that found it."""
    grams = {form: grams_of(form) for many in forms.values() for form in many}
    wanted = sorted(frozenset().union(*grams.values()))
    rows = SearchGram.objects.filter(gram__in=wanted).values_list("term_id", "term__text", "gram")
    texts: dict[int, str] = {}
    own: dict[int, set[str]] = defaultdict(set)
    for term_id, text, gram in rows:
        texts[term_id] = text
        own[term_id].add(gram)
    matched: dict[int, tuple[str, dict[str, tuple[float, str]]]] = {}
    for term_id, text in texts.items():
        by_word: dict[str, tuple[float, str]] = {}
        for word, many in forms.items():
            score, form = max(
                (
                    strength * likeness(form, grams[form], text, len(grams[form] & own[term_id])),
                    form,
                )
                for form, strength in many.items()
            )
            if score:
                by_word[word] = (score, form)
        if by_word:
            matched[term_id] = (text, by_word)
    return matched


def _result(document: SearchDocument, terms: set[str], score: float) -> Result:
    return Result(
        kind=document.kind,
        path=document.path,
        title=marked(document.title, terms),
        summary=marked(document.summary, terms),
        score=score,
    )


def marked(text: str, terms: set[str]) -> SafeString:
    """The text, escaped, with the words that were found marked."""
    return format_html_join("", "{}", ((_piece(one, terms),) for one in PIECES.split(text)))


def _piece(text: str, terms: set[str]) -> str:
    is_hit = len(text) >= SHORTEST and bool(forms_of(text.lower()) & terms)
    return format_html("<mark>{}</mark>", text) if is_hit else text
