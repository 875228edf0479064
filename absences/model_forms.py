"""Shaping the city's model, step by step."""

import datetime as dt
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from absences.freshness import NO_NOTES
from absences.models import InterventionModel, InterventionStep, ModelTrial
from absences.step_faults import COUNTABLE, RANGES, faults
from kemi_ecosystem.lib.widgets import DateInput
from schools.models import School


class ModelForm(forms.ModelForm[InterventionModel]):
    class Meta:
        model = InterventionModel
        fields: ClassVar = ["name", "counting"]
        widgets: ClassVar = {"counting": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", gettext_lazy("Tallenna")))


class StepForm(forms.ModelForm[InterventionStep]):
    """One step. What makes no sense together is said in a sentence, nothing is lost."""

    counted = forms.MultipleChoiceField(
        label=gettext_lazy("Mitkä merkinnät lasketaan"),
        choices=[(one.value, one.label) for one in COUNTABLE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    ladder = forms.CharField(
        label=gettext_lazy("Tikkaat"),
        max_length=30,
        initial="kaikki",
        help_text=gettext_lazy(
            "Saman nimisiä tikkaita kiivetään yhdessä: vain ylin täyttynyt porras kerrotaan."
        ),
    )
    recipients = forms.MultipleChoiceField(
        label=gettext_lazy("Keille kerrotaan"),
        choices=InterventionStep.Recipient,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    stages = forms.MultipleChoiceField(
        label=gettext_lazy("Millä asteilla"),
        choices=InterventionStep.Stage,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Kun mitään ei ole valittu, porras koskee kaikkia."),
    )

    class Meta:
        model = InterventionStep
        fields: ClassVar = [
            "name", "ladder", "trigger", "threshold", "window", "weeks", "counted", "grade_from",
            "grade_to", "stages", "recipients", "asks", "days_to_react", "escalates_to",
            "again_after_weeks", "summary",
        ]  # fmt: skip
        widgets: ClassVar = {"summary": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (low, high) in RANGES.items():
            field = self.fields[name]
            field.validators = [MinValueValidator(low), MaxValueValidator(high)]
            field.widget.attrs |= {"min": low, "max": high}
        hears = InterventionStep.Recipient
        self.fields["escalates_to"].choices = [  # type: ignore[attr-defined]
            ("", _("eteenpäin ei kerrota")),
            *(one for one in hears.choices if one[0] != hears.GUARDIAN),
        ]
        if self.instance.escalates_to == hears.GUARDIAN:
            # A family does not answer for the school: of such a step the head hears.
            self.initial["escalates_to"] = hears.PRINCIPAL
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", gettext_lazy("Tallenna porras")))

    def clean_ladder(self) -> str:
        """As people write it: "Äidin kieli" is aidin-kieli."""
        slug: str = slugify(self.cleaned_data["ladder"])
        if not slug:
            raise forms.ValidationError(_("Nimeä tikkaat kirjaimin tai numeroin."))
        return slug

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # What is not here has been refused already, with its own sentence.
        for name, words in list(faults(cleaned)):
            self.add_error(name, words)
        return cleaned

    def fields_to_save(self, model: InterventionModel) -> dict[str, Any]:
        """The cleaned fields, with a slug for a step that has none yet."""
        slug = self.instance.slug or _free_slug(model, self.cleaned_data["name"])
        return {**self.cleaned_data, "slug": slug}


def _free_slug(model: InterventionModel, name: str) -> str:
    base = slugify(name)[:34] or "porras"
    taken = set(model.steps.values_list("slug", flat=True))
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


class TrialForm(forms.Form):
    """Where a draft is tried, and from which day on what it would tell is counted."""

    school = forms.ModelChoiceField(
        School.objects.none(),
        label=gettext_lazy("Missä koulussa"),
        required=False,
        empty_label=gettext_lazy("Kaikissa kouluissa"),
        error_messages={"invalid_choice": gettext_lazy("Valitse koulu luettelosta.")},
    )
    first = forms.DateField(
        label=gettext_lazy("Mistä päivästä alkaen lasketaan"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("Tyhjänä lasketaan lukuvuoden alusta."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        model: InterventionModel,
        on: dt.date,
        latest: ModelTrial | None = None,
    ) -> None:
        initial = {"school": latest.school_id, "first": latest.first} if latest else {}
        super().__init__(data, initial=initial)
        self.year, self.on = model.school_year, on
        schools = School.objects.open_on(on).exclude(stage__in=NO_NOTES).order_by("name")
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]

    def clean_first(self) -> dt.date | None:
        first: dt.date | None = self.cleaned_data["first"]
        if first and not self.year.begins <= first <= self.on:
            words = _("Valitse päivä tältä lukuvuodelta: %(begins)s–%(today)s.")
            days = {"begins": self.year.begins, "today": self.on}
            raise forms.ValidationError(
                words % {name: f"{day:%-d.%-m.%Y}" for name, day in days.items()}
            )
        return first
