"""What `make bench` measures. Each goal is the issue's; the figure is written as it came out."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test.utils import override_settings
from django.urls import path, reverse

from absences import bulk
from absences.models import Alert, NoteBatch
from accounts.models import User
from kemi_ecosystem.bench import catalogue, city
from kemi_ecosystem.bench.curve import curve
from kemi_ecosystem.bench.measure import Result, Suite, paired, scratch_database
from kemi_ecosystem.bench.pages import page
from kemi_ecosystem.bench.rounds import rounds, walk
from kemi_ecosystem.bench.workers import workers
from kemi_ecosystem.urls import urlpatterns as portal_urls
from schools.models import Pupil, School
from wilma.bench import write_city_notes
from wilma.parsers import read_notes
from wilma.services.gather import Gather
from wilma.services.notes import import_notes
from wilma.services.runs import Delivery


def imports(scale: float) -> Iterator[Result]:
    """A file of notes through the importer against the bare bulk load of the same rows."""
    rows = int(200_000 * scale)
    with scratch_database(), tempfile.TemporaryDirectory() as folder:
        city.people(max(400, int(4_000 * scale)))
        keys = list(Pupil.objects.values_list("key", flat=True))
        file = Path(folder) / "notes.csv"
        write_city_notes(file, keys, rows, 1, until=city.ON)
        # The types of the file are known before either is timed.
        _import(file)
        ready = _ready_rows(file)
        ratio, one, other = paired(
            lambda: _import(file), lambda: _load(ready), runs=3, before=_clear
        )
        yield Result(
            name="import_notes",
            ratio=ratio,
            goal=6,
            against=f"{'COPY' if connection.vendor == 'postgresql' else 'executemany'} of the same "
            "rows into the same table",
            runs=3,
            scale=f"{rows} rows",
            seconds=one,
            against_seconds=other,
        )


def _clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM absences_lessonnote")


def _import(file: Path) -> None:
    run = import_notes(Delivery(file, file.name, by=None, at=city.AT))
    if run.status != "imported":
        raise RuntimeError(run.reason or run.report)


def _ready_rows(file: Path) -> list[tuple[Any, ...]]:
    gather = Gather(lesson_minutes=45, on=city.ON)
    batch = NoteBatch.objects.latest("pk").pk
    staged = gather.staged(read_notes(file))
    return [(*row[1:], batch) for row in staged]


def _load(rows: list[tuple[Any, ...]]) -> None:
    names = ", ".join((*bulk.COLUMNS[1:], "batch_id"))
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY absences_lessonnote ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(bulk.COLUMNS))
            cursor.executemany(
                f"INSERT INTO absences_lessonnote ({names}) VALUES ({marks})",  # noqa: S608
                rows,
            )


def empty(request: HttpRequest) -> HttpResponse:
    """The least that a page of this portal is: the frame, with nothing in it."""
    return render(request, "base.html")


urlpatterns = [path("bench/empty/", empty), *portal_urls]


PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# No collected files are needed to time a page.
BENCH_SETTINGS: dict[str, Any] = {
    "ROOT_URLCONF": __name__,
    "ALLOWED_HOSTS": ["testserver"],
    "STORAGES": {**settings.STORAGES, "staticfiles": PLAIN_FILES},
}


def pages(scale: float) -> Iterator[Result]:
    """Each main page's time at the server against an empty page of the same frame."""
    from django.core.management import call_command  # noqa: PLC0415

    with scratch_database(), override_settings(**BENCH_SETTINGS):
        call_command("load_content", verbosity=0, stdout=io.StringIO())
        city.people(int(2_000 * scale) or 400)
        city.notes(int(100_000 * scale) or 5_000)
        walk()
        school = School.objects.order_by("pk").first()
        head = User.objects.get(username=f"r{school.pk}" if school else "")
        alert = Alert.objects.filter(school=school).first()
        addresses = {
            "home": "/",
            "tree": reverse("support:tree"),
            "cards": reverse("support:cards"),
            "search": reverse("support:search") + "?q=poissaolojen",
            "alerts": reverse("absences:alerts") + "?nayta=muut",
            "robot": reverse("absences_robot:rounds"),
            "school": reverse("dashboards:school", args=[school.slug if school else ""]),
        }
        if alert:
            addresses["alert"] = reverse("absences:alert", args=[alert.pk])
        for name, address in addresses.items():
            yield page(f"page-{name}", address, head, scale="2000 pupils, 100000 notes")


def contents(scale: float) -> Iterator[Result]:
    """The catalogue with ten times Kemi's content."""
    yield from catalogue.catalogue(BENCH_SETTINGS, times=max(1, int(10 * scale)))


SUITES: dict[str, Suite] = {
    "rounds": rounds,
    "imports": imports,
    "pages": pages,
    "contents": contents,
    "curve": curve,
    "workers": workers,
}
# Of these the whole bench does only so much; all of it, which takes a quarter of an hour, by name.
SHARE = {"curve": 1 / 6}
