"""A choice written in one go is the choice that Django writes."""

import pytest
from django import forms
from django.test.html import parse_html
from django.utils.translation import gettext_lazy

from kemi_ecosystem.lib.widgets import QuickSelect, QuickSelectMultiple

CHOICES = [(1, "Läksykerho"), (2, 'Tuki & "apu" <b>'), ("", gettext_lazy("ei ketään"))]


@pytest.mark.parametrize(
    ("quick", "usual", "value"),
    [
        (QuickSelect, forms.Select, 2),
        (QuickSelect, forms.Select, None),
        (QuickSelectMultiple, forms.SelectMultiple, [1, "2"]),
        (QuickSelectMultiple, forms.SelectMultiple, None),
    ],
)
def test_the_same_choice_stands_on_the_page(quick, usual, value):
    def drawn(widget: type[forms.Select]) -> str:
        shown = widget(attrs={"size": 5}, choices=CHOICES)
        return shown.render("tuki", value, {"id": "id_tuki", "required": True})

    assert parse_html(drawn(quick)) == parse_html(drawn(usual))
