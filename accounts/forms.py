from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from accounts.services import normalise_code


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _(
            "Tunnus ja salasana eivät sovi yhteen. Tarkista kumpikin ja yritä uudelleen."
        ),
        "inactive": _("Tämä tunnus ei ole käytössä."),
    }


class CodeForm(forms.Form):
    """A pupil's ticket."""

    code = forms.CharField(
        label=_("Koodi"),
        max_length=40,
        strip=True,
        help_text=_("Koodi on lapussa, jonka sait opettajalta."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}
        ),
    )

    def clean_code(self) -> str:
        return normalise_code(self.cleaned_data["code"])


class LanguageForm(forms.Form):
    """In which language a family or a pupil reads the portal."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    next = forms.CharField(required=False)
