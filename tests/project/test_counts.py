"""What a page costs, counted: statements and bytes."""

import gzip

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.project.test_access import PAGES, WHO, as_
from tests.project.test_access import arguments as arguments  # noqa: PLC0414 (a fixture)

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
