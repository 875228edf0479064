"""The forms of a self-evaluation and its goals."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kemi_ecosystem.lib.widgets import DateInput
from support.models import SelfEvaluation, Step
from support.round_forms import NO_NAMES

CANNOT_SAY = 0


class EvaluateForm(forms.Form):
    """Each of the card's questions on the five-step scale, or "en osaa sanoa"."""

    def __init__(
        self, data: Any = None, *, questions: Sequence[str], own: SelfEvaluation | None
    ) -> None:
        super().__init__(data)
        said = dict(zip(own.asked, own.steps, strict=False)) if own else {}
        for place, question in enumerate(questions):
            self.fields[f"q{place}"] = forms.TypedChoiceField(
                label=question,
                coerce=int,
                choices=[*Step.choices, (CANNOT_SAY, _("en osaa sanoa"))],
                widget=forms.RadioSelect,
                initial=(said[question] or CANNOT_SAY) if question in said else None,
            )

    def steps(self) -> list[int | None]:
        return [self.cleaned_data[name] or None for name in self.fields]


class GoalForm(forms.Form):
    text = forms.CharField(
        label=_("Mitä kehitämme seuraavaksi?"), help_text=NO_NAMES, max_length=200
    )
    follow_up_on = forms.DateField(
        label=_("Milloin katsomme uudelleen?"),
        help_text=_("Portaali muistuttaa sinua silloin."),
        widget=DateInput(),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
    )

    def __init__(self, data: Any = None, *, today: dt.date) -> None:
        super().__init__(data)
        self._today = today

    def clean_follow_up_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["follow_up_on"]
        if day <= self._today:
            raise ValidationError(_("Valitse päivä, joka on vielä edessä."))
        return day


class FinishForm(forms.Form):
    result = forms.CharField(label=_("Mitä muuttui?"), help_text=NO_NAMES, max_length=200)
