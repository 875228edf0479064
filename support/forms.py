"""Filters: what a page may be narrowed by. An unknown value narrows nothing."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from support.models import Branch, Helped, Level, Need, Stage

TIMES = (("2", _("2 minuuttia")), ("10", _("10 minuuttia")), ("30", _("30 minuuttia")))
LONGER = (*TIMES, ("60", _("tunti")))
Choices = list[tuple[str, str]]


def _named(model: type[Branch] | type[Need]) -> Callable[[], Choices]:
    def choices() -> Choices:
        return [("", str(_("Kaikki"))), *model.objects.values_list("slug", "name")]

    return choices


class FilterForm(forms.Form):
    """Reads the choices of the database once, though both the check and the page ask for them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for field in fields.values():
            field.choices = list(field.choices)


class TreeFilter(FilterForm):
    haara = forms.ChoiceField(label=_("Haara"), required=False, choices=_named(Branch))
    aste = forms.ChoiceField(
        label=_("Aste"), required=False, choices=[("", _("Kaikki")), *Stage.choices]
    )
    tarve = forms.ChoiceField(label=_("Tarve"), required=False, choices=_named(Need))
    aika = forms.ChoiceField(
        label=_("Aikaa enintään"), required=False, choices=[("", _("Kaikki")), *LONGER]
    )

    def wanted(self) -> dict[str, str]:
        """The filters that are on; what makes no sense is left out."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class CardFilter(TreeFilter):
    aika = forms.ChoiceField(
        label=_("Minulla on"), required=False, choices=[("", _("Kaikki")), *TIMES]
    )


LEVEL_HELP = {
    Level.ARRANGEMENT: _(
        "Arjen pedagogiikkaa, joka kuuluu kaikille. Ei vaadi arviointia, suunnitelmaa eikä "
        "päätöstä."
    ),
    Level.GROUP: _(
        "Ryhmäkohtainen tukimuoto: jokaisen oppilaan oikeus, suunnitellaan ryhmälle ilman "
        "oppilaskohtaista päätöstä."
    ),
    Level.INDIVIDUAL: _(
        "Näyttää suuntaa oppilaskohtaiseen tukeen. Päätökset ja viralliset merkinnät tehdään "
        "Wilmassa ja Primuksessa."
    ),
}


class HelpedForm(forms.Form):
    """Whether what was tried helped: one press."""

    helped = forms.ChoiceField(choices=Helped)
