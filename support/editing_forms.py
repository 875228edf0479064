"""The forms for keeping the texts."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kemi_ecosystem.lib.widgets import DateInput
from support.models import TextSuggestion
from support.texts import EDITABLE, TITLE_LINE, Field, Fields, LinesField


class TextForm(forms.Form):
    """A text of the catalogue, field by field; limits are those of the pack and the columns."""

    def __init__(self, data: Any = None, *, kind: str, initial: Fields) -> None:
        super().__init__(data, initial=initial)
        self._kind = kind
        for one in EDITABLE[kind].fields:
            column: Any = EDITABLE[kind].model._meta.get_field(one.name)
            self.fields[one.name] = _lines(one) if one.is_list else _words(one, column.max_length)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for one in EDITABLE[self._kind].fields:
            value = data.get(one.name)
            if isinstance(value, str):
                # Browsers end their lines in two characters; the pack's files in one.
                data[one.name] = value.replace("\r\n", "\n")
            if one.is_markdown and value and TITLE_LINE.search(value):
                self.add_error(
                    one.name, _("Rivi ei voi alkaa merkillä #: väliotsikot ovat valmiina.")
                )
            if one.is_list and value is not None and not one.least <= len(value) <= one.most:
                limits = {"least": one.least, "most": one.most}
                self.add_error(
                    one.name,
                    ValidationError(
                        _("Kirjoita %(least)s–%(most)s kohtaa, jokainen omalle rivilleen."),
                        params=limits,
                    ),
                )
        return data


def _lines(field: Field) -> forms.Field:
    return LinesField(
        label=field.label,
        help_text=_("Yksi kohta riville."),
        widget=forms.Textarea(attrs={"rows": field.rows}),
        max_length=4000,
    )


def _words(field: Field, longest: int | None) -> forms.Field:
    rows = field.rows
    widget: forms.Widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    help_text = _("Voit lihavoida **näin** ja kursivoida *näin*.") if field.is_markdown else ""
    return forms.CharField(
        label=field.label, help_text=help_text, widget=widget, max_length=longest or 4000
    )


class PublishForm(forms.Form):
    why = forms.CharField(label=_("Mitä muuttui ja miksi"), max_length=200)
    asked_by = forms.CharField(
        label=_("Kuka pyysi muutosta"),
        help_text=_("Tiimi, yksikkö tai tehtävä. Henkilön nimeä ei tarvita."),
        max_length=120,
        required=False,
    )
    review_on = forms.DateField(
        label=_("Tarkistetaan viimeistään"),
        required=False,
        widget=DateInput(),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
    )

    def __init__(
        self, data: Any = None, *, today: dt.date, review_on: dt.date | None = None
    ) -> None:
        """A day that was set before and is still ahead is kept unless it is taken away."""
        is_ahead = review_on is not None and review_on > today
        super().__init__(data, initial={"review_on": review_on} if is_ahead else None)
        self._today = today

    def clean_review_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["review_on"]
        if day is not None and day <= self._today:
            raise ValidationError(_("Valitse päivä, joka on vielä edessä."))
        return day


class SuggestForm(forms.Form):
    text = forms.CharField(
        label=_("Mitä muuttaisit?"),
        help_text=_("Älä kirjoita lapsen tai aikuisen nimeä."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
    )


class AnswerForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Mitä ehdotukselle tehdään"),
        choices=[
            (one.value, one.label)
            for one in (TextSuggestion.State.TAKEN, TextSuggestion.State.DECLINED)
        ],
    )
    answer = forms.CharField(label=_("Vastaus ehdottajalle"), max_length=300)
