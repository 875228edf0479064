import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from absences.models import Alert, LegalAct, Reaction
from absences.step_words import LONGEST, Topic
from kemi_ecosystem.lib.widgets import DateInput
from schools.calendar import year_bounds
from support.models import Measure
from support.selectors import measure_choices

# What stands in braces, in words.
PLACES = {
    "school": _("on koulu"),
    "contact": _("se, kehen voi ottaa yhteyttä"),
    "step": _("portaan nimi"),
    "due": _("päivä, johon mennessä toivotaan vastausta"),
}
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
    measures = forms.TypedMultipleChoiceField(
        label=_("Mitä kokeillaan? Tukipuusta, jos haluat"),
        choices=measure_choices,
        coerce=int,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )
    next_check = forms.DateField(
        label=_("Katsotaan uudelleen"),
        required=False,
        widget=DateInput(),
        help_text=_("Jätä tyhjäksi, jos asia on kunnossa."),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = FormHelper()
        self.helper.form_method = "post"
        self.helper.layout = Layout(
            "kind", "with_whom", "measures", "next_check", Submit("save", _("Tallenna vastaus"))
        )

    def clean_measures(self) -> list[Measure]:
        return list(Measure.objects.filter(pk__in=self.cleaned_data["measures"]))

    def clean_next_check(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["next_check"]
        if day and day < self.today:
            raise forms.ValidationError(_("Valitse päivä, joka ei ole vielä mennyt."))
        if day and day > self.today + FARTHEST_CHECK:
            raise forms.ValidationError(_("Valitse päivä tämän lukuvuoden ajalta."))
        return day


class WhyForm(forms.Form):
    """Of which day of this school year one asks."""

    paiva = forms.DateField(label=_("Päivä"), widget=DateInput())

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_paiva(self) -> dt.date:
        day: dt.date = self.cleaned_data["paiva"]
        first, _last = year_bounds(self.today)
        if not first <= day <= self.today:
            raise forms.ValidationError(_("Valitse päivä, joka on tätä lukuvuotta ja jo ollut."))
        return day


class WithdrawForm(forms.Form):
    mistake = forms.ChoiceField(label=_("Miksi herätys oli aiheeton?"), choices=Alert.Mistake)


class LegalActForm(forms.Form):
    """That it was done, and when. There is no place for what was said."""

    kind = forms.ChoiceField(
        label=_("Mitä tehtiin?"),
        choices=LegalAct.Kind,
        error_messages={"required": _("Valitse, mitä tehtiin.")},
    )
    done_on = forms.DateField(
        label=_("Milloin?"),
        widget=DateInput(),
        error_messages={"required": _("Valitse päivä, joka on jo mennyt.")},
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        # It stands on the page of an alert beside the answer, which asks what was done as well.
        super().__init__(*args, **(kwargs | {"auto_id": "act_%s"}))
        self.today = today
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_done_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["done_on"]
        if day > self.today:
            raise forms.ValidationError(
                _("Päivä ei ole vielä tullut. Valitse päivä, joka on jo mennyt.")
            )
        return day


class StepWordsForm(forms.Form):
    """One text to one audience. Only what is known may stand in braces."""

    text = forms.CharField(
        label=_("Teksti"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": _("Kirjoita teksti.")},
    )

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topic = topic
        places = [f"{{{name}}} {PLACES[name]}" for name in topic.places]
        self.fields["text"].help_text = ", ".join(places) + "."

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if reason := self.topic.refusal(text):
            raise forms.ValidationError(reason)
        return text
