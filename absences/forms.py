import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from absences.models import Alert, LegalAct, Reaction

FARTHEST_CHECK = dt.timedelta(days=200)


class ReactionForm(forms.Form):
    """What was done: two presses and a date. No free text: what was said stays between people."""

    kind = forms.ChoiceField(
        label=_("Mitä tehtiin?"),
        choices=Reaction.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Valitse, mitä tehtiin.")},
    )
    with_whom = forms.ChoiceField(
        label=_("Kenen kanssa?"),
        choices=Reaction.With,
        widget=forms.RadioSelect,
        error_messages={"required": _("Valitse, kenen kanssa.")},
    )
    next_check = forms.DateField(
        label=_("Katsotaan uudelleen"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Jätä tyhjäksi, jos asia on kunnossa."),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = FormHelper()
        self.helper.form_method = "post"
        self.helper.layout = Layout(
            "kind", "with_whom", "next_check", Submit("save", _("Tallenna vastaus"))
        )

    def clean_next_check(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["next_check"]
        if day and day < self.today:
            raise forms.ValidationError(_("Valitse päivä, joka ei ole vielä mennyt."))
        if day and day > self.today + FARTHEST_CHECK:
            raise forms.ValidationError(_("Valitse päivä tämän lukuvuoden ajalta."))
        return day


class WithdrawForm(forms.Form):
    mistake = forms.ChoiceField(label=_("Miksi herätys oli aiheeton?"), choices=Alert.Mistake)


class HelpedForm(forms.Form):
    helped = forms.ChoiceField(choices=Reaction.Helped)


class LegalActForm(forms.Form):
    """That it was done, and when. There is no place for what was said."""

    kind = forms.ChoiceField(label=_("Mitä tehtiin?"), choices=LegalAct.Kind)
    done_on = forms.DateField(
        label=_("Milloin?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_done_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["done_on"]
        if day > self.today:
            raise forms.ValidationError(_("Päivä ei ole vielä tullut."))
        return day
