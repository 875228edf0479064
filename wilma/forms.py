from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from absences.classes import NationalClass
from absences.models import NoteType
from absences.note_types import suggest_class
from wilma.models import ImportProfile, ImportRun
from wilma.parsers.files import MAX_BYTES
from wilma.parsers.headers import normalise_header


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("Mitä tiedostossa on?"), choices=ImportRun.Kind)
    file = forms.FileField(
        label=_("Tiedosto"),
        help_text=_("CSV, Excel (xlsx), Wilman JSON tai OneRoster-zip, enintään 100 Mt."),
    )
    profile = forms.ModelChoiceField(
        label=_("Tuontiprofiili"),
        queryset=ImportProfile.objects.all(),
        required=False,
        empty_label=_("tunnista sarakkeet itse"),
    )
    period = forms.ChoiceField(
        label=_("Mitä tiedosto kattaa?"),
        choices=ImportRun.Period,
        initial=ImportRun.Period.AUTO,
        required=False,
        help_text=_("Koskee tuntimerkintöjä."),
    )
    dry_run = forms.BooleanField(label=_("Kokeile ensin"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("send", _("Lähetä")))

    def clean_period(self) -> str:
        return self.cleaned_data["period"] or ImportRun.Period.AUTO

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            size = (file.size or 0) // 2**20
            words = _("Tiedosto on liian suuri: %(size)d Mt. Suurin sallittu on 100 Mt.")
            raise forms.ValidationError(words % {"size": size})
        return file


# What a profile can name, in the words of the page.
COLUMN_WORDS = {
    "pupil": _("Oppilaan tunniste"),
    "date": _("Päiväys"),
    "lesson": _("Oppitunnin numero"),
    "starts": _("Alkaa"),
    "ends": _("Päättyy"),
    "minutes": _("Kesto minuutteina"),
    "hours": _("Kesto tunteina"),
    "type_code": _("Merkinnän koodi"),
    "type_name": _("Merkinnän nimi"),
    "national_class": _("Kansallinen luokitus"),
    "resolved": _("Selvitetty (kyllä tai ei)"),
    "unresolved": _("Selvitettävä (kyllä tai ei)"),
    "resolved_on": _("Selvityspäivä"),
    "course": _("Kurssi tai oppiaine"),
    "note_id": _("Merkinnän oma numero"),
}


# With JavaScript the first rows are read anew at every change.
LIVE = {
    # A form that is not ready yet can be tried, too: the server says what is missing.
    "novalidate": "",
    "hx-post": "",
    "hx-trigger": "change",
    "hx-encoding": "multipart/form-data",
    "hx-vals": '{"preview": "1"}',
    "hx-target": "#esikatselu",
    "hx-select": "#esikatselu",
    "hx-swap": "outerHTML",
}


class ProfileForm(forms.ModelForm[ImportProfile]):
    """One line for each field: the header that the source gives it."""

    class Meta:
        model = ImportProfile
        fields: ClassVar = ["name", "lesson_minutes"]

    def __init__(self, *args: Any, columns: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = columns or self.instance.columns
        for field, words in COLUMN_WORDS.items():
            self.fields[field] = forms.CharField(
                label=words, required=False, max_length=80, initial=known.get(field, "")
            )
        self.fields["sample"] = forms.FileField(
            label=_("Kokeile tiedostolla"),
            required=False,
            help_text=_("Portaali näyttää ensimmäiset rivit. Tiedostoa ei tallenneta."),
        )
        self.helper = FormHelper()
        self.helper.attrs = LIVE
        self.helper.add_input(Submit("save", _("Tallenna profiili")))
        self.helper.add_input(
            Submit(
                "preview", _("Näytä ensimmäiset rivit"), css_class="btn--quiet", formnovalidate=""
            )
        )

    def as_typed(self) -> tuple[dict[str, str], int]:
        """The columns and the lesson's length as they stand in a form that may not be ready."""
        typed = {field: str(self.data.get(field, "")).strip() for field in COLUMN_WORDS}
        minutes = str(self.data.get("lesson_minutes", ""))
        is_length = minutes.isdecimal() and 0 < len(minutes) <= 3  # noqa: PLR2004
        length = int(minutes) if is_length else self.instance.lesson_minutes
        return {field: header for field, header in typed.items() if header}, length

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = [cleaned[field] for field in COLUMN_WORDS if cleaned.get(field)]
        if not given:
            raise forms.ValidationError(_("Anna ainakin yksi otsikko."))
        names = [normalise_header(header) for header in given]
        if len(set(names)) < len(names):
            raise forms.ValidationError(_("Sama otsikko on annettu kahteen kohtaan."))
        return cleaned

    def save(self, commit: bool = True) -> ImportProfile:  # noqa: FBT001, FBT002
        columns = {field: self.cleaned_data[field] for field in COLUMN_WORDS}
        self.instance.columns = {field: header for field, header in columns.items() if header}
        return super().save(commit)


class NoteTypeField(forms.ModelChoiceField[NoteType]):
    def label_from_instance(self, obj: NoteType) -> str:
        return obj.with_code


class CorrectionForm(forms.Form):
    """What a known type really means. Notes that came under the old meaning follow."""

    note_type = NoteTypeField(
        label=_("Koulun merkintä"), queryset=NoteType.objects.exclude(national_class="")
    )
    national_class = forms.ChoiceField(label=_("Tarkoittaakin"), choices=NationalClass)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_action = reverse_lazy("wilma:correct_mapping")
        self.helper.add_input(Submit("save", _("Korjaa luokitus")))


class MappingForm(forms.Form):
    """One choice for each note type that nobody has mapped; a guess is chosen beforehand."""

    def __init__(self, *args: Any, types: list[NoteType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.types = types
        for one in types:
            self.fields[f"type-{one.pk}"] = forms.ChoiceField(
                label=one.with_code,
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
