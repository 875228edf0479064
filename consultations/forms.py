import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from consultations.models import Booking, ConsultationHour, Outcome, Slot
from consultations.rules import runs_past_midnight, unlike_initials
from consultations.words import Words
from kemi_ecosystem.lib.widgets import DateInput
from schools.models import School, TeachingGroup
from support.models import ConsultationRequest, Measure, Need

FOLLOW_UP_WEEKS = (2, 6)
FARTHEST = dt.timedelta(days=400)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class ByBranch(ModelChoiceIterator[Measure]):
    """The measures under the branches that they grow on."""

    def __iter__(self) -> Iterator[Any]:
        rows = self.queryset.select_related("branch").order_by("branch__order", "order", "name")
        for branch, measures in groupby(rows, key=lambda one: one.branch.name):
            yield branch, [self.choice(one) for one in measures]


class MeasuresField(forms.ModelMultipleChoiceField[Measure]):
    """Measures to tick, drawn branch by branch with `consultations/_measures.html`."""

    iterator = ByBranch
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Measure.objects.all(), required=False, **kwargs)


class HasMeasures(forms.BaseForm):
    """A form that shows one field of measures by branches."""

    measures_field = ""

    def branches(self) -> list[tuple[str, list[dict[str, Any]], bool]]:
        """Each branch with its boxes, and whether any is ticked."""
        if self.measures_field not in self.fields:
            return []
        bound = self[self.measures_field]
        chosen = [str(one) for one in bound.value() or []]
        widget: Any = bound.field.widget
        groups = widget.optgroups(bound.html_name, chosen)
        ids = f"id_{bound.html_name}"
        return [
            (
                name,
                [box | {"id": f"{ids}_{box['value']}"} for box in boxes],
                any(box["selected"] for box in boxes),
            )
            for name, boxes, _index in groups
        ]


def _helper(button: Any, *fields: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_method = "post"
    helper.layout = Layout(*fields, Submit("save", button))
    return helper


class BookingForm(HasMeasures, forms.ModelForm[Booking]):
    """What the colleague wants to think over. One press is enough: nothing of it is needed."""

    measures_field = "tried"
    tried = MeasuresField(label=_("Mitä on jo kokeiltu?"))
    is_asked = forms.BooleanField(label="", required=False, initial=True)

    school = forms.ModelChoiceField(
        label=_("Mistä yksiköstä?"), queryset=School.objects.none(), empty_label=None
    )

    class Meta:
        model = Booking
        fields = ("topics", "question", "tried", "about", "school")
        widgets = {
            "topics": forms.CheckboxSelectMultiple,
            "question": forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        }

    def __init__(
        self,
        *args: Any,
        schools: QuerySet[School],
        words: Words,
        asked: ConsultationRequest | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        self.asked, self.schools = asked, schools
        fields["question"].help_text = words.question_help
        fields["question"].label = words.question
        fields["topics"].queryset = Need.objects.all()
        fields["topics"].label = _g("Aiheet")
        fields["about"].label = _g("Keitä asia koskee?")
        fields["about"].help_text = words.about_help
        fields["school"].queryset = schools
        only = list(schools[:2])
        if len(only) == 1:
            fields["school"].widget = forms.HiddenInput()
            self.initial["school"] = only[0].pk
        if not words.is_about_support:
            for name in ("topics", "tried", "about"):
                del fields[name]
        if asked is None:
            del fields["is_asked"]
        else:
            fields["is_asked"].label = _g("Tällä ajalla puhutaan muistilistani pyynnöstä")

    def clean_about(self) -> str:
        """By its shape: initials and a class, or what a group of the own units is called."""
        about: str = self.cleaned_data["about"]
        unlike = unlike_initials(about)
        if unlike:
            groups = TeachingGroup.objects.filter(school__in=self.schools)
            known = " ".join(groups.values_list("name", flat=True)).casefold().split()
            if not {one.casefold() for one in unlike} <= set(known):
                raise forms.ValidationError(
                    _("Kirjoita vain nimikirjaimet ja luokka tai ryhmä, esimerkiksi A.B. 7C.")
                )
        return about

    @property
    def has_something(self) -> bool:
        """Is there anything that the person should see before the press?"""
        begun = {name for name, value in self.initial.items() if value and name in self.fields}
        return bool(self.errors or self.asked or begun - {"school"})

    def matter(self) -> dict[str, Any]:
        """What was told, and the request that this time is for."""
        data = {k: v for k, v in self.cleaned_data.items() if k not in {"school", "is_asked"}}
        return data | {"request": self.asked if self.cleaned_data.get("is_asked") else None}


class HourForm(forms.ModelForm[ConsultationHour]):
    """A weekly hour. The own unit is served always; others as chosen."""

    # Not a field of type url: a browser refuses there a link without its https.
    link = forms.URLField(
        label=_("Etäyhteyden linkki"),
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )

    class Meta:
        model = ConsultationHour
        fields = (
            "kind",
            "home_school",
            "weekday",
            "starts",
            "part_minutes",
            "parts",
            "place",
            "link",
            "schools",
            "own_first_days",
            "begins",
            "ends",
        )
        widgets = {
            "starts": TimeInput(),
            "begins": DateInput(),
            "ends": DateInput(),
            "schools": forms.CheckboxSelectMultiple,
        }

    def __init__(
        self, *args: Any, own: QuerySet[School], kinds: list[str], today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [
            choice for choice in ConsultationHour.Kind.choices if choice[0] in kinds
        ]
        fields["home_school"].queryset = own
        fields["home_school"].label = _g("Oma yksikkö")
        fields["home_school"].empty_label = None
        fields["schools"].queryset = School.objects.open_on(today)
        fields["schools"].required = False
        fields["parts"].min_value = 1
        fields["parts"].widget = forms.NumberInput(attrs={"min": 1, "max": 4})
        self.helper = _helper(_("Tarjoa tunti"), *self.Meta.fields)

    def clean_parts(self) -> int:
        parts: int = self.cleaned_data["parts"]
        if not 1 <= parts <= 4:  # noqa: PLR2004 (an hour of one to four parts, as the model says)
            raise forms.ValidationError(_("Aikoja voi olla peräkkäin yhdestä neljään."))
        return parts

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        begins, ends = data.get("begins"), data.get("ends")
        if begins and begins < self.today:
            self.add_error("begins", _("Ensimmäinen päivä on jo mennyt. Valitse tuleva päivä."))
        if _runs_past_midnight(data):
            self.add_error("starts", _("Ajat jatkuisivat yli puolenyön. Valitse aikaisempi alku."))
        if begins and ends and ends < begins:
            self.add_error("ends", _("Viimeinen päivä on ennen ensimmäistä."))
        if ends and (ends < self.today or ends > self.today + FARTHEST):
            self.add_error("ends", _("Valitse viimeinen päivä tämän lukuvuoden ajalta."))
        return data


class ChangeHourForm(forms.ModelForm[ConsultationHour]):
    """Where the hour is kept and for whom. Another weekday or time is another hour."""

    link = HourForm.base_fields["link"]

    class Meta:
        model = ConsultationHour
        fields = ("place", "link", "schools", "own_first_days")
        widgets = {"schools": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["schools"].queryset = School.objects.open_on(today)
        fields["schools"].required = False
        self.helper = _helper(_("Tallenna"), *self.Meta.fields)


def _runs_past_midnight(data: dict[str, Any]) -> bool:
    starts, minutes, parts = (data.get(one) for one in ("starts", "part_minutes", "parts"))
    if starts is None or minutes is None or parts is None:
        return False
    return runs_past_midnight(starts, minutes=minutes * parts)


class MoveForm(forms.Form):
    """Another moment for one single time."""

    day = forms.DateField(label=_("Päivä"), widget=DateInput())
    time = forms.TimeField(label=_("Kello"), widget=TimeInput())
    place = forms.CharField(label=_("Paikka"), max_length=80, required=False)

    def __init__(self, *args: Any, slot: Slot, at: dt.datetime, **kwargs: Any) -> None:
        zone = ZoneInfo(settings.TIME_ZONE)
        local = slot.starts_at.astimezone(zone)
        super().__init__(*args, **kwargs)
        self.initial = {"day": local.date(), "time": local.time(), "place": slot.place}
        self.zone, self.at = zone, at
        self.helper = _helper(_("Siirrä aika"), "day", "time", "place")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "day" in data and "time" in data:
            data["starts_at"] = dt.datetime.combine(data["day"], data["time"], self.zone)
            if not self.at < data["starts_at"] < self.at + FARTHEST:
                self.add_error("day", _("Valitse hetki, joka on vielä edessä tänä lukuvuonna."))
        return data


class AwayForm(forms.Form):
    first = forms.DateField(label=_("Ensimmäinen päivä"), widget=DateInput())
    last = forms.DateField(label=_("Viimeinen päivä"), widget=DateInput())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("Viimeinen päivä on ennen ensimmäistä."))
        return data


class OutcomeForm(HasMeasures, forms.ModelForm[Outcome]):
    """What the two agreed on. The note is theirs alone and is purged."""

    measures_field = "measures"
    measures = MeasuresField(label=_("Mitä kokeillaan?"))

    class Meta:
        model = Outcome
        fields = ("took_place", "measures", "follow_up_on", "note")
        widgets = {
            "follow_up_on": DateInput(),
            "note": forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        }
        help_texts = {
            "follow_up_on": _("Kahden–kuuden viikon kuluttua kysymme, auttoiko se."),
        }

    def __init__(self, *args: Any, today: dt.date, words: Words, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["follow_up_on"].required = False
        self.fields["note"].help_text = words.note_help
        if not words.is_about_support:
            del self.fields["measures"]

    @property
    def agreed(self) -> dict[str, Any]:
        """What the two agreed; with a mentor nothing is tried with children."""
        return {"measures": []} | self.cleaned_data

    def clean_follow_up_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["follow_up_on"]
        soonest, latest = (self.today + dt.timedelta(weeks=weeks) for weeks in FOLLOW_UP_WEEKS)
        if day and not soonest <= day <= latest:
            raise forms.ValidationError(_("Valitse päivä kahden–kuuden viikon päästä."))
        return day
