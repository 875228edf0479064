"""A teacher has four minutes: from the first page to an idea for tomorrow in two presses."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from support.models import QualityCard
from tests.project.test_access import as_


@pytest.mark.parametrize("minutes", [2, 10, 30])
def test_two_presses_lead_to_an_idea_for_tomorrow(cast, minutes):
    call_command("load_content", verbosity=0)
    teacher = as_(cast["class_teacher"])
    first = f"{reverse('support:cards')}?aika={minutes}"
    assert f'href="{first}"' in teacher.get("/").text

    page = teacher.get(first).text
    slugs = re.findall(r'class="card" href="/laatukortit/([a-z0-9-]+)/"', page)
    assert slugs
    assert (
        max(QualityCard.objects.filter(slug__in=slugs).values_list("minutes", flat=True)) == minutes
    )
    assert f'aika={minutes}" aria-current="true"' in page

    # The cards come first; the other filters are one press away.
    assert re.search(r"<details[^>]*><summary>Rajaa myös", page)
    assert "Rajaa myös" not in teacher.get(f"{first}&aste=primary").text

    card = teacher.get(reverse("support:card", args=[slugs[0]])).text
    assert "Kokeile huomenna" in card
    assert "Tallenna omaksi" in card
    assert reverse("support:card_wall", args=[slugs[0]]) in card
