from django import forms
from django.utils.translation import gettext_lazy as _


class AskLinkForm(forms.Form):
    email = forms.EmailField(
        label=_("Sähköposti"),
        error_messages={
            "required": _("Kirjoita sähköpostiosoite."),
            "invalid": _("Tarkista osoite: siinä on jokin kirjain väärin."),
        },
    )
