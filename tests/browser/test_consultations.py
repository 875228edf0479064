"""A consultation hour booked on a phone: by touch, without JavaScript, in three presses."""
# ruff: noqa: F811, PLR0917 (fixtures shared with other tests)

import time

import pytest
from axe_playwright_python.sync_playwright import Axe

from consultations.models import Booking
from tests.browser.test_everyday import CHROMIUM, RULES, chromium, sign_in, teacher  # noqa: F401
from tests.consultations.conftest import hour, measure, slot  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]
# A person reads and aims; the portal's own part must leave nearly all of the minute to that.
A_MINUTE = 60


def phone(browser, url, *, javascript=True, scheme="light", width=390):
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": 844}, has_touch=True,
        java_script_enabled=javascript, color_scheme=scheme,
    )  # fmt: skip
    return context.new_page()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_time_is_booked_on_a_phone_in_three_presses(
    chromium,
    live_server,
    teacher,
    slot,
    javascript,
):
    page = phone(chromium, live_server.url, javascript=javascript)
    sign_in(page, teacher)
    page.goto("/")
    begun = time.monotonic()
    page.goto("/konsultaatio/")  # opened from the menu: the first press
    page.locator("a.card >> nth=0").tap()
    page.locator("button:has-text('Varaa aika') >> nth=0").tap()
    page.wait_for_url("**/varaus/*/")

    assert "Aika on varattu" in page.content()
    assert time.monotonic() - begun < A_MINUTE
    assert Booking.objects.get().slot == slot
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_pages_of_consultation_hours(
    chromium,
    live_server,
    cast,
    teacher,
    hour,
    slot,
    scheme,
    width,
):
    special = cast["special_teacher"]
    special.set_password("kokeilu-salasana-1")
    special.save()
    seen = {
        teacher: ["/konsultaatio/", f"/konsultaatio/varaa/{slot.pk}/", "/konsultaatio/kalenteri/"],
        special: [
            "/konsultaatio/viikko/?viikko=2026-11-24", "/konsultaatio/tunnit/",
            "/konsultaatio/tunnit/uusi/", f"/konsultaatio/ajat/{slot.pk}/",
        ],
    }  # fmt: skip
    for person, paths in seen.items():
        page = phone(chromium, live_server.url, scheme=scheme, width=width)
        sign_in(page, person)
        for path in paths:
            page.goto(path)
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
            assert wide <= 0, f"{path} scrolls {wide} px sideways at {width}"
            assert [one["id"] for one in found] == [], f"{path} at {width}, {scheme}"
        page.context.close()
