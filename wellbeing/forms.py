import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kemi_ecosystem.lib.widgets import DateInput
from schools.models import TeachingGroup
from support.models import Measure
from wellbeing.models import LONGEST_OWN, Reply, WishList
from wellbeing.rules import LONGEST_ROUND


class OpenForm(forms.Form):
    """Which class, and until when."""

    group = forms.ModelChoiceField(
        label=_("Luokka tai ryhmä"), queryset=TeachingGroup.objects.none(), empty_label=None
    )
    closes_on = forms.DateField(label=_("Viimeinen päivä"), widget=DateInput())

    def __init__(self, *args: Any, groups: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.today = today

    def clean_closes_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["closes_on"]
        if not self.today <= day <= self.today + LONGEST_ROUND:
            raise forms.ValidationError(_("Valitse päivä neljän viikon sisältä."))
        return day


class WordsField(forms.CharField):
    """A browser counts a new line once and sends it as two characters: here it is one again."""

    def to_python(self, value: Any) -> Any:
        words = super().to_python(value)
        return words.replace("\r\n", "\n") if words else words


WORDS_ERRORS = {
    "required": _("Kirjoita oppilaalle muutama sana."),
    "max_length": _(
        "Kirjoitit %(show_value)d merkkiä. Tähän mahtuu %(limit_value)d. Lyhennä vähän."
    ),
    "null_characters_not_allowed": _(
        "Sanoissasi on merkki, jota ei voi tallentaa. Kirjoita se kohta uudelleen."
    ),
}


class OwnWordsForm(forms.Form):
    words = WordsField(max_length=LONGEST_OWN, required=False, error_messages=WORDS_ERRORS)


class SendForm(forms.Form):
    audience = forms.ChoiceField(choices=WishList.Audience)


class ReplyForm(forms.ModelForm[Reply]):
    """An answer in words meant for the child."""

    class Meta:
        model = Reply
        fields = ("kind", "measure", "begins", "words")
        widgets = {
            "begins": DateInput(),
            "words": forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
        }
        field_classes = {"words": WordsField}
        error_messages = {"words": WORDS_ERRORS}
        help_texts = {"words": _("Lyhyesti ja lämpimästi. Oppilas lukee tämän itse.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["measure"].queryset = Measure.objects.order_by("name")
        fields["begins"].required = False

    def clean_begins(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["begins"]
        if day and not 2000 <= day.year <= 2100:  # noqa: PLR2004
            raise forms.ValidationError(_("Tarkista päivä."))
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == Reply.Kind.WE_TRY and not data.get("measure"):
            self.add_error("measure", _("Valitse tukipuusta, mitä kokeillaan."))
        return data


class NamelessForm(forms.Form):
    words = WordsField(max_length=300, error_messages=WORDS_ERRORS)


class FeltForm(forms.Form):
    felt = forms.IntegerField(min_value=1, max_value=5)
