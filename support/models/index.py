"""The search's own tables: documents, their words, and the words' letters in threes."""

from typing import ClassVar

from django.db import models


class SearchDocument(models.Model):
    """Something that can be found: a page with its title and a sentence about it."""

    path = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=160)
    summary = models.TextField()
    # The rest of it, a sentence on each line: the one that answers a query is shown.
    body = models.TextField()

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "path", "kind", "title", "summary", "body"}

    def __str__(self) -> str:
        return self.title


class SearchTerm(models.Model):
    """A distinct word of the catalogue, folded."""

    text = models.CharField(max_length=60, unique=True)

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "text"}

    def __str__(self) -> str:
        return self.text


class SearchGram(models.Model):
    """Three letters in a row, and the words that hold them."""

    gram = models.CharField(max_length=3)
    term = models.ForeignKey(SearchTerm, models.CASCADE, related_name="grams")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["gram", "term"], name="gram_once")]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "gram", "term"}

    def __str__(self) -> str:
        return self.gram


class SearchHit(models.Model):
    """A word stands in a document; how prominently."""

    term = models.ForeignKey(SearchTerm, models.CASCADE, related_name="hits")
    document = models.ForeignKey(SearchDocument, models.CASCADE, related_name="hits")
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["term", "document"], name="hit_once")
        ]

    class Privacy:
        personal: ClassVar = set[str]()
        open: ClassVar = {"id", "term", "document", "weight"}

    def __str__(self) -> str:
        return f"{self.term_id}:{self.document_id}"
