"""The forms of a checklist round."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from schools.models import Enrolment, School, active_on
from support.models import ChecklistAnswer, ChecklistItem
from support.selectors.rounds import Reach
from support.services.rounds import Subject, Tick

NO_NAMES = _("Älä kirjoita lapsen tai aikuisen nimeä.")


class BeginForm(forms.Form):
    """For whom. One list: own groups, teams of own schools, pupils one answers for."""

    kenelle = forms.ChoiceField(label=_("Kenelle"))
    tiimi = forms.CharField(
        label=_("Tiimin nimi"),
        help_text=_("Vain, kun kierros on tiimille, esimerkiksi 3. luokkien tiimi."),
        max_length=60,
        required=False,
    )
    kopioi = forms.BooleanField(
        label=_("Jatka siitä, mihin viime kierros jäi"), required=False, initial=True
    )

    def __init__(self, data: Any = None, *, reach: Reach, on: dt.date) -> None:
        super().__init__(data)
        self._reach, self._on = reach, on
        groups = [(f"group-{one.pk}", f"{one.name}, {one.school}") for one in reach.groups.values()]
        teams = [(f"team-{one.pk}", one.name) for one in reach.schools.values()]
        pupils = [(f"pupil-{one.pk}", str(one)) for one in reach.pupils.values()]
        named = ((_now("Ryhmä"), groups), (_now("Tiimi"), teams), (_now("Oppilas"), pupils))
        kenelle: Any = self.fields["kenelle"]
        kenelle.choices = [(name, rows) for name, rows in named if rows]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, _dash, number = data.get("kenelle", "").partition("-")
        if kind == "team" and not data.get("tiimi"):
            self.add_error("tiimi", _("Kirjoita tiimin nimi."))
        elif kind:
            data["subject"] = self._subject(kind, int(number), data.get("tiimi", ""))
        return data

    def _subject(self, kind: str, number: int, team: str) -> Subject:
        if kind == "team":
            return Subject(self._reach.schools[number], team=team)
        if kind == "group":
            group = self._reach.groups[number]
            return Subject(group.school, group=group)
        pupil = self._reach.pupils[number]
        placed = Enrolment.objects.filter(
            active_on(self._on), pupil=pupil, group__school_year__ends__gte=self._on
        )
        place = placed.select_related("group__school").order_by("-begins").first()
        if place is None:
            raise ValidationError(_("Oppilaalla ei ole nyt ryhmää, jossa kierros alkaisi."))
        return Subject(place.group.school, group=place.group, pupil=pupil)


class TickForm(forms.Form):
    """One item as it comes with the whole round: saved when it was pressed or its words changed."""

    state = forms.ChoiceField(choices=ChecklistAnswer.State.choices)
    since = forms.DateField(required=False, input_formats=["%Y-%m-%d", "%d.%m.%Y"])
    did = forms.CharField(max_length=200, required=False)
    seen = forms.IntegerField(min_value=0)

    def __init__(self, data: Any, *, item: ChecklistItem, press: str, today: dt.date) -> None:
        """`press` is the button that sent the round: "12-tried", or another's or none."""
        number, _dash, state = press.partition("-")
        self.item, self._today = item, today
        self.is_pressed = number == str(item.pk)
        if self.is_pressed:
            data = data.copy()
            data[f"{item.pk}-state"] = state
        super().__init__(data, prefix=str(item.pk))

    @property
    def is_touched(self) -> bool:
        """Another's tick is not saved over by who only had the page open."""
        return self.is_pressed or bool(self.changes())

    def changes(self) -> dict[str, str]:
        """What its sender has changed of what the page showed."""
        sent = {name: self._sent(name) for name in ("state", "since", "did")}
        return {name: one for name, one in sent.items() if one != self._sent(f"{name}_was")}

    def is_older_than(self, number: int) -> bool:
        """Whether another has saved the item since its sender's page was made."""
        return self._sent("seen") != str(number)

    def _sent(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), "")).strip()

    def clean_since(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["since"]
        if day is not None and day > self._today:
            raise ValidationError(_("Päivä on vielä edessä. Valitse tämä päivä tai aiempi."))
        return day

    def tick(self) -> Tick:
        return Tick(**self.cleaned_data)


class HandOverForm(forms.Form):
    koulu = forms.ChoiceField(
        label=_("Mihin kouluun ryhmä siirtyy"),
        error_messages={"required": _("Valitse koulu, johon ryhmä siirtyy.")},
    )
    words = forms.CharField(
        label=_("Terveiset seuraavalle opettajalle"),
        help_text=NO_NAMES,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        required=False,
    )
    lupa = forms.BooleanField(
        label=_("Haluan, että seuraava opettaja näkee, mikä toimi."),
        error_messages={"required": _("Merkitse, että haluat antaa tiedon eteenpäin.")},
    )

    def __init__(self, data: Any = None, *, schools: list[School], own: int = 0) -> None:
        """`own` is the group's own school, when the group stays in it."""
        super().__init__(data)
        self._schools = {str(one.pk): one for one in schools}
        koulu: Any = self.fields["koulu"]
        named = [(key, one.name) for key, one in self._schools.items()]
        koulu.choices = [*BLANK_CHOICE_DASH, *named]
        koulu.initial = str(own) if own else ""
        if not schools:
            del self.fields["koulu"]

    def school(self) -> School | None:
        return self._schools.get(self.cleaned_data.get("koulu", ""))


class AskForm(forms.Form):
    question = forms.CharField(
        label=_("Mistä haluatte puhua?"),
        help_text=NO_NAMES,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        required=False,
    )
