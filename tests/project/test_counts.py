"""What a page costs, counted: statements and bytes."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.project.test_access import PAGES, WHO, as_
from tests.project.test_access import arguments as arguments  # noqa: PLC0414 (a fixture)

pytestmark = pytest.mark.once
MOST_STATEMENTS = 12
FIRST_VISIT = 150_000
# The same table of retention and of the house is read by everybody.
STAFF_FIRST = ("principal", "class_teacher", "special_teacher", "administrator", "coordinator")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page[0])
def test_no_page_asks_the_database_more_than_twelve_times(page, cast, arguments):
    name, key = page
    may = [who for who in (*STAFF_FIRST, *WHO) if PAGES[page][who] == 200 and cast[who]]
    if not may:
        pytest.skip("nobody signed in gets this page")
    url = reverse(name, args=arguments[key])
    for who in may[:3]:
        client = as_(cast[who])
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        sql = "\n".join(query["sql"][:160] for query in asked.captured_queries)
        assert len(asked) <= MOST_STATEMENTS, f"{who}: {len(asked)} statements:\n{sql}"


def test_pages_travel_compressed(cast):
    page = Client().get("/", headers={"accept-encoding": "gzip"})

    assert page["Content-Encoding"] == "gzip"
    assert b"Kemin hyvinvoinnin" in gzip.decompress(page.content)


LOADED = re.compile(r"""(?:src|href)=["']/static/([^"'?#]+)""")
WITHIN = re.compile(r"""url\(["']?([^"')]+)["']?\)""")


def weight_of(page) -> dict[str, int]:
    """Name → compressed bytes of the page and of every file of ours that it loads."""
    files = set(LOADED.findall(page.text))
    assert any(name.endswith(".css") for name in files)
    for name in [one for one in files if one.endswith(".css")]:
        sheet = Path(finders.find(name)).read_text(encoding="utf-8")
        inner = [one for one in WITHIN.findall(sheet) if not one.startswith("data:")]
        files |= {str(Path("/", name, "..", one).resolve()).lstrip("/") for one in inner}
    weights = {name: len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in files}
    return weights | {"the page": len(gzip.compress(page.content))}


@pytest.mark.parametrize("path", ["/", "/tukipuu/", "/laatukortit/", "/laatukortit/eriyttaminen/"])
def test_a_first_visit_weighs_under_150_kilobytes(db, today, path):
    call_command("load_content", verbosity=0)
    weights = weight_of(Client().get(path))

    assert sum(weights.values()) < FIRST_VISIT, weights
