"""Fields that the browser has a picker for."""

from html import escape
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.safestring import SafeString


class DateInput(forms.DateInput):
    """A day; the browser sends it as ISO, whatever it shows."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class QuickSelect(forms.Select):
    """A plain list of choices, written at once: Django's own asks two templates for each."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,  # noqa: ARG002 - Django hands it to every widget
    ) -> SafeString:
        chosen = set(self.format_value(value))
        options = "".join(
            f'<option value="{escape(str(key))}"{" selected" * (str(key) in chosen)}>'
            f"{escape(str(label))}</option>"
            for key, label in self.choices
        )
        shown = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        # Every value and label in it has been escaped.
        return SafeString(f"<select{shown}>{options}</select>")


class QuickSelectMultiple(QuickSelect, forms.SelectMultiple):
    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        return {"multiple": True, **super().build_attrs(base_attrs, extra_attrs)}
