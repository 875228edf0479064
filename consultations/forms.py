import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from consultations.models import Booking, ConsultationHour, Outcome, Slot
from schools.models import School
from support.models import Measure, Need

FOLLOW_UP_WEEKS = (2, 6)
FARTHEST = dt.timedelta(days=400)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def _helper(button: Any, *fields: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_method = "post"
    helper.layout = Layout(*fields, Submit("save", button))
    return helper


class BookingForm(forms.ModelForm[Booking]):
    """What the colleague wants to think over. One press is enough: nothing of it is needed."""

    school = forms.ModelChoiceField(
        label=_("Mistä yksiköstä?"), queryset=School.objects.none(), empty_label=None
    )

    class Meta:
        model = Booking
        fields = ("topics", "question", "tried", "about", "school")
        widgets = {
            "topics": forms.CheckboxSelectMultiple,
            "question": forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
            "tried": forms.SelectMultiple(attrs={"size": 6}),
        }

    def __init__(self, *args: Any, schools: QuerySet[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].queryset = Need.objects.all()  # type: ignore[attr-defined]
        self.fields["tried"].queryset = Measure.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]
        only = list(schools[:2])
        if len(only) == 1:
            self.fields["school"].widget = forms.HiddenInput()
            self.fields["school"].initial = only[0].pk
        names = ("topics", "question", "tried", "about", "school")
        self.helper = _helper(_("Varaa aika"), *names)


class HourForm(forms.ModelForm[ConsultationHour]):
    """A weekly hour. The own unit is served always; others as chosen."""

    link = forms.URLField(label=_("Etäyhteyden linkki"), required=False, assume_scheme="https")

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
        if begins and ends and ends < begins:
            self.add_error("ends", _("Viimeinen päivä on ennen ensimmäistä."))
        if ends and (ends < self.today or ends > self.today + FARTHEST):
            self.add_error("ends", _("Valitse viimeinen päivä tämän lukuvuoden ajalta."))
        return data


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


class OutcomeForm(forms.ModelForm[Outcome]):
    """What the two agreed on. The note is theirs alone and is purged."""

    class Meta:
        model = Outcome
        fields = ("took_place", "measures", "follow_up_on", "note")
        widgets = {
            "measures": forms.SelectMultiple(attrs={"size": 8}),
            "follow_up_on": DateInput(),
            "note": forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        }
        help_texts = {
            "note": _(
                "Näkyy vain teille kahdelle. Ei oppilaiden nimiä. Poistuu lukuvuoden lopussa."
            ),
            "follow_up_on": _("Kahden–kuuden viikon kuluttua kysymme, auttoiko se."),
        }

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["measures"].queryset = Measure.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["follow_up_on"].required = False
        self.helper = _helper(_("Tallenna"), *self.Meta.fields)

    def clean_follow_up_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["follow_up_on"]
        soonest, latest = (self.today + dt.timedelta(weeks=weeks) for weeks in FOLLOW_UP_WEEKS)
        if day and not soonest <= day <= latest:
            raise forms.ValidationError(_("Valitse päivä kahden–kuuden viikon päästä."))
        return day


class HelpedForm(forms.Form):
    helped = forms.ChoiceField(choices=Outcome.Helped)
