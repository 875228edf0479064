"""The form of a screening that a class has gone through."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kemi_ecosystem.lib.widgets import DateInput
from support.models import Measure, ScreeningDone
from support.services.screenings import Result

MOST = 60


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=DateInput(),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
    )


class NoteForm(forms.Form):
    done_on = _day(_("Milloin seula tehtiin"))
    follow_up = forms.IntegerField(
        label=_("Moniko tarvitsee seurantaa"),
        help_text=_("Vain lukumäärä. Tuloksia ja nimiä ei kirjata tänne."),
        min_value=0,
        max_value=MOST,
    )
    waiting = forms.IntegerField(
        label=_("Monelleko heistä mitään ei ole vielä aloitettu"), min_value=0, max_value=MOST
    )
    measures = forms.ModelMultipleChoiceField(
        label=_("Mitä on aloitettu"),
        queryset=Measure.objects.order_by("branch__order", "order"),
        required=False,
    )
    started_on = _day(_("Milloin ensimmäinen alkoi"), required=False)

    def __init__(self, data: Any = None, *, done: ScreeningDone | None, today: dt.date) -> None:
        initial: dict[str, Any] = {"done_on": today}
        if done is not None:
            names = ("done_on", "follow_up", "waiting", "started_on")
            initial = {name: getattr(done, name) for name in names}
            initial["measures"] = [one.pk for one in done.measures.all()]
        super().__init__(data, initial=initial)
        self._today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("done_on", "started_on"):
            if (day := data.get(name)) and day > self._today:
                self.add_error(name, _("Päivä on vielä edessä. Valitse tämä päivä tai aiempi."))
        follow_up, waiting = data.get("follow_up"), data.get("waiting")
        if follow_up is not None and waiting is not None and waiting > follow_up:
            self.add_error(
                "waiting", ValidationError(_("Odottavia ei voi olla enemmän kuin seurattavia."))
            )
        return data

    def result(self) -> Result:
        return Result(**self.cleaned_data | {"measures": list(self.cleaned_data["measures"])})
