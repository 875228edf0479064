"""The catalogue with ten times Kemi's content, and its cards on paper."""

import io
from collections.abc import Iterator
from typing import Any

from django.core.management import call_command
from django.db.models import Model
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from accounts.models import User
from kemi_ecosystem.bench.measure import Result, paired, scratch_database
from kemi_ecosystem.bench.pages import page
from kemi_ecosystem.lib import pdf
from support import press, services
from support.models import Measure, QualityCard, QualityPromise

CARDS = 60
PAPER_RUNS = 3


def catalogue(page_settings: dict[str, Any], *, times: int) -> Iterator[Result]:
    """Card list, tree and search against an empty page; a deck against its cards as pages."""
    with scratch_database(), override_settings(**page_settings):
        call_command("load_content", verbosity=0, stdout=io.StringIO())
        for model in (Measure, QualityCard, QualityPromise):
            _multiply(model, times)
        services.index_catalogue()
        person = User.objects.create(username="bench")
        for name, address in {
            "tree": reverse("support:tree"),
            "cards": reverse("support:cards"),
            "search": reverse("support:search") + "?q=poissaolojen",
            "search-slip": reverse("support:search") + "?q=tukiopteusta",
        }.items():
            scale = f"{Measure.objects.count()} measures, {QualityCard.objects.count()} cards"
            yield page(f"catalogue-{name}", address, person, scale=scale)
        yield from _deck(person)


def _multiply(model: type[Model], times: int) -> None:
    """Each row `times` over, under an address of its own."""
    manager: Any = model._default_manager
    manager.bulk_create(
        _copy(model, row, slug=f"{row.slug}-{n}")
        for row in list(manager.all())
        for n in range(1, times)
    )


def _copy(model: type[Model], row: Any, **other: Any) -> Model:
    values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    return model(**values | {"id": None} | other)


def _deck(person: User) -> Iterator[Result]:
    """Sixty cards laid out on sheets, in the child process that the portal uses."""
    keep = list(QualityCard.objects.values_list("pk", flat=True)[:CARDS])
    QualityCard.objects.exclude(pk__in=keep).delete()
    client = Client()
    client.force_login(person, backend="accounts.backends.PasswordBackend")
    addresses = [
        reverse("support:card", args=[slug])
        for slug in QualityCard.objects.values_list("slug", flat=True)
    ]

    def draw() -> str:
        drawn = press.draw("laatukortit-a6")
        return drawn[1] if drawn else ""

    def as_pages() -> None:
        for address in addresses:
            client.get(address)

    for name, other, against in (
        ("paper-deck", as_pages, "the same cards as HTML, a page each"),
        ("paper-deck-one-page", draw, "the template of the deck alone, not laid out"),
    ):
        ratio, one, two = paired(lambda: pdf.make(draw(), seconds=120), other, runs=PAPER_RUNS)
        yield Result(
            name=name,
            ratio=ratio,
            goal=10,
            against=against,
            runs=PAPER_RUNS,
            scale=f"{CARDS} cards",
            seconds=one,
            against_seconds=two,
        )
