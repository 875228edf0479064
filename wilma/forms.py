from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from absences.classes import NationalClass
from absences.models import NoteType
from absences.note_types import suggest_class
from wilma.models import ImportProfile, ImportRun
from wilma.parsers.files import MAX_BYTES


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("Mitä tiedostossa on?"), choices=ImportRun.Kind)
    file = forms.FileField(
        label=_("Tiedosto"), help_text=_("CSV, Wilman JSON tai OneRoster-zip, enintään 100 Mt.")
    )
    profile = forms.ModelChoiceField(
        label=_("Tuontiprofiili"),
        queryset=ImportProfile.objects.all(),
        required=False,
        empty_label=_("tunnista sarakkeet itse"),
    )
    dry_run = forms.BooleanField(label=_("Kokeile ensin"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("send", _("Lähetä")))

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            size = (file.size or 0) // 2**20
            words = _("Tiedosto on liian suuri: %(size)d Mt. Suurin sallittu on 100 Mt.")
            raise forms.ValidationError(words % {"size": size})
        return file


class MappingForm(forms.Form):
    """One choice for each note type that nobody has mapped; a guess is chosen beforehand."""

    def __init__(self, *args: Any, types: list[NoteType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.types = types
        for one in types:
            self.fields[f"type-{one.pk}"] = forms.ChoiceField(
                label=f"{one.name or one.code}",
                choices=[("", _("en tiedä vielä")), *NationalClass.choices],
                required=False,
                initial=suggest_class(one.name) or "",
                help_text=_("Ehdotus on arvaus. Tarkista se.") if suggest_class(one.name) else "",
            )
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", _("Tallenna luokitus")))

    def chosen(self) -> list[tuple[NoteType, str]]:
        pairs = ((one, self.cleaned_data[f"type-{one.pk}"]) for one in self.types)
        return [(one, choice) for one, choice in pairs if choice]
